package types

import errorsmod "cosmossdk.io/errors"

// Each refusal has a code that never changes its meaning.
var (
	ErrUplink        = errorsmod.Register(ModuleName, 2, "not a meter that can be an uplink")
	ErrChain         = errorsmod.Register(ModuleName, 3, "not the id of another chain")
	ErrTaken         = errorsmod.Register(ModuleName, 4, "uplink or chain registered already")
	ErrNotRegistered = errorsmod.Register(ModuleName, 5, "no community is registered behind this uplink")
	ErrSuspended     = errorsmod.Register(ModuleName, 6, "the community is suspended")
	ErrEvidenceForm  = errorsmod.Register(ModuleName, 7, "not the bytes of evidence")
	ErrHeader        = errorsmod.Register(ModuleName, 8, "a header that cannot be gone on to")
	ErrExpired       = errorsmod.Register(ModuleName, 9, "the client ran out: its latest header is too old")
	ErrSignatures    = errorsmod.Register(ModuleName, 10, "a header that its validators have not signed")
	ErrStateProof    = errorsmod.Register(ModuleName, 11, "state not proven under the header")
	ErrCommunity     = errorsmod.Register(ModuleName, 12, "not the chain of a community that this one takes")
	ErrDayNotOver    = errorsmod.Register(ModuleName, 13, "the header is of before the end of the day")
	ErrNotProven     = errorsmod.Register(ModuleName, 14, "the community's chain has not proven this day")
	ErrCopies        = errorsmod.Register(ModuleName, 15, "too many entries of the day are copies")
	ErrOtherMain     = errorsmod.Register(ModuleName, 16, "the community does not share on this chain by this uplink")
	ErrPending       = errorsmod.Register(ModuleName, 17, "the same waits already")
	ErrNoPending     = errorsmod.Register(ModuleName, 18, "nothing of this number waits")
	ErrVetoed        = errorsmod.Register(ModuleName, 19, "vetoed by this meter already")
	ErrNoPower       = errorsmod.Register(ModuleName, 20, "the meter has no power")
	ErrNoConflict    = errorsmod.Register(ModuleName, 21, "not two headers of one height")
	ErrRunning       = errorsmod.Register(ModuleName, 22, "the client is neither suspended nor run out")
	ErrTreasury      = errorsmod.Register(ModuleName, 23, "not another account for a treasury")
	ErrVoted         = errorsmod.Register(ModuleName, 24, "this meter has said so already")
	ErrUpdateEarly   = errorsmod.Register(ModuleName, 25, "too soon after the last kept header")
	ErrTerms         = errorsmod.Register(ModuleName, 26, "credit or members out of range")
	ErrGenesis       = errorsmod.Register(ModuleName, 100, "invalid genesis")
)
