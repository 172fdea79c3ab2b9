package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Bank is what the module needs of x/bank.
type Bank interface {
	GetBalance(ctx context.Context, address sdk.AccAddress, denom string) sdk.Coin
	GetSupply(ctx context.Context, denom string) sdk.Coin
	BlockedAddr(address sdk.AccAddress) bool
	MintCoins(ctx context.Context, module string, coins sdk.Coins) error
	BurnCoins(ctx context.Context, module string, coins sdk.Coins) error
	SendCoins(ctx context.Context, from, to sdk.AccAddress, coins sdk.Coins) error
	SendCoinsFromModuleToAccount(ctx context.Context, module string, to sdk.AccAddress, coins sdk.Coins) error
	SendCoinsFromAccountToModule(ctx context.Context, from sdk.AccAddress, module string, coins sdk.Coins) error
}

// Meters are the main chain's: communities, one of whose keys is a validator's or not.
type Meters interface {
	Now(ctx sdk.Context) (unixS int64, today uint32, err error)
	IsOperator(ctx context.Context, address []byte) (bool, error)
	HasPower(ctx context.Context, meter []byte) (bool, error)
	PowerOf(ctx context.Context, meters []string) (of, total int64, err error)
	// GraceBlocks are how many blocks are still to be made after a time that has run out: a chain that halted meanwhile has made none.
	GraceBlocks(ctx context.Context) (int64, error)
	EnsureAccount(ctx context.Context, address []byte)
}

// Communities are those that are registered.
type Communities interface {
	// MembersOf is how many members the community of a treasury has; 0 where it is nobody's treasury.
	MembersOf(ctx context.Context, treasury []byte) (uint32, error)
}
