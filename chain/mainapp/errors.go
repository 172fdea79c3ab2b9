package mainapp

import errorsmod "cosmossdk.io/errors"

// Refusals of MsgSend that are the bank's own matter. Codes are stable.
var (
	ErrSendAmount  = errorsmod.Register("mainbank", 2, "amount")
	ErrSendTo      = errorsmod.Register("mainbank", 3, "receiver")
	ErrSendBalance = errorsmod.Register("mainbank", 4, "balance")
	ErrBankGenesis = errorsmod.Register("mainbank", 5, "genesis")
)
