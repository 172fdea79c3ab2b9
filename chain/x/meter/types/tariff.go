package types

import errorsmod "cosmossdk.io/errors"

// CheckTariff holds what is true of a tariff whenever it was set: -2^31 < feedIn <= retail < 2^31, both multiples of
// 2*tick (finer prices let anybody solve a slot's price for supply and demand), 0 <= fee < 2^48, the one rule known.
// When it may be set is the keeper's question.
func CheckTariff(t Tariff, tick uint64) error {
	if t.FromDay > MaxDay {
		return errorsmod.Wrapf(ErrDayRange, "from_day: expected at most %d, got %d", uint32(MaxDay), t.FromDay)
	}
	if t.Rule != TariffRule {
		return errorsmod.Wrapf(ErrTariffRule, "rule: expected %q", TariffRule)
	}
	if n := len(t.RetailNelPerWh); n != SlotsPerDay {
		return errorsmod.Wrapf(ErrTariffSlots, "retail_nel_per_wh: expected %d prices, got %d", SlotsPerDay, n)
	}
	if n := len(t.FeedInNelPerWh); n != SlotsPerDay {
		return errorsmod.Wrapf(ErrTariffSlots, "feed_in_nel_per_wh: expected %d prices, got %d", SlotsPerDay, n)
	}
	step := 2 * int64(tick)
	for i, retail := range t.RetailNelPerWh {
		feedIn := t.FeedInNelPerWh[i]
		if retail >= PriceEnd || retail < feedIn {
			return errorsmod.Wrapf(ErrTariffPrice, "retail_nel_per_wh[%d]: expected feed_in <= retail < 2^31, got %d", i, retail)
		}
		if feedIn <= -PriceEnd {
			return errorsmod.Wrapf(ErrTariffPrice, "feed_in_nel_per_wh[%d]: expected more than -2^31, got %d", i, feedIn)
		}
		if retail%step != 0 {
			return errorsmod.Wrapf(ErrTariffTick, "retail_nel_per_wh[%d]: expected a multiple of %d, got %d", i, step, retail)
		}
		if feedIn%step != 0 {
			return errorsmod.Wrapf(ErrTariffTick, "feed_in_nel_per_wh[%d]: expected a multiple of %d, got %d", i, step, feedIn)
		}
	}
	if t.FeePerDayNel >= FeePerDayEnd {
		return errorsmod.Wrapf(ErrTariffFee, "fee_per_day_nel: expected less than 2^48, got %d", t.FeePerDayNel)
	}
	return nil
}
