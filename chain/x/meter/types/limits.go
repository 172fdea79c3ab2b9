package types

// The numbers of the protocol (sections 2 and 5). Those that an operator may choose live in Params instead.
const (
	ModuleName = "meter"
	StoreKey   = ModuleName

	// TransientStoreKey is of a store that is empty in each block.
	TransientStoreKey = "transient_" + ModuleName

	// Package is the protobuf package of the messages and the state.
	Package = "electra.meter.v1"

	// Bech32Prefix is the human-readable part of every account address.
	Bech32Prefix = "electra"

	SlotSeconds = 900
	DaySeconds  = 86400
	SlotsPerDay = 96

	// MaxDay is the last day all of whose slots fit a u32; MaxUnixS is the last second of that day.
	MaxDay   = (1<<32)/SlotsPerDay - 1
	MaxUnixS = (int64(MaxDay)+1)*DaySeconds - 1

	// MaxSlot is the last slot of MaxDay.
	MaxSlot = (MaxDay+1)*SlotsPerDay - 1

	AddressBytes      = 20
	CommitmentBytes   = 32
	HashBytes         = 32
	KeyBytes          = 32 // Ed25519 and X25519 alike
	SealedReportBytes = 112
	SealedDayBytes    = 715

	// MaxWhPerSlotEnd and RosterLoadEnd are exclusive: a slot's energy fits 20 bits, a roster's total 24 (else one
	// day's totals cannot be proven).
	MaxWhPerSlotEnd = 1 << 20
	RosterLoadEnd   = 1 << 24

	PriceEnd     = int64(1) << 31  // |price| below this, nELECTRA/Wh
	FeePerDayEnd = uint64(1) << 48 // nELECTRA
	TariffRule   = "mid-market/1"

	// MaxPricedSlots bounds one SetPrices: two days and a little, as much as a day-ahead auction says at once.
	MaxPricedSlots = 200

	// PricesAheadS is how long before the first of its slots begins a SetPrices has to be in a block.
	PricesAheadS = int64(SlotSeconds)

	// EqualPower is the voting power of every validator.
	EqualPower = int64(1)

	// MaxReasonBytes bounds the text of a dispute: it stays in the state for ever.
	MaxReasonBytes = 140

	// ReportPrunesPerBlock bounds how many outdated report marks one block removes.
	ReportPrunesPerBlock = 2048

	// MaxRate bounds Clock.rate, so that chain time cannot overflow before the year 9999 of block time.
	MaxRate = 1_000_000

	// What an operator may enrol and announce is bounded: each of these is walked, or answered, as a whole somewhere.
	MaxMeters       = 4096   // ever, the retired ones included
	MaxKeyEpochs    = 10_000 // one a day for 27 years
	MaxAheadDays    = 3660   // a tariff's first day, a price's slot
	MaxAnswered     = 1000   // entries in one answer of a query
	KeysAnswered    = 100    // of the sealing keys the newest
	ChangesPerBlock = 64     // of the validators' power, looked at in one block

	// A book with its proofs comes in parts, in blocks that follow each other closely.
	ProveBytes    = 190 << 10 // of a message with a part
	EvidenceBytes = 64 << 10  // of a message that shows what another chain says
	MaxProveParts = 32        // as many as a book of MaxMeters needs, and a few more
	PartsBlocks   = 1000      // after part 0 a whole that waits is dropped

	// ProofsPerBlock bounds the transactions with proofs of a block: verifying is the dearest thing that a message can ask for.
	ProofsPerBlock = 16

	// VoidAfterS is how long after its freeze a day without a proven book is void, in seconds of chain time: one book that cannot be proven
	// must not end a community.
	VoidAfterS = 14 * DaySeconds

	// CopyWithinDays is how far back a day is looked for that a meter without a statement copies.
	CopyWithinDays = 28

	// MaxPastDays bounds how far the least first_day may lie before genesis: every past day is frozen by a block of its own.
	MaxPastDays = 3660
)
