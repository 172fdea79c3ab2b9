// Package txerrors names what a chain refuses of a transaction whichever module its messages belong to: its form, its
// signer, an address in it. The ante handler says most of them before a module is asked; modules say the rest.
package txerrors

import errorsmod "cosmossdk.io/errors"

// Codespace was x/meter's alone when these codes were published, and senders match on (codespace, code). So it stays
// "meter", and of its codes 2 to 11 and 13 are these for ever: x/meter registers the others.
const Codespace = "meter"

// Codes are never reused.
var (
	ErrStranger    = errorsmod.Register(Codespace, 2, "stranger: the signer is neither operator, meter nor member of this chain")
	ErrWrongSigner = errorsmod.Register(Codespace, 3, "wrong signer")
	ErrMessageType = errorsmod.Register(Codespace, 4, "message type not accepted")
	ErrTxSize      = errorsmod.Register(Codespace, 5, "transaction too large")
	ErrTxMessages  = errorsmod.Register(Codespace, 6, "wrong number of messages")
	ErrTxSigners   = errorsmod.Register(Codespace, 7, "a transaction has exactly one signer")
	ErrFee         = errorsmod.Register(Codespace, 8, "this chain takes no fees")
	ErrSignMode    = errorsmod.Register(Codespace, 9, "key type or sign mode not accepted")
	ErrTxOptions   = errorsmod.Register(Codespace, 10, "transaction option not accepted")
	ErrAddress     = errorsmod.Register(Codespace, 11, "malformed address")
	ErrEncoding    = errorsmod.Register(Codespace, 13, "not the one encoding of a transaction")
)
