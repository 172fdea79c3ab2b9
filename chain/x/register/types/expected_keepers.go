package types

import (
	"context"
	"crypto/sha256"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	metertypes "electra/x/meter/types"
)

// Meters are the main chain's.
type Meters interface {
	Now(ctx sdk.Context) (unixS int64, today uint32, err error)
	TrustAndDelay(ctx context.Context) (trustS, delayS int64, err error)
	HadBlocks(ctx sdk.Context, dueUnixS int64) (bool, error)
	IsOperator(ctx context.Context, address []byte) (bool, error)
	IsParty(ctx context.Context, address []byte) (bool, error)
	HasPower(ctx context.Context, meter []byte) (bool, error)
	PowerOf(ctx context.Context, meters []string) (of, total int64, err error)
	MeterAt(ctx context.Context, address []byte) (metertypes.Meter, bool, error)
	SetMember(ctx context.Context, meter, member []byte) error
	Hash(ctx context.Context) ([]byte, error)
	Dearly(ctx context.Context, signer string, seed [sha256.Size]byte, failed *errorsmod.Error, judge func() string) error
	Failed(ctx context.Context, signer string)
	CountProofs(ctx context.Context) error
}

// Debts say which community's treasury is in debt for too long.
type Debts interface {
	IsSuspended(ctx context.Context, uplink []byte) (bool, error)
}

// Holders are the accounts that may hold ELECTRA.
type Holders interface {
	IsHolder(ctx context.Context, address []byte) (bool, error)
}
