package keeper

import (
	"context"

	"electra/internal/stored"
	"electra/x/meter/types"
)

// What the register of a main chain asks of its meters.

// MeterAt is an enrolled meter.
func (k Keeper) MeterAt(ctx context.Context, address []byte) (types.Meter, bool, error) {
	return stored.Get(ctx, k.Meters, address)
}

// SetMember makes another account the member of a meter.
func (k Keeper) SetMember(ctx context.Context, address, member []byte) error {
	meter, err := k.Meters.Get(ctx, address)
	if err != nil {
		return err
	}
	if meter.Member, err = types.FormatAddress(member); err != nil {
		return err
	}
	k.EnsureAccount(ctx, member)
	if err := k.Members.Set(ctx, member, true); err != nil {
		return err
	}
	return k.Meters.Set(ctx, address, meter)
}

// TrustAndDelay are how long a header is trusted and how long what others may veto waits, in seconds.
func (k Keeper) TrustAndDelay(ctx context.Context) (trustS, delayS int64, err error) {
	params, err := k.Params.Get(ctx)
	return int64(params.TrustPeriodS), int64(params.ValidatorDelayS), err
}

// GraceBlocks are how many blocks are still to be made after a time that has run out, so that nothing is over by a halt alone.
func (k Keeper) GraceBlocks(ctx context.Context) (int64, error) {
	params, err := k.Params.Get(ctx)
	return int64(params.GraceBlocks), err
}

// Hash is that of the genesis this chain began with.
func (k Keeper) Hash(ctx context.Context) ([]byte, error) { return k.GenesisHash.Get(ctx) }
