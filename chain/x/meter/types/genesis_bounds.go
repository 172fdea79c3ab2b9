package types

import "fmt"

// MaxHeight is what every reader of JSON holds exactly, and to which blocks can be added.
const MaxHeight = int64(1)<<53 - 1

type named struct {
	field string
	value int64
}

// validateNumbers wants heights and times that every reader holds: both stand in proofs and verdicts, and grace_blocks count from some.
func (g GenesisState) validateNumbers() error {
	for _, h := range g.heights() {
		if h.value < 0 || h.value > MaxHeight {
			return wrong("%s: expected 0 to %d, got %d", h.field, MaxHeight, h.value)
		}
	}
	for _, t := range g.times() {
		if t.value < 0 || t.value > MaxUnixS {
			return wrong("%s: expected 0 to %d, got %d", t.field, MaxUnixS, t.value)
		}
	}
	for i, c := range g.AppliedChanges {
		if c.Touched > MaxHeight || c.Power > MaxHeight {
			return wrong("applied_changes[%d]: expected at most %d of power", i, MaxHeight)
		}
	}
	return nil
}

func (g GenesisState) heights() (all []named) {
	add := func(list string, i int, name string, value int64) {
		all = append(all, named{fmt.Sprintf("%s[%d].%s", list, i, name), value})
	}
	for i, m := range g.Meters {
		add("meters", i, "enrolled_height", m.EnrolledHeight)
	}
	for i, k := range g.NodeKeys {
		add("node_keys", i, "height", k.Height)
	}
	for i, t := range g.Tariffs {
		add("tariffs", i, "height", t.Height)
	}
	for i, c := range g.Commitments {
		add("commitments", i, "height", c.Height)
	}
	for i, d := range g.Disputes {
		add("disputes", i, "height", d.Height)
	}
	for i, a := range g.Anchors {
		add("anchors", i, "height", a.Height)
	}
	for i, n := range g.NoBills {
		add("no_bills", i, "height", n.Height)
	}
	for i, r := range g.Rosters {
		add("rosters", i, "height", r.Height)
	}
	for i, c := range g.ValidatorChanges {
		add("validator_changes", i, "height", c.Height)
	}
	for i, s := range g.DayStarts {
		add("day_starts", i, "height", s.Height)
	}
	for i, f := range g.FinalReadings {
		add("final_readings", i, "height", f.Height)
		add("final_readings", i, "objected_height", f.ObjectedHeight)
	}
	for i, r := range g.Rotations {
		add("rotations", i, "height", r.Height)
	}
	for i, r := range g.QueuedRotations {
		add("queued_rotations", i, "height", r.Height)
	}
	for i, p := range g.SlotPrices {
		add("slot_prices", i, "height", p.Height)
	}
	for i, u := range g.Uplinks {
		add("uplinks", i, "height", u.Height)
	}
	for i, b := range g.provenBooks() {
		add("proving.books", i, "height", b.Height)
	}
	return all
}

func (g GenesisState) times() (all []named) {
	add := func(list string, i int, name string, value int64) {
		all = append(all, named{fmt.Sprintf("%s[%d].%s", list, i, name), value})
	}
	all = append(all, named{"clock.genesis_unix_s", g.Clock.GenesisUnixS}, named{"last_unix_s", g.LastUnixS})
	for i, k := range g.NodeKeys {
		add("node_keys", i, "effective_unix_s", k.EffectiveUnixS)
	}
	for i, a := range g.Anchors {
		add("anchors", i, "unix_s", a.UnixS)
	}
	for i, r := range g.Rosters {
		add("rosters", i, "unix_s", r.UnixS)
	}
	for i, c := range g.ValidatorChanges {
		add("validator_changes", i, "due_unix_s", c.DueUnixS)
	}
	for i, c := range g.AppliedChanges {
		add("applied_changes", i, "unix_s", c.UnixS)
	}
	for i, s := range g.DayStarts {
		add("day_starts", i, "unix_s", s.UnixS)
	}
	for i, f := range g.FinalReadings {
		add("final_readings", i, "unix_s", f.UnixS)
	}
	for i, r := range g.Rotations {
		add("rotations", i, "unix_s", r.UnixS)
	}
	for i, r := range g.QueuedRotations {
		add("queued_rotations", i, "unix_s", r.UnixS)
	}
	for i, p := range g.SlotPrices {
		add("slot_prices", i, "unix_s", p.UnixS)
	}
	for i, b := range g.provenBooks() {
		add("proving.books", i, "unix_s", b.UnixS)
	}
	return all
}
