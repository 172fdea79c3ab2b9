package keeper

import (
	"bytes"
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/x/meter/types"
)

// What other modules of a chain ask of its meters: the time, the operator, who has power.

// Now is chain time and the day it lies in.
func (k Keeper) Now(ctx sdk.Context) (unixS int64, today uint32, err error) {
	now, err := k.now(ctx)
	return now.unixS, now.today, err
}

// IsOperator says whether an address is the operator's.
func (k Keeper) IsOperator(ctx context.Context, address []byte) (bool, error) {
	operator, err := k.Operator.Get(ctx)
	return err == nil && bytes.Equal(operator, address), err
}

// HasPower says whether an address is a meter's whose consensus key has power.
func (k Keeper) HasPower(ctx context.Context, address []byte) (bool, error) {
	meter, found, err := stored.Get(ctx, k.Meters, address)
	if err != nil || !found {
		return false, err
	}
	return k.hasPower(ctx, meter)
}

// PowerOf is what meters hold together, and what all hold.
func (k Keeper) PowerOf(ctx context.Context, meters []string) (of, total int64, err error) {
	found, err := k.powers(ctx)
	if err != nil {
		return 0, 0, err
	}
	of, err = k.powerOf(ctx, meters, found)
	return of, found.total, err
}

// HadBlocks says whether the chain has made grace_blocks blocks since the day began in which a time lies that is over. What others may say
// no to comes into force no sooner: of a halt's time they have had nothing, and after it they have had no block.
func (k Keeper) HadBlocks(ctx sdk.Context, dueUnixS int64) (bool, error) {
	now, err := k.now(ctx)
	if err != nil {
		return false, err
	}
	return k.hadBlocks(ctx, now, dueUnixS)
}

// hadBlocks asks the first block of that day. Of a day that is frozen it is forgotten: that took as many blocks.
func (k Keeper) hadBlocks(ctx context.Context, now moment, dueUnixS int64) (bool, error) {
	day := types.DayOf(dueUnixS)
	if day == 0 {
		return true, nil
	}
	start, there, err := stored.Get(ctx, k.DayStarts, day-1) // b(d) is the first block after a day
	return err == nil && (!there || now.height >= start.Height+int64(now.params.GraceBlocks)), err
}
