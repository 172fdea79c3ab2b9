package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"electra/internal/stored"
	"electra/x/meter/types"
)

// What meters send: a sealed report per slot, a sealed statement with its commitment per day. The boxes stay in the
// blocks; the state keeps a mark per report, until reports of that slot are too old anyway, and the commitment.

func (k Keeper) checkReport(ctx context.Context, now moment, at enrolled, m *types.MsgReport) error {
	if now.params.Shared() {
		return errorsmod.Wrap(types.ErrRule, "report: expected none, communities state their days alone")
	}
	if n := len(m.Sealed); n != types.SealedReportBytes {
		return errorsmod.Wrapf(types.ErrSealedSize, "sealed: expected %d bytes, got %d", types.SealedReportBytes, n)
	}
	if err := checkMeterDay(at.meter, types.DayOfSlot(m.Slot)); err != nil {
		return err
	}
	if end := types.SlotEnd(m.Slot); end > now.unixS {
		return errorsmod.Wrapf(types.ErrSlotNotOver, "slot: %d ends at %d, chain time is %d", m.Slot, end, now.unixS)
	}
	if slotTooOld(m.Slot, now) {
		return errorsmod.Wrapf(types.ErrSlotTooOld, "slot: expected one that ended at most %d s ago, got %d", now.params.LateS, m.Slot)
	}
	if err := k.checkKeyEpoch(ctx, now, m.KeyEpoch); err != nil {
		return err
	}
	used, err := k.Reports.Has(ctx, collections.Join(m.Slot, at.address))
	if err != nil {
		return err
	}
	if used {
		return errorsmod.Wrapf(types.ErrSlotUsed, "slot: %d", m.Slot)
	}
	return nil
}

// slotTooOld is also when the mark of a report may go: the rule that needs it no longer can.
func slotTooOld(slot uint32, now moment) bool {
	return types.SlotEnd(slot)+int64(now.params.LateS) < now.unixS
}

func (k Keeper) applyReport(ctx context.Context, _ moment, m *types.MsgReport) error {
	return setOf(ctx, k.Reports, m.Slot, m.Meter, true)
}

func (k Keeper) checkCloseDay(ctx context.Context, now moment, at enrolled, m *types.MsgCloseDay) error {
	if n := len(m.Sealed); n != types.SealedDayBytes {
		return errorsmod.Wrapf(types.ErrSealedSize, "sealed: expected %d bytes, got %d", types.SealedDayBytes, n)
	}
	if err := types.CheckCommitment("commitment", m.Commitment); err != nil {
		return err
	}
	if err := checkMeterDay(at.meter, m.Day); err != nil {
		return err
	}
	if end := types.DayEnd(m.Day); end > now.unixS {
		return errorsmod.Wrapf(types.ErrDayNotOver, "day: %d ends at %d, chain time is %d", m.Day, end, now.unixS)
	}
	if err := k.checkLatePeriod(ctx, now, m.Day); err != nil {
		return err
	}
	if err := k.checkKeyEpoch(ctx, now, m.KeyEpoch); err != nil {
		return err
	}
	if err := k.checkService(ctx, at.meter, m.Day); err != nil {
		return err
	}
	used, err := k.Commitments.Has(ctx, collections.Join(m.Day, at.address))
	if err != nil {
		return err
	}
	if used {
		return errorsmod.Wrapf(types.ErrDayUsed, "day: %d", m.Day)
	}
	return k.checkEvidence(ctx, at, m)
}

// checkLatePeriod accepts a day until late_s after its freeze; a day that waits to freeze, after a halt, waits for its
// statements too.
func (k Keeper) checkLatePeriod(ctx context.Context, now moment, day uint32) error {
	next, err := k.NextLate.Get(ctx)
	if err != nil {
		return err
	}
	if day < next {
		return errorsmod.Wrapf(types.ErrDayTooOld, "day: expected at least %d, whose statements are still taken, got %d", next, day)
	}
	at, frozen, err := stored.Get(ctx, k.FrozenAt, day)
	if err != nil || !frozen {
		return err
	}
	if deadline := at + int64(now.params.LateS); now.unixS >= deadline {
		return errorsmod.Wrapf(types.ErrDayTooOld, "day: %d was accepted until %d, chain time is %d", day, deadline, now.unixS)
	}
	return nil
}

// checkService refuses a frozen day before the meter's service: the roster of that day does not list it, and a late one
// lists nobody else.
func (k Keeper) checkService(ctx context.Context, meter types.Meter, day uint32) error {
	next, err := k.NextFreeze.Get(ctx)
	if err != nil || day >= next || meter.On(day) {
		return err
	}
	return errorsmod.Wrapf(types.ErrBeforeService,
		"day: expected one at or after the first statement in time, got %d, frozen without the meter", day)
}

func (k Keeper) applyCloseDay(ctx context.Context, now moment, m *types.MsgCloseDay) error {
	if err := k.keepEvidence(ctx, m); err != nil {
		return err
	}
	return setOf(ctx, k.Commitments, m.Day, m.Meter,
		types.Commitment{Meter: m.Meter, Day: m.Day, Commitment: m.Commitment, Height: now.height})
}

// checkKeyEpoch accepts the latest epoch, and an older one until key_overlap after its successor took effect.
func (k Keeper) checkKeyEpoch(ctx context.Context, now moment, epoch uint32) error {
	if ok, err := k.NodeKeys.Has(ctx, epoch); err != nil {
		return err
	} else if !ok {
		return errorsmod.Wrapf(types.ErrKeyEpochUnknown, "key_epoch: %d", epoch)
	}
	next, replaced, err := stored.Get(ctx, k.NodeKeys, epoch+1)
	if err != nil {
		return err
	}
	if until := next.EffectiveUnixS + int64(now.params.KeyOverlapS); replaced && now.unixS >= until {
		return errorsmod.Wrapf(types.ErrKeyEpochExpired, "key_epoch: %d was accepted until %d, chain time is %d", epoch, until, now.unixS)
	}
	return nil
}
