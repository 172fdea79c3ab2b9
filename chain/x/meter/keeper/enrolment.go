package keeper

import (
	"bytes"
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"electra/internal/stored"
	"electra/x/meter/types"
)

// Enrolment. An address enrols once, ever: a replaced or reset meter is a new key, so that registers and links of one
// name never run backwards. Load keeps, per day, how much the roster's sum of max_wh_per_slot changes that day.

func (k Keeper) checkEnrolMeter(ctx context.Context, now moment, m *types.MsgEnrolMeter) error {
	address, err := types.ParseAddress("meter", m.Meter)
	if err != nil {
		return err
	}
	if _, err := types.ParseAddress("member", m.Member); err != nil {
		return err
	}
	if m.FirstDay > types.MaxDay {
		return errorsmod.Wrapf(types.ErrDayRange, "first_day: expected at most %d, got %d", uint32(types.MaxDay), m.FirstDay)
	}
	if m.FirstDay <= now.today {
		return errorsmod.Wrapf(types.ErrFirstDay, "first_day: expected more than today's %d, got %d", now.today, m.FirstDay)
	}
	if first, err := k.NextFreeze.Get(ctx); err != nil {
		return err
	} else if m.FirstDay < first { // a chain that begins in the future: days before its first are never frozen
		return errorsmod.Wrapf(types.ErrFirstDay, "first_day: expected at least the chain's first day %d, got %d", first, m.FirstDay)
	}
	if m.MaxWhPerSlot == 0 || m.MaxWhPerSlot >= types.MaxWhPerSlotEnd {
		return errorsmod.Wrapf(types.ErrMaxWhPerSlot, "max_wh_per_slot: expected 1 to %d, got %d", types.MaxWhPerSlotEnd-1, m.MaxWhPerSlot)
	}
	if known, err := k.Meters.Has(ctx, address); err != nil {
		return err
	} else if known {
		return errorsmod.Wrapf(types.ErrMeterExists, "meter: %s", m.Meter)
	}
	if count, err := k.meterCount(ctx); err != nil {
		return err
	} else if count >= types.MaxMeters {
		return errorsmod.Wrapf(types.ErrMeterCount, "meter: expected at most %d, the retired ones included", types.MaxMeters)
	}
	if err := k.checkConsensusKey(ctx, m.ConsensusKey); err != nil {
		return err
	}
	return k.checkLoad(ctx, m.FirstDay, m.MaxWhPerSlot)
}

// checkConsensusKey: none makes a light meter; a key must be usable and never seen before.
func (k Keeper) checkConsensusKey(ctx context.Context, key []byte) error {
	if len(key) == 0 {
		return nil
	}
	if err := types.CheckConsensusKey("consensus_key", key); err != nil {
		return err
	}
	return k.checkUnusedKey(ctx, "consensus_key", key)
}

func (k Keeper) checkUnusedKey(ctx context.Context, field string, key []byte) error {
	if used, err := k.ConsensusKeys.Has(ctx, key); err != nil {
		return err
	} else if used {
		return errorsmod.Wrapf(types.ErrConsensusKeyUsed, "%s: expected one that no meter ever had", field)
	}
	return nil
}

// checkLoad wants the sum of max_wh_per_slot below 2^24 on every day from firstDay on, the new meter included.
func (k Keeper) checkLoad(ctx context.Context, firstDay, maxWhPerSlot uint32) error {
	load, peak := int64(0), int64(0)
	err := k.Load.Walk(ctx, nil, func(day uint32, change int64) (bool, error) {
		if day > firstDay {
			peak = max(peak, load) // the load that held up to this day, firstDay included
		}
		load += change
		return false, nil
	})
	if err != nil {
		return err
	}
	peak = max(peak, load)
	if free := types.RosterLoadEnd - 1 - peak; int64(maxWhPerSlot) > free {
		return errorsmod.Wrapf(types.ErrRosterLoad, "max_wh_per_slot: expected at most %d beside the meters of the same days, got %d",
			max(free, 0), maxWhPerSlot)
	}
	return nil
}

func (k Keeper) applyEnrolMeter(ctx context.Context, now moment, m *types.MsgEnrolMeter) error {
	meter := types.Meter{Address: m.Meter, Member: m.Member, FirstDay: m.FirstDay, MaxWhPerSlot: m.MaxWhPerSlot,
		ConsensusKey: m.ConsensusKey, EnrolledHeight: now.height}
	if err := k.putMeter(ctx, meter); err != nil {
		return err
	}
	if len(m.ConsensusKey) == 0 {
		return nil
	}
	return k.queueBeginning(ctx, now, meter)
}

// putMeter stores a new meter with all its indices and the accounts of its two signers.
func (k Keeper) putMeter(ctx context.Context, meter types.Meter) error {
	address, err := types.ParseAddress("meter", meter.Address)
	if err != nil {
		return err
	}
	member, err := types.ParseAddress("member", meter.Member)
	if err != nil {
		return err
	}
	k.EnsureAccount(ctx, address)
	k.EnsureAccount(ctx, member)
	if err := k.Meters.Set(ctx, address, meter); err != nil {
		return err
	}
	if err := k.Members.Set(ctx, member, true); err != nil {
		return err
	}
	if count, err := k.meterCount(ctx); err != nil {
		return err
	} else if err := k.MeterCount.Set(ctx, count+1); err != nil {
		return err
	}
	if len(meter.ConsensusKey) > 0 {
		if err := k.ConsensusKeys.Set(ctx, meter.ConsensusKey, address); err != nil {
			return err
		}
	}
	return k.changeLoad(ctx, meter, 1)
}

func (k Keeper) meterCount(ctx context.Context) (uint32, error) {
	count, err := k.MeterCount.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		err = nil
	}
	return count, err
}

// changeLoad adds (sign 1) or takes away (sign -1) what a meter puts on the rosters of its days.
func (k Keeper) changeLoad(ctx context.Context, meter types.Meter, sign int64) error {
	load := sign * int64(meter.MaxWhPerSlot)
	if err := k.addLoad(ctx, meter.FirstDay, load); err != nil {
		return err
	}
	if meter.LastDay == 0 {
		return nil
	}
	return k.addLoad(ctx, max(meter.FirstDay, meter.LastDay+1), -load)
}

func (k Keeper) addLoad(ctx context.Context, day uint32, change int64) error {
	old, _, err := stored.Get(ctx, k.Load, day)
	if err != nil {
		return err
	}
	if old+change == 0 {
		return k.Load.Remove(ctx, day)
	}
	return k.Load.Set(ctx, day, old+change)
}

// checkRetireMeter: the last day may be today or later. It may be moved to an earlier day while it is not over,
// never to a later one: rosters were announced without the meter, and their load may be given away.
func (k Keeper) checkRetireMeter(ctx context.Context, now moment, m *types.MsgRetireMeter) error {
	at, err := k.meter(ctx, "meter", m.Meter)
	if err != nil {
		return err
	}
	if m.LastDay > types.MaxDay {
		return errorsmod.Wrapf(types.ErrDayRange, "last_day: expected at most %d, got %d", uint32(types.MaxDay), m.LastDay)
	}
	if m.LastDay < now.today {
		return errorsmod.Wrapf(types.ErrLastDay, "last_day: expected at least today's %d, got %d", now.today, m.LastDay)
	}
	if last := at.meter.LastDay; last != 0 && m.LastDay >= last {
		return errorsmod.Wrapf(types.ErrRetired, "last_day: already %d, expected an earlier one", last)
	}
	return nil
}

func (k Keeper) applyRetireMeter(ctx context.Context, now moment, m *types.MsgRetireMeter) error {
	at, err := k.meter(ctx, "meter", m.Meter)
	if err != nil {
		return err
	}
	meter := at.meter
	if err := k.changeLoad(ctx, meter, -1); err != nil {
		return err
	}
	meter.LastDay = m.LastDay
	if err := k.changeLoad(ctx, meter, 1); err != nil {
		return err
	}
	if err := k.Meters.Set(ctx, at.address, meter); err != nil {
		return err
	}
	return k.queueRemoval(ctx, now, meter)
}

// beginServices puts into service every meter that has closed the day that freezes now, and no day before it. Until then a
// meter is on no roster: registers that nobody has committed to have no beginning.
func (k Keeper) beginServices(ctx context.Context, day uint32) error {
	var begun []types.Meter
	err := k.Meters.Walk(ctx, nil, func(address []byte, meter types.Meter) (bool, error) {
		if meter.ServiceDay != 0 || !meter.May(day) {
			return false, nil
		}
		closed, err := k.Commitments.Has(ctx, collections.Join(day, address))
		if closed {
			meter.ServiceDay = day
			begun = append(begun, meter)
		}
		return err != nil, err
	})
	if err != nil {
		return err
	}
	for _, meter := range begun {
		address, err := types.ParseAddress("meter", meter.Address)
		if err != nil {
			return err
		}
		if err := k.Meters.Set(ctx, address, meter); err != nil {
			return err
		}
	}
	return nil
}

// frozenEntries are the meters that a day's roster lists, with their commitments, sorted by address.
func (k Keeper) frozenEntries(ctx context.Context, params types.Params, day uint32) ([]types.RosterEntry, error) {
	var entries []types.RosterEntry
	err := k.Meters.Walk(ctx, nil, func(address []byte, meter types.Meter) (bool, error) {
		if !params.Lists(meter, day) {
			return false, nil
		}
		commitment, _, err := stored.Get(ctx, k.Commitments, collections.Join(day, address))
		if err != nil {
			return true, err
		}
		entries = append(entries, types.RosterEntry{Address: bytes.Clone(address), Commitment: commitment.Commitment})
		return false, nil
	})
	return entries, err
}
