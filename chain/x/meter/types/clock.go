package types

import "time"

// At maps a block time to chain time, in whole seconds (protocol section 5):
//
//	start + rate * (block time - genesis time), rounded down
//
// All rules use it. Production means start = genesis time and rate 1; tests and demonstrations live months in minutes
// by these two parameters. The result saturates at MaxUnixS, so that every day and slot of it fits a u32.
func (c Clock) At(block time.Time) int64 {
	seconds := block.Unix() - c.GenesisUnixS
	if seconds < 0 {
		return c.StartUnixS
	}
	rate := int64(c.Rate)
	at := c.StartUnixS + seconds*rate + int64(block.Nanosecond())*rate/int64(time.Second)
	return min(at, MaxUnixS)
}

// DayOf is the UTC day that a second of chain time lies in.
func DayOf(unixS int64) uint32 { return uint32(unixS / DaySeconds) }

// DayEnd is the first second after a day. Beyond u32 days it cannot overflow.
func DayEnd(day uint32) int64 { return (int64(day) + 1) * DaySeconds }

// SlotStart is the first second of a slot.
func SlotStart(slot uint32) int64 { return int64(slot) * SlotSeconds }

// SlotEnd is the first second after a slot.
func SlotEnd(slot uint32) int64 { return (int64(slot) + 1) * SlotSeconds }

// DayOfSlot is the day that a slot lies in.
func DayOfSlot(slot uint32) uint32 { return slot / SlotsPerDay }

// May says whether a meter may speak of a day. A last day before the first (an enrolment called off) leaves none.
func (m Meter) May(day uint32) bool {
	return m.FirstDay <= day && (m.LastDay == 0 || day <= m.LastDay)
}

// On says whether a meter belongs on the roster of a day: from the day that its service began with, to its last one.
func (m Meter) On(day uint32) bool {
	return m.ServiceDay != 0 && m.ServiceDay <= day && m.May(day)
}
