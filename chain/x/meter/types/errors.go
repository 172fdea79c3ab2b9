package types

import errorsmod "cosmossdk.io/errors"

// Every refusal has a name and a stable code in the codespace "meter"; the text in front of the name says which field
// was wrong and what was expected. Codes are never reused. Clients match on (codespace, code). Codes 2 to 11 and 13 are those of
// internal/txerrors: what a transaction is refused for whichever module it is for.
var (
	// Any message that names a day.
	ErrDayRange = errorsmod.Register(ModuleName, 12, "day out of range")

	// Report and CloseDay.
	ErrSlotUsed        = errorsmod.Register(ModuleName, 20, "slot already reported")
	ErrSlotNotOver     = errorsmod.Register(ModuleName, 21, "slot not over yet")
	ErrSlotTooOld      = errorsmod.Register(ModuleName, 22, "slot older than the late period")
	ErrDayUsed         = errorsmod.Register(ModuleName, 23, "day already closed by this meter")
	ErrDayNotOver      = errorsmod.Register(ModuleName, 24, "day not over yet")
	ErrDayTooOld       = errorsmod.Register(ModuleName, 25, "late period of the day is over")
	ErrBeforeFirstDay  = errorsmod.Register(ModuleName, 26, "before the meter's first day")
	ErrAfterLastDay    = errorsmod.Register(ModuleName, 27, "after the retired meter's last day")
	ErrSealedSize      = errorsmod.Register(ModuleName, 28, "wrong size of the sealed box")
	ErrCommitment      = errorsmod.Register(ModuleName, 29, "commitment is not a field element of 32 bytes")
	ErrKeyEpochUnknown = errorsmod.Register(ModuleName, 30, "key epoch not published")
	ErrKeyEpochExpired = errorsmod.Register(ModuleName, 31, "key epoch no longer accepted")
	ErrBeforeService   = errorsmod.Register(ModuleName, 32, "frozen before the meter's service began")

	// EnrolMeter and RetireMeter.
	ErrMeterUnknown     = errorsmod.Register(ModuleName, 40, "meter not enrolled")
	ErrMeterExists      = errorsmod.Register(ModuleName, 41, "an address enrols once, ever")
	ErrFirstDay         = errorsmod.Register(ModuleName, 42, "first day not in the future")
	ErrMaxWhPerSlot     = errorsmod.Register(ModuleName, 43, "max_wh_per_slot out of range")
	ErrRosterLoad       = errorsmod.Register(ModuleName, 44, "sum of max_wh_per_slot over a roster too large")
	ErrConsensusKey     = errorsmod.Register(ModuleName, 45, "unusable consensus key")
	ErrConsensusKeyUsed = errorsmod.Register(ModuleName, 46, "consensus key already used")
	ErrLastDay          = errorsmod.Register(ModuleName, 47, "last day in the past")
	ErrRetired          = errorsmod.Register(ModuleName, 48, "meter already retired")
	ErrMeterCount       = errorsmod.Register(ModuleName, 58, "as many meters as a chain may ever have")

	// SetConsensusKey, VetoValidator and LeaveValidators.
	ErrConsensusKeyInForce = errorsmod.Register(ModuleName, 49, "meter has a consensus key")
	ErrNoPower             = errorsmod.Register(ModuleName, 110, "meter has no power")
	ErrNoChange            = errorsmod.Register(ModuleName, 111, "no such change is queued")
	ErrLeaving             = errorsmod.Register(ModuleName, 112, "the meter asked to leave")
	ErrVetoed              = errorsmod.Register(ModuleName, 113, "already vetoed by this meter")

	// PublishNodeKey.
	ErrNodeKeyEpoch = errorsmod.Register(ModuleName, 50, "wrong key epoch")
	ErrNodeKey      = errorsmod.Register(ModuleName, 51, "unusable node key")

	// PublishNodeKey, RotateOperator, VetoRotation and ReplaceOperator.
	ErrOperatorSignature = errorsmod.Register(ModuleName, 52, "not signed by the operator's key")
	ErrRotationNumber    = errorsmod.Register(ModuleName, 53, "wrong number of the rotation")
	ErrRotationAddress   = errorsmod.Register(ModuleName, 54, "that is the operator's address")
	ErrRotationQueued    = errorsmod.Register(ModuleName, 55, "a rotation is queued already")
	ErrNoRotation        = errorsmod.Register(ModuleName, 56, "no such rotation is queued")
	ErrVoted             = errorsmod.Register(ModuleName, 57, "this meter has said so already")

	// SetTariff and SetPrices.
	ErrTariffDay   = errorsmod.Register(ModuleName, 60, "tariff not in the future")
	ErrTariffRule  = errorsmod.Register(ModuleName, 61, "unknown tariff rule")
	ErrTariffSlots = errorsmod.Register(ModuleName, 62, "a tariff has 96 prices of each kind")
	ErrTariffPrice = errorsmod.Register(ModuleName, 63, "price out of range")
	ErrTariffTick  = errorsmod.Register(ModuleName, 64, "price is no multiple of 2*tick")
	ErrTariffFee   = errorsmod.Register(ModuleName, 65, "fee per day out of range")

	ErrPricesSlots = errorsmod.Register(ModuleName, 66, "prices are of 1 to 200 slots, as many of each kind")
	ErrPricesEarly = errorsmod.Register(ModuleName, 67, "slot begins too soon to set its prices")

	// Any message that the chain's rule has no use for.
	ErrRule = errorsmod.Register(ModuleName, 69, "not under the rule of this chain")

	// DisputeDay, AnchorBook, NoBill and WithdrawNoBill.
	ErrNoCommitment    = errorsmod.Register(ModuleName, 70, "the roster has no commitment of this meter")
	ErrDisputed        = errorsmod.Register(ModuleName, 71, "day already disputed")
	ErrReason          = errorsmod.Register(ModuleName, 72, "unusable reason")
	ErrDisputeLate     = errorsmod.Register(ModuleName, 73, "the book that bills the commitment is anchored")
	ErrDisputeDue      = errorsmod.Register(ModuleName, 74, "the book that bills the commitment is overdue")
	ErrAnchorVersion   = errorsmod.Register(ModuleName, 80, "wrong book version")
	ErrAnchorEarly     = errorsmod.Register(ModuleName, 81, "roster not frozen yet")
	ErrBookHash        = errorsmod.Register(ModuleName, 82, "wrong size of the book hash")
	ErrTotals          = errorsmod.Register(ModuleName, 83, "totals are not the field element of a first book, or not empty")
	ErrAnchorOrder     = errorsmod.Register(ModuleName, 84, "the book of the day before is not anchored")
	ErrNoBillOpen      = errorsmod.Register(ModuleName, 90, "NoBill already open")
	ErrNoBillNotOpen   = errorsmod.Register(ModuleName, 91, "no open NoBill")
	ErrNoBillWithdrawn = errorsmod.Register(ModuleName, 92, "NoBill was withdrawn and no newer book is anchored")

	// FinalReading and ObjectFinalReading.
	ErrNotRetired        = errorsmod.Register(ModuleName, 93, "the meter has no last day")
	ErrFinalReadingEarly = errorsmod.Register(ModuleName, 94, "late roster of the last day not frozen yet")
	ErrNeverServed       = errorsmod.Register(ModuleName, 95, "the meter was not in service on its last day")
	ErrLastDaySigned     = errorsmod.Register(ModuleName, 96, "the meter has signed its last day")
	ErrFinalReading      = errorsmod.Register(ModuleName, 97, "the meter's final reading is there already")
	ErrNoFinalReading    = errorsmod.Register(ModuleName, 98, "the meter has no final reading")
	ErrObjected          = errorsmod.Register(ModuleName, 99, "the member has objected already")

	// ProveBook, in the order in which a whole is looked at.
	ErrProvePart      = errorsmod.Register(ModuleName, 120, "not the next part of a whole")
	ErrNotAnchored    = errorsmod.Register(ModuleName, 121, "no such book is anchored")
	ErrProven         = errorsmod.Register(ModuleName, 122, "book already proven")
	ErrProveOrder     = errorsmod.Register(ModuleName, 123, "a book before this one is neither proven nor void")
	ErrVoid           = errorsmod.Register(ModuleName, 124, "the day is void")
	ErrWhole          = errorsmod.Register(ModuleName, 125, "not the bytes of a book with its proofs")
	ErrBookBytes      = errorsmod.Register(ModuleName, 126, "not the anchored book")
	ErrBook           = errorsmod.Register(ModuleName, 127, "not a book of this chain, day and version")
	ErrBookMeters     = errorsmod.Register(ModuleName, 128, "the book's meters are not the roster's")
	ErrBookCopies     = errorsmod.Register(ModuleName, 129, "the book copies another day than the chain names")
	ErrBookTariff     = errorsmod.Register(ModuleName, 130, "the book's tariff is not the one in force")
	ErrBookPrices     = errorsmod.Register(ModuleName, 131, "the book's prices are not possible")
	ErrBookKeys       = errorsmod.Register(ModuleName, 132, "the book's keys are not those of genesis")
	ErrBookTotals     = errorsmod.Register(ModuleName, 133, "the book's totals are not the anchored ones")
	ErrBookLinks      = errorsmod.Register(ModuleName, 134, "a day does not begin where the meter's day before ended")
	ErrProofForm      = errorsmod.Register(ModuleName, 135, "not the points of a proof")
	ErrProof          = errorsmod.Register(ModuleName, 136, "a proof does not hold")
	ErrProofsPerBlock = errorsmod.Register(ModuleName, 137, "as many transactions with proofs as a block may have")
	ErrProofsTried    = errorsmod.Register(ModuleName, 138, "the signer has sent a proof that failed since the last block")

	// SetUplink, and what a day of a main chain is closed with.
	ErrUplinkDay = errorsmod.Register(ModuleName, 140, "first day of an uplink is not in the future")
	ErrUplink    = errorsmod.Register(ModuleName, 141, "unusable uplink")
	ErrEvidence  = errorsmod.Register(ModuleName, 142, "a community's day with evidence, or another day without")

	// Genesis.
	ErrGenesis = errorsmod.Register(ModuleName, 100, "invalid genesis")
)
