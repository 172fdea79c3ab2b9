package types

// Kinds of the log's entries, in the order of protocol section 9.1.
const (
	LogDispute         uint32 = 1
	LogCorrection      uint32 = 2 // AnchorBook of a version > 1
	LogLateRoster      uint32 = 3 // one that adds a commitment
	LogFinalReading    uint32 = 4
	LogObjection       uint32 = 5
	LogNoBill          uint32 = 6
	LogNoBillWithdrawn uint32 = 7
)

// validateLog wants entries that the rest of the state could have left: each dispute, correction and addition once, and
// as open NoBills those that it leaves open.
func (g GenesisState) validateLog(meters map[string]Meter) error {
	due, err := g.logged()
	if err != nil {
		return err
	}
	open := map[dayMeterText]bool{}
	for i, e := range g.Log {
		if !e.formed(meters) {
			return wrong("log[%d]: expected kind 1 to 7 with exactly the fields of its kind, a meter of this genesis, one of its days", i)
		}
		switch e.Kind {
		case LogNoBill, LogNoBillWithdrawn:
			key := dayMeterText{e.Day, e.Meter}
			if open[key] != (e.Kind == LogNoBillWithdrawn) {
				return wrong("log[%d]: expected NoBills and withdrawals of a day and meter in turns", i)
			}
			open[key] = e.Kind == LogNoBill
		case LogDispute, LogCorrection, LogLateRoster, LogFinalReading, LogObjection:
			if !due[e] {
				return wrong("log[%d]: expected an entry that a part of this state has left, once", i)
			}
			delete(due, e)
		}
	}
	if len(due) > 0 {
		return wrong("log: expected an entry for each part of the state that leaves one; %d are missing", len(due))
	}
	left := 0
	for _, is := range open {
		if is {
			left++
		}
	}
	for i, n := range g.NoBills {
		if !open[dayMeterText{n.Day, n.Meter}] {
			return wrong("no_bills[%d]: expected one that the log leaves open", i)
		}
	}
	if left != len(g.NoBills) {
		return wrong("no_bills: expected the %d that the log leaves open, got %d", left, len(g.NoBills))
	}
	return nil
}

// logged are the entries that the state's own facts must have left.
func (g GenesisState) logged() (map[LogEntry]bool, error) {
	due := map[LogEntry]bool{}
	for _, d := range g.Disputes {
		due[LogEntry{Kind: LogDispute, Day: d.Day, Meter: d.Meter}] = true
	}
	for _, a := range g.Anchors {
		if a.Version > 1 {
			due[LogEntry{Kind: LogCorrection, Day: a.Day, Version: a.Version}] = true
		}
	}
	for _, f := range g.FinalReadings {
		due[LogEntry{Kind: LogFinalReading, Day: f.Day, Meter: f.Meter}] = true
		if f.ObjectedHeight != 0 {
			due[LogEntry{Kind: LogObjection, Day: f.Day, Meter: f.Meter}] = true
		}
	}
	first := map[uint32][]byte{}
	for _, r := range g.Rosters {
		if !r.Late {
			first[r.Day] = r.Encoded
		}
	}
	for _, r := range g.Rosters {
		if !r.Late {
			continue
		}
		adds, err := RosterAdds(first[r.Day], r.Encoded)
		if err != nil {
			return nil, err
		}
		if adds {
			due[LogEntry{Kind: LogLateRoster, Day: r.Day}] = true
		}
	}
	return due, nil
}

// formed says whether an entry has the fields of its kind, and no others.
func (e LogEntry) formed(meters map[string]Meter) bool {
	switch e.Kind {
	case LogDispute, LogNoBill, LogNoBillWithdrawn, LogFinalReading, LogObjection:
		m, known := meters[e.Meter]
		return known && m.May(e.Day) && e.Version == 0
	case LogCorrection:
		return e.Version > 1 && e.Meter == ""
	case LogLateRoster:
		return e.Version == 0 && e.Meter == ""
	}
	return false
}
