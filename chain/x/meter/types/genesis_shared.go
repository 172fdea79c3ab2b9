package types

// What of a past a chain with the rule shared/1 has, and what it has not: nothing comes late there, nothing is corrected, and days on which
// fewer than two communities stated anything are void as soon as they are frozen (docs/shared-rule.md).

// LeastMetered is how many must be metered on a day, or it is void: one alone has nobody to share with.
const LeastMetered = 2

// Committed counts a roster's commitments.
func Committed(encoded []byte) (n int, err error) {
	_, entries, err := DecodeRoster(encoded)
	for _, e := range entries {
		if e.Commitment != nil {
			n++
		}
	}
	return n, err
}

// VoidAtFreeze says whether a roster of a chain leaves its day void.
func (p Params) VoidAtFreeze(encoded []byte) (bool, error) {
	if !p.Shared() {
		return false, nil
	}
	n, err := Committed(encoded)
	return n < LeastMetered, err
}

// validateShared wants nothing that the rule has no use for.
func (g GenesisState) validateShared() error {
	if !g.Params.Shared() {
		return nil
	}
	if g.NextLateDay != g.NextFreezeDay {
		return wrong("next_late_day: expected next_freeze_day under %s, got %d", SharedRule, g.NextLateDay)
	}
	for i, m := range g.Meters {
		if m.ServiceDay != 0 {
			return wrong("meters[%d].service_day: expected 0 under %s, got %d", i, SharedRule, m.ServiceDay)
		}
	}
	for i, r := range g.Rosters {
		if r.Late {
			return wrong("rosters[%d].late: expected no late roster under %s", i, SharedRule)
		}
	}
	for i, a := range g.Anchors {
		if a.Version > 1 {
			return wrong("anchors[%d].version: expected 1 under %s, got %d", i, SharedRule, a.Version)
		}
	}
	if len(g.Reports) > 0 {
		return wrong("reports: expected none under %s", SharedRule)
	}
	if len(g.FinalReadings) > 0 {
		return wrong("final_readings: expected none under %s", SharedRule)
	}
	return nil
}

// anchorOrder knows which days need no book before those of the days after them.
type anchorOrder struct {
	first  uint32
	params Params
	roster map[uint32]Roster
}

func (g GenesisState) anchorOrder() anchorOrder {
	o := anchorOrder{g.FirstDay(), g.Params, map[uint32]Roster{}}
	for _, r := range g.Rosters {
		if !r.Late {
			o.roster[r.Day] = r
		}
	}
	return o
}

// missing is the day before a first book's that had to be anchored before it; last: the latest version by day.
func (o anchorOrder) missing(a Anchor, last map[uint32]uint32) (day uint32, ok bool) {
	if void, err := o.params.VoidAtFreeze(o.roster[a.Day].Encoded); err != nil || void {
		return a.Day, false
	}
	for day = a.Day - 1; day >= o.first; day-- {
		if last[day] > 0 {
			return 0, true
		}
		if !o.params.Shared() {
			return day, false
		}
		roster := o.roster[day]
		void, err := o.params.VoidAtFreeze(roster.Encoded)
		if err != nil || !void && a.UnixS < roster.UnixS+VoidAfterS {
			return day, false
		}
	}
	return 0, true
}

// Fate is what has become of a day's book.
type Fate int

const (
	FateOpen   Fate = iota // not frozen, or not proven yet
	FateProven             // its bills count
	FateVoid               // there will never be any
)
