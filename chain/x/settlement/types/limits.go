package types

// The numbers of settlement (docs/main-chain.md). Times are seconds of chain time.
const (
	ModuleName = "settlement"
	StoreKey   = ModuleName

	// Package is the protobuf package of the messages and the state.
	Package = "electra.settlement.v1"

	Denom = "nelectra"

	// PeriodDays is how many days are settled at once: as many as circuit bill-sum adds.
	PeriodDays = 7

	// AmountEnd bounds what an uplink owes, or is owed: exclusive, in absolute value.
	AmountEnd = int64(1) << 62

	// MinMoveNel keeps dust out of escrows.
	MinMoveNel = 1_000_000

	// MaxEntries of one MsgSettle, and its bytes.
	MaxEntries  = 500
	SettleBytes = 190 << 10

	// EntriesDueS is how long a period's pool waits for its last entry, SuspendedAfterS how long a treasury may owe.
	EntriesDueS     = 28 * daySeconds
	SuspendedAfterS = 14 * daySeconds

	// CreditPeriods are those whose largest debt a withdrawal has to leave, 18/7 of it: so much is owed before a suspension bites.
	CreditPeriods = 52

	// Circuit proves a sum of bills.
	Circuit = "bill-sum"

	daySeconds = 86400
)
