package types

// The parameters of genesis, fixed for the life of a chain: what production has, and what any chain may have.

// maxDurationS bounds every duration: a hundred years.
const maxDurationS = 100 * 366 * DaySeconds

// SharedRule is the rule of a chain whose members are communities: they share what was metered, nothing is corrected afterwards, and who
// is silent is absent (docs/shared-rule.md). A community's chain has no name of its rule in its params; its tariffs have TariffRule.
const SharedRule = "shared/1"

// Shared says that the chain has that rule.
func (p Params) Shared() bool { return p.Rule == SharedRule }

// TariffRule is what every tariff of the chain names.
func (p Params) TariffRule() string {
	if p.Shared() {
		return SharedRule
	}
	return TariffRule
}

// Lists says whether a day's roster lists a meter. Communities are in service from their first day on, silent or not.
func (p Params) Lists(m Meter, day uint32) bool {
	if p.Shared() {
		return m.May(day)
	}
	return m.On(day)
}

// ProductionParams are those of a chain with a rule: each level waits for that below it to prove its day.
func ProductionParams(rule string) Params {
	p := DefaultParams()
	if rule == SharedRule {
		p.Rule, p.GraceS, p.LateS = SharedRule, 60*3600, 0
	}
	return p
}

// DefaultParams are production's durations and tick of a community (protocol section 5). A verdict names any departure from them.
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

// Validate wants every duration between a second and a hundred years, and a tick that a price can be a multiple of; under shared/1 no time
// for what comes late.
func (p Params) Validate() error {
	if p.Rule != "" && !p.Shared() {
		return wrong("params.rule: expected to be left out, or %q, got %q", SharedRule, p.Rule)
	}
	for _, d := range p.named() {
		if d.name == "late_s" && p.Shared() {
			if d.value != 0 {
				return wrong("params.late_s: expected 0 under %s, got %d", SharedRule, d.value)
			}
			continue
		}
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
