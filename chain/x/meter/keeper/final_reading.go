package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"electra/internal/stored"
	"electra/x/meter/types"
)

// Where a meter's service ends without a valid statement, nothing that the meter signed says where its registers ended:
// somebody reads them by hand. The operator commits to what was read, once; the member may object, once, in public.

func (k Keeper) checkFinalReading(ctx context.Context, now moment, m *types.MsgFinalReading) error {
	if now.params.Shared() {
		return errorsmod.Wrap(types.ErrRule, "final reading: expected none, a community's registers are 0 at every midnight")
	}
	at, err := k.meter(ctx, "meter", m.Meter)
	if err != nil {
		return err
	}
	if err := types.CheckCommitment("link", m.Link); err != nil {
		return err
	}
	if at.meter.LastDay == 0 {
		return errorsmod.Wrapf(types.ErrNotRetired, "meter: expected one with a last day, got %s", m.Meter)
	}
	day := at.meter.LastDay
	late, frozen, err := stored.Get(ctx, k.Rosters, collections.Join(day, true))
	if err != nil {
		return err
	}
	if !frozen {
		return errorsmod.Wrapf(types.ErrFinalReadingEarly, "meter: expected one whose last day %d has its late roster", day)
	}
	commitment, listed := types.RosterCommitment(late.Encoded, at.address)
	if !listed {
		return errorsmod.Wrapf(types.ErrNeverServed, "meter: expected one on the roster of its last day %d", day)
	}
	key := collections.Join(day, at.address)
	if known, err := k.FinalReadings.Has(ctx, key); err != nil {
		return err
	} else if known {
		return errorsmod.Wrapf(types.ErrFinalReading, "meter: %s", m.Meter)
	}
	if disputed, err := k.Disputes.Has(ctx, key); err != nil {
		return err
	} else if commitment != nil && !disputed {
		return errorsmod.Wrapf(types.ErrLastDaySigned, "meter: expected one without an undisputed statement of its last day %d", day)
	}
	return nil
}

func (k Keeper) applyFinalReading(ctx context.Context, now moment, m *types.MsgFinalReading) error {
	at, err := k.meter(ctx, "meter", m.Meter)
	if err != nil {
		return err
	}
	day := at.meter.LastDay
	reading := types.FinalReading{Meter: m.Meter, Day: day, Link: m.Link, Height: now.height, UnixS: now.unixS}
	if err := k.FinalReadings.Set(ctx, collections.Join(day, at.address), reading); err != nil {
		return err
	}
	return k.log(ctx, types.LogEntry{Kind: types.LogFinalReading, Day: day, Meter: m.Meter})
}

func (k Keeper) checkObjectFinalReading(ctx context.Context, _ moment, at enrolled, _ *types.MsgObjectFinalReading) error {
	reading, known, err := stored.Get(ctx, k.FinalReadings, collections.Join(at.meter.LastDay, at.address))
	if err != nil {
		return err
	}
	if !known {
		return errorsmod.Wrapf(types.ErrNoFinalReading, "meter: %s", at.meter.Address)
	}
	if reading.ObjectedHeight != 0 {
		return errorsmod.Wrapf(types.ErrObjected, "meter: %s", at.meter.Address)
	}
	return nil
}

func (k Keeper) applyObjectFinalReading(ctx context.Context, now moment, m *types.MsgObjectFinalReading) error {
	at, err := k.meter(ctx, "meter", m.Meter)
	if err != nil {
		return err
	}
	key := collections.Join(at.meter.LastDay, at.address)
	reading, err := k.FinalReadings.Get(ctx, key)
	if err != nil {
		return err
	}
	reading.ObjectedHeight = now.height
	if err := k.FinalReadings.Set(ctx, key, reading); err != nil {
		return err
	}
	return k.log(ctx, types.LogEntry{Kind: types.LogObjection, Day: reading.Day, Meter: m.Meter})
}
