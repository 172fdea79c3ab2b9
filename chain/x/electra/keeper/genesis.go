package keeper

import (
	"cmp"
	"context"
	"fmt"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"electra/internal/stored"
	"electra/x/electra/types"
	metertypes "electra/x/meter/types"
)

// locked is what redemptions that are under way have locked.
func (k Keeper) locked(ctx context.Context) uint64 {
	return k.balance(ctx, authtypes.NewModuleAddress(types.ModuleName))
}

// InitGenesis writes a validated state. ExportGenesis is its inverse. The bank's state is there already, and has to agree.
func (k Keeper) InitGenesis(ctx sdk.Context, g types.GenesisState) error {
	if err := g.Validate(); err != nil {
		return err
	}
	if err := cmp.Or(k.Minted.Set(ctx, g.MintedNel), k.Confirmed.Set(ctx, g.ConfirmedNel)); err != nil {
		return err
	}
	if g.Paused {
		if err := k.Paused.Set(ctx, true); err != nil {
			return err
		}
	}
	for _, step := range []func(context.Context, types.GenesisState) error{k.initRoles, k.initAccounts, k.initRedemptions} {
		if err := step(ctx, g); err != nil {
			return err
		}
	}
	return k.CheckInvariants(ctx)
}

func (k Keeper) initRoles(ctx context.Context, g types.GenesisState) error {
	for _, r := range g.Roles {
		address, err := metertypes.ParseAddress("address", r.Address)
		if err != nil {
			return err
		}
		k.meters.EnsureAccount(ctx, address)
		if err := k.Roles.Set(ctx, r.Role, address); err != nil {
			return err
		}
	}
	for _, c := range g.RoleChanges {
		if err := k.RoleChanges.Set(ctx, c.Role, c); err != nil {
			return err
		}
	}
	for _, v := range g.RoleVotes {
		meter, err := metertypes.ParseAddress("meter", v.Meter)
		if err != nil {
			return err
		}
		if err := k.RoleVotes.Set(ctx, collections.Join([]byte(v.Role), meter), v); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) initAccounts(ctx context.Context, g types.GenesisState) error {
	raw := func(text string) []byte {
		address, _ := metertypes.ParseAddress("address", text) // validated
		return address
	}
	kinds := map[string]string{}
	for _, a := range g.Accounts {
		kinds[a.Address] = a.Kind
	}
	for _, a := range g.Accounts {
		k.meters.EnsureAccount(ctx, raw(a.Address))
		if err := k.Accounts.Set(ctx, raw(a.Address), a); err != nil {
			return err
		}
		if operator, err := k.meters.IsOperator(ctx, raw(a.Registrar)); err != nil {
			return err
		} else if operator || kinds[a.Registrar] != types.KindTreasury {
			continue
		}
		if err := k.countMember(ctx, raw(a.Registrar)); err != nil {
			return err
		}
	}
	for _, f := range g.Frozen {
		if err := k.Frozen.Set(ctx, raw(f.Account), f); err != nil {
			return err
		}
	}
	for _, p := range g.Payouts {
		if err := k.Payouts.Set(ctx, collections.Join(raw(p.Treasury), raw(p.Member)), p.Counter); err != nil {
			return err
		}
	}
	for _, s := range g.Sends {
		if err := k.Sends.Set(ctx, collections.Join(s.Day, raw(s.Account)), s.Count); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) initRedemptions(ctx context.Context, g types.GenesisState) error {
	asOf := int64(0)
	for _, a := range g.Attestations {
		asOf = a.AsOfUnixS
		if err := k.Attestations.Set(ctx, a.AsOfUnixS, a); err != nil {
			return err
		}
	}
	for _, r := range g.Redemptions {
		holder, err := metertypes.ParseAddress("holder", r.Holder)
		if err != nil {
			return err
		}
		steps := []error{k.Redemptions.Set(ctx, r.Id, r)}
		switch {
		case r.State == types.Open:
			open, err := stored.OrZero(ctx, k.OpenCount, holder)
			steps = append(steps, err, k.OpenOnes.Set(ctx, r.Id, holder), k.OpenCount.Set(ctx, holder, open+1))
		case r.State == types.Confirmed && r.ClosedUnixS >= asOf:
			steps = append(steps, k.Payments.Set(ctx, r.PaymentHash, r.Id), k.Burnt.Set(ctx, collections.Join(r.ClosedUnixS, r.Id), r.AmountNel))
		case r.State == types.Confirmed:
			steps = append(steps, k.Payments.Set(ctx, r.PaymentHash, r.Id))
		}
		if err := cmp.Or(steps...); err != nil {
			return err
		}
	}
	return nil
}

// CheckInvariants holds the money that there is against what was minted and burnt, and what is locked against what is being redeemed.
func (k Keeper) CheckInvariants(ctx context.Context) error {
	minted, err := k.Minted.Get(ctx)
	if err != nil {
		return err
	}
	confirmed, err := k.Confirmed.Get(ctx)
	if err != nil {
		return err
	}
	if supply := k.supply(ctx); confirmed > minted || supply != minted-confirmed {
		return fmt.Errorf("app_state.bank.supply: expected %d nelectra minted less %d confirmed, got %d", minted, confirmed, supply)
	}
	redeeming := uint64(0)
	err = k.OpenOnes.Walk(ctx, nil, func(id uint64, _ []byte) (bool, error) {
		r, err := k.Redemptions.Get(ctx, id)
		redeeming += r.AmountNel
		return false, err
	})
	if locked := k.locked(ctx); err == nil && locked != redeeming {
		err = fmt.Errorf("app_state.bank.balances: expected %d nelectra locked by open redemptions, got %d", redeeming, locked)
	}
	return err
}

func (k Keeper) rolesOf(ctx context.Context) (g types.GenesisState, err error) {
	err = k.Roles.Walk(ctx, nil, func(role string, address []byte) (bool, error) {
		holder, err := metertypes.FormatAddress(address)
		g.Roles = append(g.Roles, types.Role{Role: role, Address: holder})
		return false, err
	})
	if err != nil {
		return g, err
	}
	g.RoleChanges, err = stored.Values(ctx, k.RoleChanges, nil)
	return g, err
}

// ExportGenesis reads the whole state. Every list is in key order. A chain that begins again from it has made no block: the grace of
// rotations counts anew there.
func (k Keeper) ExportGenesis(ctx sdk.Context) (*types.GenesisState, error) {
	g, err := k.rolesOf(ctx)
	if err != nil {
		return nil, err
	}
	for i := range g.RoleChanges {
		g.RoleChanges[i].DueHeight = 0
	}
	for _, read := range []func() error{
		func() error { g.Accounts, err = stored.Values(ctx, k.Accounts, nil); return err },
		func() error { g.Attestations, err = stored.Values(ctx, k.Attestations, nil); return err },
		func() error { g.MintedNel, err = k.Minted.Get(ctx); return err },
		func() error { g.ConfirmedNel, err = k.Confirmed.Get(ctx); return err },
		func() error { g.Redemptions, err = stored.Values(ctx, k.Redemptions, nil); return err },
		func() error { g.Frozen, err = stored.Values(ctx, k.Frozen, nil); return err },
		func() error { g.Paused, err = k.isPaused(ctx); return err },
		func() error { g.RoleVotes, err = stored.Values(ctx, k.RoleVotes, nil); return err },
		func() error { return k.exportCounts(ctx, &g) },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return &g, nil
}

func (k Keeper) exportCounts(ctx context.Context, g *types.GenesisState) error {
	err := k.Payouts.Walk(ctx, nil, func(key pair, counter uint64) (bool, error) {
		treasury, err := metertypes.FormatAddress(key.K1())
		if err != nil {
			return true, err
		}
		member, err := metertypes.FormatAddress(key.K2())
		g.Payouts = append(g.Payouts, types.Payout{Treasury: treasury, Member: member, Counter: counter})
		return false, err
	})
	if err != nil {
		return err
	}
	return k.Sends.Walk(ctx, nil, func(key dayOf, count uint32) (bool, error) {
		account, err := metertypes.FormatAddress(key.K2())
		g.Sends = append(g.Sends, types.Sends{Day: key.K1(), Account: account, Count: count})
		return false, err
	})
}
