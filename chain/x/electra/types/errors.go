package types

import errorsmod "cosmossdk.io/errors"

// Codes are stable.
var (
	ErrAmount        = errorsmod.Register(ModuleName, 10, "amount out of range")
	ErrHash          = errorsmod.Register(ModuleName, 11, "a hash has 32 bytes")
	ErrBalance       = errorsmod.Register(ModuleName, 12, "more than the account has")
	ErrNotRegistered = errorsmod.Register(ModuleName, 13, "not an account that may hold ELECTRA")
	ErrRegistered    = errorsmod.Register(ModuleName, 14, "account already registered")
	ErrKind          = errorsmod.Register(ModuleName, 15, "kind of account not accepted")
	ErrMembers       = errorsmod.Register(ModuleName, 16, "as many accounts as the community's members may have")
	ErrPaused        = errorsmod.Register(ModuleName, 17, "paused")
	ErrNotPaused     = errorsmod.Register(ModuleName, 18, "not paused")
	ErrFrozen        = errorsmod.Register(ModuleName, 19, "account frozen")
	ErrNotFrozen     = errorsmod.Register(ModuleName, 20, "account not frozen")
	ErrSends         = errorsmod.Register(ModuleName, 21, "as many sends as an account may have in a day")
	ErrCounter       = errorsmod.Register(ModuleName, 22, "not the next counter")

	ErrAttestationTime = errorsmod.Register(ModuleName, 30, "time of the attestation")
	ErrAttestationAge  = errorsmod.Register(ModuleName, 31, "no attestation of the last 35 days")
	ErrUnbacked        = errorsmod.Register(ModuleName, 32, "more than is attested")

	ErrReference    = errorsmod.Register(ModuleName, 40, "unusable reference")
	ErrOpen         = errorsmod.Register(ModuleName, 41, "as many open redemptions as an account may have")
	ErrNoRedemption = errorsmod.Register(ModuleName, 42, "no such open redemption")
	ErrPaymentUsed  = errorsmod.Register(ModuleName, 43, "payment confirms another redemption")
	ErrReason       = errorsmod.Register(ModuleName, 44, "reason not accepted")

	ErrRole           = errorsmod.Register(ModuleName, 50, "no such role")
	ErrRoleAddress    = errorsmod.Register(ModuleName, 51, "address has a role already, or waits for one")
	ErrRotationQueued = errorsmod.Register(ModuleName, 52, "a rotation of the role waits")
	ErrNoRotation     = errorsmod.Register(ModuleName, 53, "no rotation of the role waits")
	ErrVoted          = errorsmod.Register(ModuleName, 54, "meter has named this address")
	ErrNoPower        = errorsmod.Register(ModuleName, 55, "meter has no power")

	ErrGenesis = errorsmod.Register(ModuleName, 100, "invalid genesis")
)
