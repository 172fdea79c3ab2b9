package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	meterkeeper "electra/x/meter/keeper"
	metertypes "electra/x/meter/types"
)

// Bank is what the module needs of x/bank.
type Bank interface {
	GetBalance(ctx context.Context, address sdk.AccAddress, denom string) sdk.Coin
	SendCoinsFromModuleToAccount(ctx context.Context, module string, to sdk.AccAddress, coins sdk.Coins) error
	SendCoinsFromAccountToModule(ctx context.Context, from sdk.AccAddress, module string, coins sdk.Coins) error
}

// Holders are x/electra's: who may hold ELECTRA, and whom the guardian has frozen.
type Holders interface {
	IsHolder(ctx context.Context, address []byte) (bool, error)
	IsFrozen(ctx context.Context, address []byte) (bool, error)
}

// Communities are those that are registered.
type Communities interface {
	// CreditNel is what an uplink was registered with: the least that a withdrawal leaves.
	CreditNel(ctx context.Context, uplink []byte) (uint64, error)
	// IsStopped says whether one was suspended: by two histories of its chain, or by vote.
	IsStopped(ctx context.Context, uplink []byte) (bool, error)
}

// Meters are the main chain's: uplinks, the books of its days, and verdicts on proofs.
type Meters interface {
	Now(ctx sdk.Context) (unixS int64, today uint32, err error)
	// GraceBlocks are how many blocks are still to be made after a time that has run out: a chain that halted meanwhile has made none.
	GraceBlocks(ctx context.Context) (int64, error)
	IsOperator(ctx context.Context, address []byte) (bool, error)
	// Uplink is a meter; its member is the treasury.
	Uplink(ctx context.Context, address []byte) (metertypes.Meter, bool, error)
	// FirstDay is the first day that the chain freezes.
	FirstDay(ctx context.Context) (uint32, error)
	// TariffOn is the tariff in force on a day, with the prices of slots over it.
	TariffOn(ctx context.Context, day uint32) (metertypes.Tariff, error)
	// IsDone says whether a day's book is proven, or the day is void.
	IsDone(ctx sdk.Context, day uint32) (bool, error)
	// Bill is the commitment to what an uplink owes for a day; nil: none.
	Bill(ctx context.Context, day uint32, uplink []byte) ([]byte, error)
	// Billed are the uplinks with a bill of a day, in the order of their addresses.
	Billed(ctx context.Context, day uint32) ([][]byte, error)
	DropBills(ctx context.Context, day uint32) error
	CheckClaims(ctx context.Context, signer, circuit string, claims []meterkeeper.Claim) error
	CountProofs(ctx context.Context) error
}
