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

func (s settled) Uplink(ctx context.Context, address []byte) (metertypes.Meter, bool, error) {
	return s.MeterAt(ctx, address)
}

// FirstDay is asked when a chain begins: no day is frozen yet.
func (s settled) FirstDay(ctx context.Context) (uint32, error) { return s.NextFreeze.Get(ctx) }

// IsDone: nothing of a day will change any more. TariffOn, Bill and DropBills are the meters' own.
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
