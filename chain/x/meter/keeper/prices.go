package keeper

import (
	"context"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"electra/x/meter/types"
)

// Outside prices of single slots, which an auction makes known only hours before: they stand over the tariff of their days. Whoever
// buys and sells by them knows them a slot beforehand at least, so nobody learns after the fact what an hour has cost.

func (k Keeper) checkSetPrices(_ context.Context, now moment, m *types.MsgSetPrices) error {
	n := len(m.RetailNelPerWh)
	if n == 0 || n > types.MaxPricedSlots {
		return errorsmod.Wrapf(types.ErrPricesSlots, "retail_nel_per_wh: expected 1 to %d prices, got %d", types.MaxPricedSlots, n)
	}
	if got := len(m.FeedInNelPerWh); got != n {
		return errorsmod.Wrapf(types.ErrPricesSlots, "feed_in_nel_per_wh: expected %d prices, as many as of retail, got %d", n, got)
	}
	if last := uint64(m.FromSlot) + uint64(n) - 1; last > types.MaxSlot {
		return errorsmod.Wrapf(types.ErrDayRange, "from_slot: expected a last slot of at most %d, got %d", uint32(types.MaxSlot), last)
	}
	if last := uint64(now.today) + types.MaxAheadDays; uint64(types.DayOfSlot(m.FromSlot)) > last {
		return errorsmod.Wrapf(types.ErrDayRange, "from_slot: expected one of day %d, %d days ahead, or before", last, types.MaxAheadDays)
	}
	if begins := types.SlotStart(m.FromSlot); begins < now.unixS+types.PricesAheadS {
		return errorsmod.Wrapf(types.ErrPricesEarly, "from_slot: expected one that begins at %d or later, %d s from chain time %d, got %d",
			now.unixS+types.PricesAheadS, types.PricesAheadS, now.unixS, begins)
	}
	return types.CheckPrices(m.RetailNelPerWh, m.FeedInNelPerWh, now.params)
}

// applySetPrices replaces what was set for the same slots before: none of them has begun.
func (k Keeper) applySetPrices(ctx context.Context, now moment, m *types.MsgSetPrices) error {
	for i, retail := range m.RetailNelPerWh {
		slot := m.FromSlot + uint32(i)
		prices := types.SlotPrices{Slot: slot, RetailNelPerWh: retail, FeedInNelPerWh: m.FeedInNelPerWh[i], Height: now.height, UnixS: now.unixS}
		if err := k.SlotPrices.Set(ctx, slot, prices); err != nil {
			return err
		}
	}
	return nil
}

// TariffOn is the tariff in force on a day, with the prices of slots that were set over it: books are held to those, and so are
// sums of bills.
func (k Keeper) TariffOn(ctx context.Context, day uint32) (types.Tariff, error) {
	tariff, err := k.tariffOn(ctx, day)
	if err != nil {
		return tariff, err
	}
	tariff.RetailNelPerWh, tariff.FeedInNelPerWh = slices.Clone(tariff.RetailNelPerWh), slices.Clone(tariff.FeedInNelPerWh)
	first := day * types.SlotsPerDay
	ofDay := new(collections.Range[uint32]).StartInclusive(first).EndInclusive(first + types.SlotsPerDay - 1)
	err = k.SlotPrices.Walk(ctx, ofDay, func(slot uint32, p types.SlotPrices) (bool, error) {
		tariff.RetailNelPerWh[slot-first], tariff.FeedInNelPerWh[slot-first] = p.RetailNelPerWh, p.FeedInNelPerWh
		return false, nil
	})
	return tariff, err
}
