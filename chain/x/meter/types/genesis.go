package types

import (
	"regexp"

	errorsmod "cosmossdk.io/errors"
)

// A genesis is read twice: by `electrad genesis validate` and when the chain starts. Both use Validate, which wants
// everything that the rules would have wanted, so that an imported state could have been reached by transactions.
// genesis_history.go holds the part that only an export contains.

var chainIDForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}-[0-9a-f]{8}$`)

func wrong(format string, args ...any) error { return errorsmod.Wrapf(ErrGenesis, format, args...) }

// CheckChainID wants a name that ends in eight random hex digits. A chain id is never reused, or old signed
// transactions could be replayed, and old sealed boxes lifted.
func CheckChainID(id string) error {
	if !chainIDForm.MatchString(id) {
		return wrong("chain_id: expected lower-case letters and digits ending in '-' and 8 hex digits, such as electra-rural-5eed0001, got %q",
			id)
	}
	return nil
}

// FirstDay is the least first_day of the meters, the first day to freeze.
func (g GenesisState) FirstDay() uint32 {
	first := uint32(MaxDay)
	for _, m := range g.Meters {
		first = min(first, m.FirstDay)
	}
	return first
}

// Validate wants a complete, consistent state.
func (g GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	if err := g.Clock.validate(); err != nil {
		return err
	}
	if err := g.validateNumbers(); err != nil {
		return err
	}
	if _, err := ParseAddress("operator", g.Operator); err != nil {
		return err
	}
	if err := g.validateVerificationKeys(); err != nil {
		return err
	}
	meters, err := g.validateMeters()
	if err != nil {
		return err
	}
	if err := g.validateLoad(); err != nil {
		return err
	}
	if err := g.validateTariffs(); err != nil {
		return err
	}
	if err := g.validateNodeKeys(); err != nil {
		return err
	}
	if err := g.validateRotations(); err != nil {
		return err
	}
	if err := g.validateDays(); err != nil {
		return err
	}
	if err := g.validateHistory(meters); err != nil {
		return err
	}
	if err := g.validateUplinks(); err != nil {
		return err
	}
	return g.validateValidators(meters)
}

func (c Clock) validate() error {
	if c.StartUnixS < DaySeconds || c.StartUnixS > MaxUnixS {
		return wrong("clock.start_unix_s: expected %d to %d, got %d", DaySeconds, MaxUnixS, c.StartUnixS)
	}
	if c.Rate == 0 || c.Rate > MaxRate {
		return wrong("clock.rate: expected 1 to %d, got %d", MaxRate, c.Rate)
	}
	if c.GenesisUnixS < 0 {
		return wrong("clock.genesis_unix_s: expected 0 (to be filled) or a time after 1970, got %d", c.GenesisUnixS)
	}
	return nil
}

// validateMeters returns the meters by address text.
func (g GenesisState) validateMeters() (map[string]Meter, error) {
	if n := len(g.Meters); n > MaxMeters {
		return nil, wrong("meters: expected at most %d, got %d", MaxMeters, n)
	}
	meters, keys := map[string]Meter{}, map[string]bool{}
	for i, m := range g.Meters {
		if _, err := ParseAddress("address", m.Address); err != nil {
			return nil, wrong("meters[%d]: %s", i, err)
		}
		if _, err := ParseAddress("member", m.Member); err != nil {
			return nil, wrong("meters[%d]: %s", i, err)
		}
		if _, twice := meters[m.Address]; twice {
			return nil, wrong("meters[%d].address: %s is listed twice", i, m.Address)
		}
		if m.FirstDay == 0 || m.FirstDay > MaxDay {
			return nil, wrong("meters[%d].first_day: expected 1 to %d, got %d", i, uint32(MaxDay), m.FirstDay)
		}
		if m.LastDay > MaxDay {
			return nil, wrong("meters[%d].last_day: expected at most %d, got %d", i, uint32(MaxDay), m.LastDay)
		}
		if m.MaxWhPerSlot == 0 || m.MaxWhPerSlot >= MaxWhPerSlotEnd {
			return nil, wrong("meters[%d].max_wh_per_slot: expected 1 to %d, got %d", i, MaxWhPerSlotEnd-1, m.MaxWhPerSlot)
		}
		meters[m.Address] = m
		if len(m.ConsensusKey) == 0 {
			continue
		}
		if err := CheckConsensusKey("consensus_key", m.ConsensusKey); err != nil {
			return nil, wrong("meters[%d]: %s", i, err)
		}
		if keys[string(m.ConsensusKey)] {
			return nil, wrong("meters[%d].consensus_key: used twice", i)
		}
		keys[string(m.ConsensusKey)] = true
	}
	return meters, nil
}

// validateLoad wants every roster's sum of max_wh_per_slot below 2^24. It can only peak on some meter's first day.
func (g GenesisState) validateLoad() error {
	checked := map[uint32]bool{}
	for _, at := range g.Meters {
		if checked[at.FirstDay] {
			continue
		}
		checked[at.FirstDay] = true
		load := uint64(0)
		for _, m := range g.Meters {
			if m.May(at.FirstDay) {
				load += uint64(m.MaxWhPerSlot)
			}
		}
		if load >= RosterLoadEnd {
			return wrong("meters: the sum of max_wh_per_slot on day %d is %d, expected less than %d", at.FirstDay, load, RosterLoadEnd)
		}
	}
	return nil
}

func (g GenesisState) validateTariffs() error {
	from := map[uint32]bool{}
	covered := false
	for i, t := range g.Tariffs {
		if err := CheckTariff(t, g.Params); err != nil {
			return wrong("tariffs[%d]: %s", i, err)
		}
		if from[t.FromDay] {
			return wrong("tariffs[%d].from_day: %d is used twice", i, t.FromDay)
		}
		from[t.FromDay] = true
		covered = covered || t.FromDay <= g.FirstDay()
	}
	if !covered {
		return wrong("tariffs: expected one from day %d, the least first_day, or before", g.FirstDay())
	}
	return nil
}

func (g GenesisState) validateNodeKeys() error {
	for i, k := range g.NodeKeys {
		if uint64(k.Epoch) != uint64(i)+1 {
			return wrong("node_keys[%d].epoch: expected %d, got %d", i, i+1, k.Epoch)
		}
		if err := CheckNodeKey("key", k.Key); err != nil {
			return wrong("node_keys[%d]: %s", i, err)
		}
		if n := len(k.Signature); n != SignatureBytes {
			return wrong("node_keys[%d].signature: expected %d bytes, got %d", i, SignatureBytes, n)
		}
		if k.EffectiveUnixS < 0 || k.EffectiveUnixS > MaxUnixS {
			return wrong("node_keys[%d].effective_unix_s: expected 0 (from genesis on) to %d, got %d", i, MaxUnixS, k.EffectiveUnixS)
		}
	}
	return nil
}

// CheckNodeKeys wants the operator's signature, of this genesis, on each key. A chain that goes on begins anew in this: meters are
// outfitted with the hash of its genesis, and nobody could tell whose a signature of the one before was.
func (g GenesisState) CheckNodeKeys(chainID string, hash, operator []byte) error {
	for i, k := range g.NodeKeys {
		if err := CheckSignature("signature", NodeKeyText(chainID, hash, k.Epoch, k.Key), k.Signature, operator); err != nil {
			return wrong("node_keys[%d]: %s", i, err)
		}
	}
	return nil
}
