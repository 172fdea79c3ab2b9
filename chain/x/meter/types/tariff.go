package types

import errorsmod "cosmossdk.io/errors"

// CheckTariff holds what is true of a tariff whenever it was set: prices that CheckPrices takes, 0 <= fee < 2^48, the rule of the chain.
// When it may be set is the keeper's question.
func CheckTariff(t Tariff, p Params) error {
	if t.FromDay > MaxDay {
		return errorsmod.Wrapf(ErrDayRange, "from_day: expected at most %d, got %d", uint32(MaxDay), t.FromDay)
	}
	if t.Rule != p.TariffRule() {
		return errorsmod.Wrapf(ErrTariffRule, "rule: expected %q", p.TariffRule())
	}
	if n := len(t.RetailNelPerWh); n != SlotsPerDay {
		return errorsmod.Wrapf(ErrTariffSlots, "retail_nel_per_wh: expected %d prices, got %d", SlotsPerDay, n)
	}
	if n := len(t.FeedInNelPerWh); n != SlotsPerDay {
		return errorsmod.Wrapf(ErrTariffSlots, "feed_in_nel_per_wh: expected %d prices, got %d", SlotsPerDay, n)
	}
	if err := CheckPrices(t.RetailNelPerWh, t.FeedInNelPerWh, p); err != nil {
		return err
	}
	if t.FeePerDayNel >= FeePerDayEnd {
		return errorsmod.Wrapf(ErrTariffFee, "fee_per_day_nel: expected less than 2^48, got %d", t.FeePerDayNel)
	}
	return nil
}

// CheckPrices wants -2^31 < price < 2^31 and multiples of 2*tick: finer prices let anybody solve a slot's price for supply and demand.
// Feed-in may be above retail: nothing is shared in such a slot. Under shared/1 retail is the price of what is shared, at least 0 and any
// multiple of tick, since nothing halves it; feed-in is 0: what is not shared has no price here.
func CheckPrices(retail, feedIn []int64, p Params) error {
	if p.Shared() {
		return checkSharedPrices(retail, feedIn, int64(p.Tick))
	}
	step := 2 * int64(p.Tick)
	for _, kind := range []struct {
		name   string
		prices []int64
	}{{"retail_nel_per_wh", retail}, {"feed_in_nel_per_wh", feedIn}} {
		name := kind.name
		for i, price := range kind.prices {
			if price <= -PriceEnd || price >= PriceEnd {
				return errorsmod.Wrapf(ErrTariffPrice, "%s[%d]: expected more than -2^31 and less than 2^31, got %d", name, i, price)
			}
			if price%step != 0 {
				return errorsmod.Wrapf(ErrTariffTick, "%s[%d]: expected a multiple of %d, got %d", name, i, step, price)
			}
		}
	}
	return nil
}

func checkSharedPrices(retail, feedIn []int64, tick int64) error {
	for i, price := range retail {
		if price < 0 || price >= PriceEnd {
			return errorsmod.Wrapf(ErrTariffPrice, "retail_nel_per_wh[%d]: expected 0 to 2^31-1, got %d", i, price)
		}
		if price%tick != 0 {
			return errorsmod.Wrapf(ErrTariffTick, "retail_nel_per_wh[%d]: expected a multiple of %d, got %d", i, tick, price)
		}
	}
	for i, price := range feedIn {
		if price != 0 {
			return errorsmod.Wrapf(ErrTariffPrice, "feed_in_nel_per_wh[%d]: expected 0 under %s, got %d", i, SharedRule, price)
		}
	}
	return nil
}
