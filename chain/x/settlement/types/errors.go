package types

import errorsmod "cosmossdk.io/errors"

// Codes are stable.
var (
	ErrAmount     = errorsmod.Register(ModuleName, 10, "amount out of range")
	ErrUplink     = errorsmod.Register(ModuleName, 11, "no such uplink")
	ErrTreasury   = errorsmod.Register(ModuleName, 12, "not the treasury of the uplink")
	ErrBalance    = errorsmod.Register(ModuleName, 13, "more than the account has")
	ErrEscrow     = errorsmod.Register(ModuleName, 14, "more than the escrow may give")
	ErrOwes       = errorsmod.Register(ModuleName, 15, "the uplink owes")
	ErrFrozen     = errorsmod.Register(ModuleName, 16, "account frozen")
	ErrHolder     = errorsmod.Register(ModuleName, 17, "not an account that may hold ELECTRA")
	ErrSuspended  = errorsmod.Register(ModuleName, 18, "the community is suspended, or an entry of it is missing")
	ErrPeriod     = errorsmod.Register(ModuleName, 20, "not the first day of a period")
	ErrNotReady   = errorsmod.Register(ModuleName, 21, "a day of the period is neither proven nor void")
	ErrEntries    = errorsmod.Register(ModuleName, 22, "wrong number of entries, or an uplink twice")
	ErrSettled    = errorsmod.Register(ModuleName, 23, "the uplink's period is settled")
	ErrNoBill     = errorsmod.Register(ModuleName, 24, "the uplink has no bill in the period")
	ErrBeyondRule = errorsmod.Register(ModuleName, 25, "more than prices and capacity allow")

	ErrGenesis = errorsmod.Register(ModuleName, 100, "invalid genesis")
)
