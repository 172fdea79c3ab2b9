package keeper

import (
	"cmp"
	"context"

	"cosmossdk.io/collections"

	"electra/internal/stored"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

// InitGenesis writes a validated state; ExportGenesis is its inverse.
func (k Keeper) InitGenesis(ctx context.Context, g types.GenesisState) error {
	steps := []error{k.Development.Set(ctx, g.Development), k.NextID.Set(ctx, g.NextId)}
	for _, key := range g.CommunityKeys {
		steps = append(steps, k.CommunityKeys.Set(ctx, key.Circuit, key))
	}
	for _, c := range g.Communities {
		uplink, err := metertypes.ParseAddress("uplink", c.Uplink)
		steps = append(steps, err, k.Communities.Set(ctx, uplink, c))
	}
	for _, kept := range g.Kept {
		uplink, err := metertypes.ParseAddress("uplink", kept.Uplink)
		steps = append(steps, err, k.Kept.Set(ctx, collections.Join(uplink, uint64(kept.Height)), kept))
	}
	for _, p := range g.Pending {
		steps = append(steps, k.Pending.Set(ctx, p.Id, p))
	}
	for _, v := range g.SuspendVotes {
		uplink, err := metertypes.ParseAddress("uplink", v.Uplink)
		meter, meterErr := metertypes.ParseAddress("meter", v.Meter)
		steps = append(steps, err, meterErr, k.SuspendVotes.Set(ctx, collections.Join(uplink, meter), v))
	}
	return cmp.Or(steps...)
}

// ExportGenesis reads the whole state, every list in the order of its keys.
func (k Keeper) ExportGenesis(ctx context.Context) (g types.GenesisState, err error) {
	for _, read := range []func() error{
		func() error { g.Development, err = k.Development.Get(ctx); return err },
		func() error { g.CommunityKeys, err = stored.Values(ctx, k.CommunityKeys, nil); return err },
		func() error { g.Communities, err = stored.Values(ctx, k.Communities, nil); return err },
		func() error { g.Kept, err = stored.Values(ctx, k.Kept, nil); return err },
		func() error { g.Pending, err = stored.Values(ctx, k.Pending, nil); return err },
		func() error { g.NextId, err = k.NextID.Get(ctx); return err },
		func() error { g.SuspendVotes, err = stored.Values(ctx, k.SuspendVotes, nil); return err },
	} {
		if err := read(); err != nil {
			return g, err
		}
	}
	return g, nil
}
