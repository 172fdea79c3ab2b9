package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/x/meter/types"
)

// On a community's chain: on which main chain it shares, from which day on.

func (k Keeper) checkSetUplink(ctx context.Context, now moment, m *types.MsgSetUplink) error {
	if k.communities != nil {
		return errorsmod.Wrap(types.ErrUplink, "expected the chain of a community, which this one is not")
	}
	if m.FromDay <= now.today {
		return errorsmod.Wrapf(types.ErrUplinkDay, "from_day: expected more than today's %d, got %d", now.today, m.FromDay)
	}
	if last := uint64(now.today) + types.MaxAheadDays; uint64(m.FromDay) > last {
		return errorsmod.Wrapf(types.ErrUplinkDay, "from_day: expected at most %d, %d days ahead, got %d", last, types.MaxAheadDays, m.FromDay)
	}
	return types.CheckUplink(uplinkOf(m, now), sdk.UnwrapSDKContext(ctx).ChainID())
}

// applySetUplink replaces an announced one of the same first day: it is not in force yet.
func (k Keeper) applySetUplink(ctx context.Context, now moment, m *types.MsgSetUplink) error {
	return k.Uplinks.Set(ctx, m.FromDay, uplinkOf(m, now))
}

func uplinkOf(m *types.MsgSetUplink, now moment) types.Uplink {
	return types.Uplink{FromDay: m.FromDay, MainChainId: m.MainChainId, MainGenesisHash: m.MainGenesisHash, Uplink: m.Uplink,
		Height: now.height}
}

// initUplinks: a chain begins with none, and says so in its state, where the day after it is looked for. It says from which height on: a
// value of no bytes has no proof, neither its own nor as the neighbour of a key that is absent.
func (k Keeper) initUplinks(ctx sdk.Context, g types.GenesisState) error {
	if len(g.Uplinks) == 0 {
		g.Uplinks = []types.Uplink{{Height: max(ctx.BlockHeight(), 1)}}
	}
	for _, u := range g.Uplinks {
		if err := k.Uplinks.Set(ctx, u.FromDay, u); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) exportUplinks(ctx context.Context) ([]types.Uplink, error) {
	all, err := stored.Values(ctx, k.Uplinks, nil)
	if len(all) == 1 {
		return nil, err
	}
	return all, err
}

// WithCommunities is the keeper of a main chain, whose meters state the days of communities.
func (k Keeper) WithCommunities(c types.Communities) Keeper {
	k.communities = c
	return k
}

// checkEvidence: on a main chain a day comes with what the community's own chain says of it, on any other without.
func (k Keeper) checkEvidence(ctx context.Context, at enrolled, m *types.MsgCloseDay) error {
	if k.communities == nil {
		if len(m.Evidence)+len(m.NetProof) > 0 {
			return errorsmod.Wrap(types.ErrEvidence, "evidence: expected none on the chain of a community")
		}
		return nil
	}
	if len(m.Evidence) == 0 {
		return errorsmod.Wrap(types.ErrEvidence, "evidence: expected some on a main chain")
	}
	e, err := types.ReadEvidence(m.Evidence)
	if err != nil {
		return err
	}
	totals, err := k.communities.CheckDay(ctx, at.meter, m, e)
	if err != nil {
		return err
	}
	return k.checkNet(ctx, at, totals, m)
}

// keepEvidence has the header of a day's evidence kept.
func (k Keeper) keepEvidence(ctx context.Context, m *types.MsgCloseDay) error {
	if k.communities == nil {
		return nil
	}
	e, err := types.ReadEvidence(m.Evidence)
	if err != nil {
		return err
	}
	if err := k.communities.KeepDay(ctx, m, e); err != nil {
		return err
	}
	return k.countProofs(ctx)
}
