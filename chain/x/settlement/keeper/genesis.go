package keeper

import (
	"cmp"
	"context"
	"fmt"
	"math/big"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"electra/internal/stored"
	metertypes "electra/x/meter/types"
	"electra/x/settlement/types"
)

// InitGenesis writes a validated state. ExportGenesis is its inverse. The bank's state is there already, and has to agree.
func (k Keeper) InitGenesis(ctx sdk.Context, g types.GenesisState) error {
	if err := g.Validate(); err != nil {
		return err
	}
	if g.FirstDay == 0 {
		day, err := k.meters.FirstDay(ctx)
		if err != nil {
			return err
		}
		g.FirstDay = day
	}
	if g.Fresh() {
		g.NextDay = g.FirstDay
	}
	if err := cmp.Or(k.FirstDay.Set(ctx, g.FirstDay), k.NextDay.Set(ctx, g.NextDay), k.Fund.Set(ctx, g.FundNel)); err != nil {
		return err
	}
	if err := k.initPeriods(ctx, g); err != nil {
		return err
	}
	if err := k.initPools(ctx, g); err != nil {
		return err
	}
	return k.CheckInvariants(ctx)
}

// raw is the address of a validated text.
func raw(text string) []byte {
	address, _ := metertypes.ParseAddress("", text)
	return address
}

func (k Keeper) initPeriods(ctx context.Context, g types.GenesisState) error {
	for _, e := range g.Entries {
		if err := k.Entries.Set(ctx, collections.Join(e.FromDay, raw(e.Uplink)), e); err != nil {
			return err
		}
	}
	for _, m := range g.Missing {
		if err := k.Missing.Set(ctx, collections.Join(raw(m.Uplink), m.FromDay), true); err != nil {
			return err
		}
	}
	for _, p := range g.Periods {
		awaited, err := k.awaited(ctx, p.FromDay)
		if err != nil {
			return err
		}
		if len(awaited) > 0 {
			if err := k.Waiting.Set(ctx, p.FromDay, true); err != nil {
				return err
			}
		}
		if err := k.Periods.Set(ctx, p.FromDay, p); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) initPools(ctx context.Context, g types.GenesisState) error {
	for _, p := range g.Pools {
		if err := k.Pools.Set(ctx, p.Number, p); err != nil {
			return err
		}
	}
	for _, e := range g.Escrows {
		if err := k.Escrows.Set(ctx, raw(e.Uplink), e.AmountNel); err != nil {
			return err
		}
	}
	for _, c := range g.Claims {
		if err := k.Claims.Set(ctx, collections.Join(c.Pool, raw(c.Uplink)), c.AmountNel); err != nil {
			return err
		}
	}
	for _, d := range g.Debts {
		if err := k.Debts.Set(ctx, collections.Join(d.Pool, raw(d.Uplink)), d.LeftNel); err != nil {
			return err
		}
	}
	for _, o := range g.Owing {
		if err := k.Owing.Set(ctx, raw(o.Uplink), o.SinceUnixS); err != nil {
			return err
		}
	}
	return nil
}

// CheckInvariants: what the module's purse has is in escrows, in the fund, and in pools until it is whole units of creditors.
func (k Keeper) CheckInvariants(ctx context.Context) error {
	fund, err := k.Fund.Get(ctx)
	if err != nil {
		return err
	}
	sum := new(big.Int).SetUint64(fund)
	err = k.Escrows.Walk(ctx, nil, func(_ []byte, escrow uint64) (bool, error) {
		sum.Add(sum, new(big.Int).SetUint64(escrow))
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.Pools.Walk(ctx, nil, func(number uint64, kept types.Pool) (bool, error) {
		claims, err := books{k, ctx}.Claims(number)
		if err != nil {
			return true, err
		}
		pool, err := poolOfState(kept)
		if err == nil {
			sum.Add(sum, pool.Held(claims))
		}
		return false, err
	})
	if err != nil {
		return err
	}
	purse := k.bank.GetBalance(ctx, authtypes.NewModuleAddress(types.ModuleName), types.Denom).Amount.BigInt()
	if purse.Cmp(sum) != 0 {
		return fmt.Errorf("app_state.bank.balances: expected %s nelectra with settlement, as its escrows, pools and fund say, got %s", sum, purse)
	}
	return nil
}

// ExportGenesis reads the whole state. Every list is in key order. A chain that begins again from it has made no block: the grace of weeks
// that wait counts anew there.
func (k Keeper) ExportGenesis(ctx sdk.Context) (*types.GenesisState, error) {
	var g types.GenesisState
	var err error
	for _, read := range []func() error{
		func() error { g.FirstDay, err = k.FirstDay.Get(ctx); return err },
		func() error { g.NextDay, err = k.NextDay.Get(ctx); return err },
		func() error { g.FundNel, err = k.Fund.Get(ctx); return err },
		func() error { g.Periods, err = stored.Values(ctx, k.Periods, nil); return err },
		func() error { g.Entries, err = stored.Values(ctx, k.Entries, nil); return err },
		func() error { g.Pools, err = stored.Values(ctx, k.Pools, nil); return err },
		func() error { return k.exportPools(ctx, &g) },
		func() error { return k.exportUplinks(ctx, &g) },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	for i, p := range g.Periods {
		if p.ExecutedUnixS == 0 {
			g.Periods[i].DueHeight = 0
		}
	}
	return &g, nil
}

func (k Keeper) exportPools(ctx context.Context, g *types.GenesisState) error {
	err := k.Claims.Walk(ctx, nil, func(key poolOf, amount uint64) (bool, error) {
		uplink, err := metertypes.FormatAddress(key.K2())
		g.Claims = append(g.Claims, types.Claim{Pool: key.K1(), Uplink: uplink, AmountNel: amount})
		return false, err
	})
	if err != nil {
		return err
	}
	return k.Debts.Walk(ctx, nil, func(key poolOf, left uint64) (bool, error) {
		uplink, err := metertypes.FormatAddress(key.K2())
		g.Debts = append(g.Debts, types.Debt{Pool: key.K1(), Uplink: uplink, LeftNel: left})
		return false, err
	})
}

func (k Keeper) exportUplinks(ctx context.Context, g *types.GenesisState) error {
	err := k.Escrows.Walk(ctx, nil, func(key []byte, amount uint64) (bool, error) {
		uplink, err := metertypes.FormatAddress(key)
		g.Escrows = append(g.Escrows, types.Escrow{Uplink: uplink, AmountNel: amount})
		return false, err
	})
	if err != nil {
		return err
	}
	err = k.Owing.Walk(ctx, nil, func(key []byte, since int64) (bool, error) {
		uplink, err := metertypes.FormatAddress(key)
		g.Owing = append(g.Owing, types.Owing{Uplink: uplink, SinceUnixS: since})
		return false, err
	})
	if err != nil {
		return err
	}
	return k.Missing.Walk(ctx, nil, func(key uplinkOf, _ bool) (bool, error) {
		uplink, err := metertypes.FormatAddress(key.K1())
		g.Missing = append(g.Missing, types.Missing{Uplink: uplink, FromDay: key.K2()})
		return false, err
	})
}
