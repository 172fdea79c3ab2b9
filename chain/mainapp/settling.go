package mainapp

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	meterkeeper "electra/x/meter/keeper"
	metertypes "electra/x/meter/types"
)

// settled is what settlement asks of the meters.
type settled struct{ meterkeeper.Keeper }

func (s settled) Uplink(ctx context.Context, address []byte) (meter metertypes.Meter, found bool, err error) {
	if found, err = s.Meters.Has(ctx, address); err != nil || !found {
		return meter, found, err
	}
	meter, err = s.Meters.Get(ctx, address)
	return meter, true, err
}

// FirstDay is asked when a chain begins: no day is frozen yet.
func (s settled) FirstDay(ctx context.Context) (uint32, error) { return s.NextFreeze.Get(ctx) }

func (s settled) TariffOn(ctx context.Context, day uint32) (tariff metertypes.Tariff, err error) {
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

// A rule that keeps no bills of its days has nothing to settle: none of them is ever over.

func (settled) IsDone(sdk.Context, uint32) (bool, error)             { return false, nil }
func (settled) Bill(context.Context, uint32, []byte) ([]byte, error) { return nil, nil }
func (settled) Billed(context.Context, uint32) ([][]byte, error)     { return nil, nil }
func (settled) DropBills(context.Context, uint32) error              { return nil }
