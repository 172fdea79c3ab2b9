package types

// The parameters of genesis, fixed for the life of a chain: what production has, and what any chain may have.

// maxDurationS bounds every duration: a hundred years.
const maxDurationS = 100 * 366 * DaySeconds

// DefaultParams are production's durations and tick (protocol section 5). A verdict names any departure from them.
func DefaultParams() Params {
	return Params{
		GraceS:           6 * 3600,
		GraceBlocks:      600,
		LateS:            30 * DaySeconds,
		ValidatorDelayS:  7 * DaySeconds,
		ValidatorWindowS: 14 * DaySeconds,
		KeyMaxAgeS:       31 * DaySeconds,
		KeyOverlapS:      DaySeconds,
		AnchorDueS:       2 * DaySeconds,
		LinkDueS:         45 * DaySeconds,
		TrustPeriodS:     14 * DaySeconds,
		Tick:             1000,
	}
}

type namedParam struct {
	name  string
	value uint64
}

// named are all parameters under their names in a genesis, tick the last.
func (p Params) named() []namedParam {
	return []namedParam{
		{"grace_s", p.GraceS}, {"grace_blocks", p.GraceBlocks}, {"late_s", p.LateS},
		{"validator_delay_s", p.ValidatorDelayS}, {"validator_window_s", p.ValidatorWindowS},
		{"key_max_age_s", p.KeyMaxAgeS}, {"key_overlap_s", p.KeyOverlapS}, {"anchor_due_s", p.AnchorDueS},
		{"link_due_s", p.LinkDueS}, {"trust_period_s", p.TrustPeriodS}, {"tick", p.Tick},
	}
}

// Validate wants every duration between a second and a hundred years, and a tick that a price can be a multiple of.
func (p Params) Validate() error {
	for _, d := range p.named() {
		greatest := uint64(maxDurationS)
		if d.name == "tick" {
			greatest = uint64(PriceEnd)/2 - 1
		}
		if d.value == 0 || d.value > greatest {
			return wrong("params.%s: expected 1 to %d, got %d", d.name, greatest, d.value)
		}
	}
	return nil
}
