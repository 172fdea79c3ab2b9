package mainapp

import (
	"context"
	"slices"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	meterkeeper "electra/x/meter/keeper"
	metertypes "electra/x/meter/types"
)

// settled is what settlement asks of the meters.
type settled struct{ meterkeeper.Keeper }

func (s settled) Uplink(ctx context.Context, address []byte) (metertypes.Meter, bool, error) {
	return s.MeterAt(ctx, address)
}

// FirstDay is asked when a chain begins: no day is frozen yet.
func (s settled) FirstDay(ctx context.Context) (uint32, error) { return s.NextFreeze.Get(ctx) }

// TariffOn has the prices of slots that were set over the tariff: books are held to those, and so are sums of bills.
func (s settled) TariffOn(ctx context.Context, day uint32) (metertypes.Tariff, error) {
	tariff, err := s.tariffSet(ctx, day)
	if err != nil {
		return tariff, err
	}
	first := day * metertypes.SlotsPerDay
	ofDay := new(collections.Range[uint32]).StartInclusive(first).EndInclusive(first + metertypes.SlotsPerDay - 1)
	tariff.RetailNelPerWh, tariff.FeedInNelPerWh = slices.Clone(tariff.RetailNelPerWh), slices.Clone(tariff.FeedInNelPerWh)
	err = s.SlotPrices.Walk(ctx, ofDay, func(slot uint32, p metertypes.SlotPrices) (bool, error) {
		tariff.RetailNelPerWh[slot-first], tariff.FeedInNelPerWh[slot-first] = p.RetailNelPerWh, p.FeedInNelPerWh
		return false, nil
	})
	return tariff, err
}

func (s settled) tariffSet(ctx context.Context, day uint32) (tariff metertypes.Tariff, err error) {
	it, err := s.Tariffs.Iterate(ctx, new(collections.Range[uint32]).EndInclusive(day).Descending())
	if err != nil {
		return tariff, err
	}
	defer it.Close()
	if !it.Valid() {
		return tariff, collections.ErrNotFound
	}
	return it.Value()
}

// IsDone: nothing of a day will change any more. Bill and DropBills are the meters' own.
func (s settled) IsDone(ctx sdk.Context, day uint32) (bool, error) {
	fate, err := s.DayFate(ctx, day)
	return fate != metertypes.FateOpen, err
}

// Billed are in the order of their addresses, which is that of the store.
func (s settled) Billed(ctx context.Context, day uint32) (all [][]byte, err error) {
	ofDay := collections.NewPrefixedPairRange[uint32, []byte](day)
	err = s.Bills.Walk(ctx, ofDay, func(key collections.Pair[uint32, []byte], _ metertypes.ProvenBill) (bool, error) {
		all = append(all, key.K2())
		return false, nil
	})
	return all, err
}
