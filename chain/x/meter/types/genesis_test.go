package types

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"

	"electra/internal/testkeys"
	"electra/internal/txerrors"
)

func testAddress(n byte) string {
	text, err := FormatAddress(bytes.Repeat([]byte{n}, AddressBytes))
	if err != nil {
		panic(err)
	}
	return text
}

func freshGenesis() GenesisState {
	key := func(name string) []byte { return cmted25519.GenPrivKeyFromSecret([]byte(name)).PubKey().Bytes() }
	point := make([]byte, 32)
	point[0] = 9
	var keys []VerificationKey
	for _, circuit := range Circuits {
		k := testkeys.Of(circuit.Name, circuit.PublicInputs)
		keys = append(keys, VerificationKey{Circuit: k.Circuit, Alpha: k.Alpha, Beta: k.Beta, Gamma: k.Gamma, Delta: k.Delta, Ic: k.IC})
	}
	return GenesisState{
		VerificationKeys: keys,

		Params:   DefaultParams(),
		Clock:    Clock{StartUnixS: 20635 * DaySeconds, Rate: 1},
		Operator: testAddress(1),
		Meters: []Meter{{Address: testAddress(2), Member: testAddress(3), FirstDay: 20635, MaxWhPerSlot: 5000, ConsensusKey: key("a")},
			{Address: testAddress(4), Member: testAddress(3), FirstDay: 20636, MaxWhPerSlot: 5000}},
		NodeKeys: []NodeKey{{Epoch: 1, Key: point, Signature: make([]byte, SignatureBytes)}},
		Tariffs:  []Tariff{{FromDay: 20635, Rule: TariffRule, RetailNelPerWh: flatPrice(300_000), FeedInNelPerWh: flatPrice(80_000)}},
	}
}

func flatPrice(p int64) []int64 {
	all := make([]int64, SlotsPerDay)
	for i := range all {
		all[i] = p
	}
	return all
}

func TestAFreshGenesisIsValid(t *testing.T) {
	for name, change := range map[string]func(*GenesisState){
		"as it is":                       func(*GenesisState) {},
		"without a sealing key yet":      func(g *GenesisState) { g.NodeKeys = nil },
		"with days long past":            func(g *GenesisState) { g.Meters[0].FirstDay = 20635 - MaxPastDays; g.Tariffs[0].FromDay = 1 },
		"with all days in the future":    func(g *GenesisState) { g.Meters[0].FirstDay, g.Meters[1].FirstDay = 20700, 20701 },
		"with a second tariff":           func(g *GenesisState) { t := g.Tariffs[0]; t.FromDay++; g.Tariffs = append(g.Tariffs, t) },
		"with the greatest load":         func(g *GenesisState) { fillLoad(g, RosterLoadEnd-1) },
		"with a meter that follows one":  func(g *GenesisState) { fillLoad(g, RosterLoadEnd-1); follow(g, 20637) },
		"with a clock that runs rapidly": func(g *GenesisState) { g.Clock.Rate = MaxRate },
	} {
		g := freshGenesis()
		change(&g)
		if err := g.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// fillLoad adds light meters until the load on day 20636 is that much.
func fillLoad(g *GenesisState, load uint32) {
	for n := byte(10); load > 10_000; n++ {
		wh := min(uint32(MaxWhPerSlotEnd-1), load-10_000)
		g.Meters = append(g.Meters, Meter{Address: testAddress(n), Member: testAddress(3), FirstDay: 20636, MaxWhPerSlot: wh})
		load -= wh
	}
}

// follow retires one big meter and starts as big a one on a day.
func follow(g *GenesisState, day uint32) {
	g.Meters[2].LastDay = 20636
	g.Meters = append(g.Meters, Meter{Address: testAddress(200), Member: testAddress(3), FirstDay: day,
		MaxWhPerSlot: g.Meters[2].MaxWhPerSlot})
}

func TestAGenesisIsRefused(t *testing.T) {
	refuse := func(field string, change func(*GenesisState)) {
		t.Helper()
		g := freshGenesis()
		change(&g)
		if err := g.Validate(); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("expected a refusal of %s, got %v", field, err)
		} else if !errors.Is(err, ErrGenesis) && !errors.Is(err, txerrors.ErrAddress) {
			t.Errorf("expected a named error, got %v", err)
		}
	}
	for field, set := range map[string]func(*Params, uint64){
		"params.grace_s": func(p *Params, v uint64) { p.GraceS = v }, "params.grace_blocks": func(p *Params, v uint64) { p.GraceBlocks = v },
		"params.late_s":             func(p *Params, v uint64) { p.LateS = v },
		"params.validator_delay_s":  func(p *Params, v uint64) { p.ValidatorDelayS = v },
		"params.validator_window_s": func(p *Params, v uint64) { p.ValidatorWindowS = v },
		"params.key_max_age_s":      func(p *Params, v uint64) { p.KeyMaxAgeS = v },
		"params.key_overlap_s":      func(p *Params, v uint64) { p.KeyOverlapS = v },
		"params.anchor_due_s":       func(p *Params, v uint64) { p.AnchorDueS = v },
		"params.link_due_s":         func(p *Params, v uint64) { p.LinkDueS = v },
		"params.trust_period_s":     func(p *Params, v uint64) { p.TrustPeriodS = v },
		"params.tick":               func(p *Params, v uint64) { p.Tick = v },
	} {
		refuse(field, func(g *GenesisState) { set(&g.Params, 0) })
		refuse(field, func(g *GenesisState) { set(&g.Params, 1<<40) })
		refuse(field, func(g *GenesisState) { set(&g.Params, 1<<63) })
	}
	refuse("verification_keys", func(g *GenesisState) { g.VerificationKeys = g.VerificationKeys[1:] })
	refuse("verification_keys[0].circuit", func(g *GenesisState) { slices.Reverse(g.VerificationKeys) })
	refuse("verification_keys[1].circuit", func(g *GenesisState) { g.VerificationKeys[1].Circuit = "other" })
	refuse("verification_keys[1].alpha", func(g *GenesisState) { g.VerificationKeys[1].Alpha = make([]byte, 64) })
	refuse("verification_keys[0].delta", func(g *GenesisState) { g.VerificationKeys[0].Delta = g.VerificationKeys[0].Gamma })
	refuse("verification_keys[0].ic", func(g *GenesisState) { g.VerificationKeys[0].Ic = g.VerificationKeys[0].Ic[64:] })
	refuse("clock.start_unix_s", func(g *GenesisState) { g.Clock.StartUnixS = 0 })
	refuse("clock.start_unix_s", func(g *GenesisState) { g.Clock.StartUnixS = MaxUnixS + 1 })
	refuse("clock.rate", func(g *GenesisState) { g.Clock.Rate = 0 })
	refuse("clock.rate", func(g *GenesisState) { g.Clock.Rate = MaxRate + 1 })
	refuse("clock.genesis_unix_s", func(g *GenesisState) { g.Clock.GenesisUnixS = -1 })
	refuse("operator", func(g *GenesisState) { g.Operator = "" })
	refuse("operator", func(g *GenesisState) { g.Operator = strings.ToUpper(g.Operator) })
	refuse("meters[0]", func(g *GenesisState) { g.Meters[0].Address = "cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnrql8a" })
	refuse("meters[1]", func(g *GenesisState) { g.Meters[1].Member = "" })
	refuse("meters[1].address", func(g *GenesisState) { g.Meters[1].Address = g.Meters[0].Address })
	refuse("meters[0].first_day", func(g *GenesisState) { g.Meters[0].FirstDay = 0 })
	refuse("meters[0].first_day", func(g *GenesisState) { g.Meters[0].FirstDay = MaxDay + 1 })
	refuse("meters[0].last_day", func(g *GenesisState) { g.Meters[0].LastDay = MaxDay + 1 })
	refuse("meters[0].consensus_key", func(g *GenesisState) { g.Meters[0].LastDay = g.Meters[0].FirstDay + 1 })
	refuse("meters[0].max_wh_per_slot", func(g *GenesisState) { g.Meters[0].MaxWhPerSlot = 0 })
	refuse("meters[0].max_wh_per_slot", func(g *GenesisState) { g.Meters[0].MaxWhPerSlot = MaxWhPerSlotEnd })
	refuse("meters[0]", func(g *GenesisState) { g.Meters[0].ConsensusKey = make([]byte, 32) })
	refuse("meters[1].consensus_key", func(g *GenesisState) { g.Meters[1].ConsensusKey = g.Meters[0].ConsensusKey })
	refuse("meters", func(g *GenesisState) { g.Meters[0].ConsensusKey = nil })
	refuse("meters", func(g *GenesisState) { fillLoad(g, RosterLoadEnd) })
	refuse("meters", func(g *GenesisState) { fillLoad(g, RosterLoadEnd-1); follow(g, 20636) })
	refuse("meters", func(g *GenesisState) { g.Meters[0].FirstDay = 20635 - MaxPastDays - 1; g.Tariffs[0].FromDay = 1 })
	refuse("tariffs", func(g *GenesisState) { g.Tariffs = nil })
	refuse("tariffs", func(g *GenesisState) { g.Tariffs[0].FromDay = 20636 })
	refuse("tariffs[1].from_day", func(g *GenesisState) { g.Tariffs = append(g.Tariffs, g.Tariffs[0]) })
	refuse("tariffs[0]", func(g *GenesisState) { g.Tariffs[0].RetailNelPerWh[3]++ })
	refuse("node_keys[0].epoch", func(g *GenesisState) { g.NodeKeys[0].Epoch = 0 })
	refuse("node_keys[0]", func(g *GenesisState) { g.NodeKeys[0].Key = make([]byte, 32) })
	refuse("node_keys[0].signature", func(g *GenesisState) { g.NodeKeys[0].Signature = nil })
	refuse("rotations[0].n", func(g *GenesisState) { g.Rotations = []Rotation{{N: 2, Address: testAddress(1)}} })
	refuse("operator", func(g *GenesisState) { g.Rotations = []Rotation{{N: 1, Address: testAddress(9)}} })
	refuse("queued_rotations", func(g *GenesisState) { g.QueuedRotations = []Rotation{{N: 1, Address: testAddress(9)}} })
	refuse("operator_votes[0]", func(g *GenesisState) { g.OperatorVotes = []OperatorVote{{N: 2, Meter: testAddress(2)}} })
	refuse("node_keys[0].effective_unix_s", func(g *GenesisState) { g.NodeKeys[0].EffectiveUnixS = -1 })
	refuse("next_freeze_day", func(g *GenesisState) { g.Reports = []ReportKey{{Meter: g.Meters[0].Address, Slot: 20635 * 96}} })
	refuse("next_freeze_day", func(g *GenesisState) { g.Meters[0].ServiceDay = 20635 })
	refuse("next_late_day", func(g *GenesisState) {
		g.NextFreezeDay = 20634
		g.NextLateDay = 20634
		g.LastUnixS = 20635 * DaySeconds
	})
	if err := (GenesisState{}).Validate(); !errors.Is(err, ErrGenesis) {
		t.Errorf("expected the empty genesis to be refused, got %v", err)
	}
}

func TestAChainIDEndsInEightHexDigits(t *testing.T) {
	for _, id := range []string{"electra-rural-5eed0001", "a-00000000"} {
		if err := CheckChainID(id); err != nil {
			t.Error(err)
		}
	}
	for _, id := range []string{"", "electra", "electra-rural", "electra-rural-5eed000", "electra-rural-5EED0001", "electra-rural5eed0001",
		"-5eed0001", "electra-rural-5eed0001 ", "electra-rural-5eed0001\n", strings.Repeat("a", 41) + "-5eed0001"} {
		if err := CheckChainID(id); !errors.Is(err, ErrGenesis) {
			t.Errorf("%q: expected a refusal, got %v", id, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	good := testAddress(7)
	if raw, err := ParseAddress("meter", good); err != nil || !bytes.Equal(raw, bytes.Repeat([]byte{7}, 20)) {
		t.Errorf("%x, %v", raw, err)
	}
	for _, bad := range []string{"", "electra1", good + " ", " " + good, strings.ToUpper(good), good[:len(good)-1] + "q",
		strings.Replace(good, "electra", "cosmos", 1)} {
		if _, err := ParseAddress("meter", bad); !errors.Is(err, txerrors.ErrAddress) {
			t.Errorf("%q: expected a refusal, got %v", bad, err)
		}
	}
	if _, err := FormatAddress(make([]byte, 19)); !errors.Is(err, txerrors.ErrAddress) {
		t.Errorf("19 bytes: expected a refusal, got %v", err)
	}
}
