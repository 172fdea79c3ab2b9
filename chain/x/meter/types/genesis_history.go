package types

import (
	"bytes"
	"fmt"
)

// What an exported state has beyond a fresh one: frozen days, marks, queues. A fresh genesis leaves all of it empty
// and next_freeze_day 0.

// Fresh says that the chain has not lived yet.
func (g GenesisState) Fresh() bool { return g.NextFreezeDay == 0 }

// validateDays wants the frozen days to be exactly those from the least first_day on.
func (g GenesisState) validateDays() error {
	if g.Fresh() {
		if today := DayOf(g.Clock.StartUnixS); g.FirstDay()+MaxPastDays < today {
			return wrong("meters: the least first_day %d is more than %d days before the clock's start", g.FirstDay(), MaxPastDays)
		}
		lived := len(g.Rosters) + len(g.DayStarts) + len(g.Commitments) + len(g.Disputes) + len(g.Anchors) + len(g.NoBills) +
			len(g.WithdrawnNoBills) + len(g.Reports) + len(g.ValidatorChanges) + len(g.AppliedChanges) + len(g.UsedKeys) + len(g.Log) +
			len(g.FinalReadings) + len(g.SlotPrices)
		if g.Proving != nil {
			lived++
		}
		for _, m := range g.Meters {
			lived += int(m.ServiceDay)
		}
		if lived > 0 || g.NextLateDay != 0 || g.LastUnixS != 0 {
			return wrong("next_freeze_day: 0 means a fresh genesis, which has neither rosters nor anything else of a past")
		}
		return nil
	}
	if err := g.validateShared(); err != nil {
		return err
	}
	if g.NextLateDay < g.FirstDay() || g.NextFreezeDay < g.NextLateDay || g.NextFreezeDay > MaxDay+1 {
		return wrong("next_late_day, next_freeze_day: expected %d <= next_late_day <= next_freeze_day", g.FirstDay())
	}
	if g.LastUnixS < g.Clock.StartUnixS || g.LastUnixS > MaxUnixS {
		return wrong("last_unix_s: expected the chain time of the export, got %d", g.LastUnixS)
	}
	if g.Clock.GenesisUnixS == 0 {
		return wrong("clock.genesis_unix_s: expected that of the chain's first genesis, got 0")
	}
	for i, s := range g.DayStarts {
		if uint64(s.Day) != uint64(g.NextFreezeDay)+uint64(i) || DayEnd(s.Day) > s.UnixS || s.UnixS > g.LastUnixS || s.Height < 0 {
			return wrong("day_starts[%d]: expected the block after day %d", i, uint64(g.NextFreezeDay)+uint64(i))
		}
	}
	for i, m := range g.Meters {
		if m.ServiceDay != 0 && (!m.May(m.ServiceDay) || m.ServiceDay >= g.NextFreezeDay) {
			return wrong("meters[%d].service_day: expected 0 or a frozen day of the meter's, got %d", i, m.ServiceDay)
		}
	}
	return g.validateRosters()
}

func (g GenesisState) validateRosters() error {
	type key struct {
		day  uint32
		late bool
	}
	seen := map[key]bool{}
	for i, r := range g.Rosters {
		day, entries, err := DecodeRoster(r.Encoded)
		if err != nil {
			return wrong("rosters[%d].encoded: %s", i, err)
		}
		if day != r.Day || !bytes.Equal(r.Digest, RosterDigest(r.Encoded)) {
			return wrong("rosters[%d]: expected day and digest to be those of the encoded roster", i)
		}
		next := g.NextFreezeDay
		if r.Late {
			next = g.NextLateDay
		}
		if r.Day < g.FirstDay() || r.Day >= next || seen[key{r.Day, r.Late}] {
			return wrong("rosters[%d].day: %d is out of range or listed twice", i, r.Day)
		}
		if r.UnixS > g.LastUnixS {
			return wrong("rosters[%d].unix_s: expected at most last_unix_s", i)
		}
		if err := g.validateListed(i, r, entries); err != nil {
			return err
		}
		seen[key{r.Day, r.Late}] = true
	}
	first := uint64(g.FirstDay())
	want := uint64(g.NextFreezeDay) - first
	if !g.Params.Shared() {
		want += uint64(g.NextLateDay) - first
	}
	if uint64(len(g.Rosters)) != want {
		return wrong("rosters: expected %d, one for each frozen day and one more for each late-frozen day, got %d", want, len(g.Rosters))
	}
	return nil
}

// validateListed wants a roster to list the meters in service, each from the day that it committed to in time.
func (g GenesisState) validateListed(i int, r Roster, entries []RosterEntry) error {
	listed := map[string]RosterEntry{}
	for _, e := range entries {
		address, err := FormatAddress(e.Address)
		if err != nil {
			return wrong("rosters[%d].encoded: %s", i, err)
		}
		listed[address] = e
	}
	n := 0
	for _, m := range g.Meters {
		if !g.Params.Lists(m, r.Day) {
			continue
		}
		n++
		e, ok := listed[m.Address]
		if !ok {
			return wrong("rosters[%d]: expected %s, in service since day %d", i, m.Address, m.ServiceDay)
		}
		if r.Day == m.ServiceDay && e.Commitment == nil {
			return wrong("rosters[%d]: expected a commitment of %s, whose service began with it", i, m.Address)
		}
	}
	if n != len(entries) {
		return wrong("rosters[%d]: expected the %d meters in service, got %d", i, n, len(entries))
	}
	return nil
}

// dayMeters refuses unknown meters and doubled (day, meter) pairs.
type dayMeters struct {
	meters map[string]Meter
	seen   map[dayMeterText]bool
}

type dayMeterText struct {
	day   uint32
	meter string
}

func (d dayMeters) add(list string, i int, day uint32, meter string) error {
	m, known := d.meters[meter]
	if !known || !m.May(day) {
		return wrong("%s[%d]: expected a meter of this genesis and one of its days", list, i)
	}
	key := dayMeterText{day, meter}
	if d.seen[key] {
		return wrong("%s[%d]: listed twice", list, i)
	}
	d.seen[key] = true
	return nil
}

func (g GenesisState) validateHistory(meters map[string]Meter) error {
	perDay := func() dayMeters { return dayMeters{meters, map[dayMeterText]bool{}} }
	commitments, disputes, noBills := perDay(), perDay(), perDay()
	for i, c := range g.Commitments {
		if err := commitments.add("commitments", i, c.Day, c.Meter); err != nil {
			return err
		}
		if c.Day < g.NextLateDay {
			return wrong("commitments[%d].day: expected %d or later, the late roster holds the older ones", i, g.NextLateDay)
		}
		if c.Day < g.NextFreezeDay && !g.Params.Lists(meters[c.Meter], c.Day) {
			return wrong("commitments[%d].day: expected a day that is not frozen, or one in the meter's service", i)
		}
		if err := CheckCommitment("commitment", c.Commitment); err != nil {
			return wrong("commitments[%d]: %s", i, err)
		}
	}
	for i, d := range g.Disputes {
		if err := disputes.add("disputes", i, d.Day, d.Meter); err != nil {
			return err
		}
		if d.Day >= g.NextFreezeDay {
			return wrong("disputes[%d].day: expected a frozen day", i)
		}
	}
	for i, n := range g.NoBills {
		if err := noBills.add("no_bills", i, n.Day, n.Meter); err != nil {
			return err
		}
	}
	for i, n := range g.WithdrawnNoBills {
		if err := noBills.add("withdrawn_no_bills", i, n.Day, n.Meter); err != nil {
			return err
		}
	}
	reports := map[ReportKey]bool{}
	for i, r := range g.Reports {
		if m, known := meters[r.Meter]; !known || !m.May(DayOfSlot(r.Slot)) || reports[r] {
			return wrong("reports[%d]: expected one of a meter of this genesis, on one of its days, once", i)
		}
		reports[r] = true
	}
	if err := g.validateFinalReadings(meters); err != nil {
		return err
	}
	if err := g.validateSlotPrices(); err != nil {
		return err
	}
	if err := g.validateAnchors(); err != nil {
		return err
	}
	if err := g.validateProving(); err != nil {
		return err
	}
	return g.validateLog(meters)
}

// validateFinalReadings wants readings of retired meters whose late roster of the last day has no undisputed commitment.
func (g GenesisState) validateFinalReadings(meters map[string]Meter) error {
	late, disputed := map[uint32]Roster{}, map[dayMeterText]bool{}
	for _, r := range g.Rosters {
		if r.Late {
			late[r.Day] = r
		}
	}
	for _, d := range g.Disputes {
		disputed[dayMeterText{d.Day, d.Meter}] = true
	}
	seen := map[string]bool{}
	for i, f := range g.FinalReadings {
		if m := meters[f.Meter]; m.LastDay == 0 || m.LastDay != f.Day || seen[f.Meter] {
			return wrong("final_readings[%d]: expected one of a retired meter's last day, once", i)
		}
		seen[f.Meter] = true
		if err := CheckCommitment("link", f.Link); err != nil {
			return wrong("final_readings[%d]: %s", i, err)
		}
		if f.UnixS > g.LastUnixS || f.Height < 0 || f.ObjectedHeight < 0 {
			return wrong("final_readings[%d]: expected heights and a time of this chain", i)
		}
		address, err := ParseAddress("meter", f.Meter)
		if err != nil {
			return wrong("final_readings[%d]: %s", i, err)
		}
		commitment, listed := RosterCommitment(late[f.Day].Encoded, address)
		if !listed || (commitment != nil && !disputed[dayMeterText{f.Day, f.Meter}]) {
			return wrong("final_readings[%d]: expected a last day that the late roster has without an undisputed commitment", i)
		}
	}
	return nil
}

// validateSlotPrices wants prices as SetPrices sets them, each known a slot beforehand, in the order of slots.
func (g GenesisState) validateSlotPrices() error {
	for i, p := range g.SlotPrices {
		if p.Slot > MaxSlot || (i > 0 && p.Slot <= g.SlotPrices[i-1].Slot) {
			return wrong("slot_prices[%d].slot: expected at most %d and more than the one before, got %d", i, uint32(MaxSlot), p.Slot)
		}
		if err := CheckPrices([]int64{p.RetailNelPerWh}, []int64{p.FeedInNelPerWh}, g.Params); err != nil {
			return wrong("slot_prices[%d]: %s", i, err)
		}
		if p.UnixS < g.Clock.StartUnixS || p.UnixS > g.LastUnixS || SlotStart(p.Slot) < p.UnixS+PricesAheadS || p.Height < 0 {
			return wrong("slot_prices[%d]: expected a height and a time of this chain, %d s before the slot begins or earlier", i, PricesAheadS)
		}
	}
	return nil
}

func (g GenesisState) validateAnchors() error {
	last, order := map[uint32]uint32{}, g.anchorOrder()
	for i, a := range g.Anchors {
		if len(a.BookHash) != HashBytes {
			return wrong("anchors[%d].book_hash: expected %d bytes, got %d", i, HashBytes, len(a.BookHash))
		}
		if err := CheckTotals("totals", a.Version, a.Totals); err != nil {
			return wrong("anchors[%d].%s", i, err)
		}
		if a.Version != last[a.Day]+1 {
			return wrong("anchors[%d].version: expected %d for day %d, got %d", i, last[a.Day]+1, a.Day, a.Version)
		}
		if a.Day < g.FirstDay() || a.Day >= g.NextFreezeDay || (a.Version > 1 && a.Day >= g.NextLateDay) {
			return wrong("anchors[%d].day: the roster of day %d is not frozen", i, a.Day)
		}
		if a.Version == 1 {
			if missing, ok := order.missing(a, last); !ok {
				return wrong("anchors[%d].day: expected a book of day %d before one of day %d", i, missing, a.Day)
			}
		}
		last[a.Day] = a.Version
	}
	return nil
}

// ActiveKeys are the consensus keys with power at genesis, in the order of the meters: a meter with a key has power
// unless its beginning is still queued.
func (g GenesisState) ActiveKeys() [][]byte {
	begins := map[string]bool{}
	for _, c := range g.ValidatorChanges {
		if c.Power != 0 {
			begins[string(c.ConsensusKey)] = true
		}
	}
	var active [][]byte
	for _, m := range g.Meters {
		if key := string(m.ConsensusKey); key != "" && !begins[key] {
			active = append(active, m.ConsensusKey)
		}
	}
	return active
}

// validateUsedKeys wants keys that some meter of this genesis had and that nobody has.
func (g GenesisState) validateUsedKeys(meters map[string]Meter) error {
	seen := map[string]bool{}
	for _, m := range g.Meters {
		seen[string(m.ConsensusKey)] = true
	}
	for i, used := range g.UsedKeys {
		if _, known := meters[used.Meter]; !known {
			return wrong("used_keys[%d].meter: expected a meter of this genesis", i)
		}
		if err := CheckConsensusKey("consensus_key", used.ConsensusKey); err != nil {
			return wrong("used_keys[%d].%s", i, err)
		}
		if key := string(used.ConsensusKey); seen[key] {
			return wrong("used_keys[%d].consensus_key: expected one that no meter has, once", i)
		} else {
			seen[key] = true
		}
	}
	return nil
}

// validateVetoes wants meters of this genesis, each once, and none against an end that was asked for.
func validateVetoes(field string, c ValidatorChange, meters map[string]Meter) error {
	if c.Asked && (c.Power != 0 || len(c.VetoedBy) > 0) {
		return wrong("%s.asked: expected an end that nobody has vetoed", field)
	}
	seen := map[string]bool{}
	for n, meter := range c.VetoedBy {
		if _, known := meters[meter]; !known || seen[meter] {
			return wrong("%s.vetoed_by[%d]: expected a meter of this genesis, once", field, n)
		}
		seen[meter] = true
	}
	return nil
}

func (g GenesisState) validateValidators(meters map[string]Meter) error {
	if err := g.validateUsedKeys(meters); err != nil {
		return err
	}
	type change struct {
		key   string
		power int64
	}
	seen := map[change]bool{}
	for i, c := range g.ValidatorChanges {
		m, known := meters[c.Meter]
		if !known || len(c.ConsensusKey) == 0 || !bytes.Equal(m.ConsensusKey, c.ConsensusKey) {
			return wrong("validator_changes[%d]: expected the consensus key of a meter of this genesis", i)
		}
		this := change{string(c.ConsensusKey), c.Power}
		if (c.Power != 0 && c.Power != EqualPower) || c.DueUnixS <= 0 || seen[this] || (c.Power == 0 && m.LastDay == 0 && !c.Asked) {
			return wrong("validator_changes[%d]: expected power 1 once, or power 0 once of a meter that is retired or leaves, with its due_unix_s",
				i)
		}
		seen[this] = true
		if err := validateVetoes(fmt.Sprintf("validator_changes[%d]", i), c, meters); err != nil {
			return err
		}
	}
	for i, c := range g.AppliedChanges {
		if c.Touched <= 0 || c.Power <= 0 || c.UnixS > g.LastUnixS || (i > 0 && c.UnixS < g.AppliedChanges[i-1].UnixS) {
			return wrong("applied_changes[%d]: expected positive touched and power, in the order of time", i)
		}
	}
	for i, m := range g.Meters {
		if g.Fresh() && m.LastDay != 0 && len(m.ConsensusKey) > 0 {
			return wrong("meters[%d].consensus_key: expected none of a meter that is retired from the start", i)
		}
	}
	if len(g.ActiveKeys()) == 0 {
		return wrong("meters: expected at least one with a consensus_key that is a validator from the start")
	}
	return nil
}
