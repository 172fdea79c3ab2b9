package keeper

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

// What waits comes into force when its time has come, in the block that finds it so, unless meters with more than a third of the power have
// said no by then.

func (k Keeper) checkNothingPending(ctx context.Context, same func(types.Pending) bool) error {
	return k.Pending.Walk(ctx, nil, func(id uint64, p types.Pending) (bool, error) {
		if same(p) {
			return true, errorsmod.Wrapf(types.ErrPending, "uplink: expected nothing of the kind to wait, number %d does", id)
		}
		return false, nil
	})
}

func (k Keeper) wait(ctx sdk.Context, p types.Pending) error {
	unixS, _, err := k.meters.Now(ctx)
	if err != nil {
		return err
	}
	_, delayS, err := k.meters.TrustAndDelay(ctx)
	if err != nil {
		return err
	}
	if p.Id, err = k.NextID.Get(ctx); err != nil {
		return err
	}
	p.Height, p.DueUnixS = ctx.BlockHeight(), unixS+delayS
	if err := k.NextID.Set(ctx, p.Id+1); err != nil {
		return err
	}
	return k.Pending.Set(ctx, p.Id, p)
}

func (k Keeper) checkVeto(ctx sdk.Context, m *types.MsgVeto) error {
	p, found, err := stored.Get(ctx, k.Pending, m.Id)
	if err != nil {
		return err
	}
	if !found {
		return errorsmod.Wrapf(types.ErrNoPending, "id: %d", m.Id)
	}
	if slices.Contains(p.VetoedBy, m.Meter) {
		return errorsmod.Wrap(types.ErrVetoed, "id: expected one that this meter has not vetoed yet")
	}
	return nil
}

func (k Keeper) applyVeto(ctx sdk.Context, m *types.MsgVeto) error {
	p, err := k.Pending.Get(ctx, m.Id)
	if err != nil {
		return err
	}
	p.VetoedBy = append(p.VetoedBy, m.Meter)
	return k.Pending.Set(ctx, m.Id, p)
}

// EndBlock decides what is due, in the order of its numbers: when its time has come, and blocks enough for others to say no. A chain that
// halted meanwhile has made none (Meters.HadBlocks).
func (k Keeper) EndBlock(ctx sdk.Context) error {
	unixS, _, err := k.meters.Now(ctx)
	if err != nil {
		return err
	}
	var due []types.Pending
	err = k.Pending.Walk(ctx, nil, func(_ uint64, p types.Pending) (bool, error) {
		if p.DueUnixS > unixS {
			return false, nil
		}
		heard, err := k.meters.HadBlocks(ctx, p.DueUnixS)
		if heard {
			due = append(due, p)
		}
		return false, err
	})
	if err != nil {
		return err
	}
	for _, p := range due {
		if err := k.decide(ctx, p, unixS); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) decide(ctx sdk.Context, p types.Pending, unixS int64) error {
	if err := k.Pending.Remove(ctx, p.Id); err != nil {
		return err
	}
	against, total, err := k.meters.PowerOf(ctx, p.VetoedBy)
	if err != nil {
		return err
	}
	overtaken, err := k.isOvertaken(ctx, p)
	if err != nil {
		return err
	}
	fate := "applied"
	if 3*against > total || overtaken {
		fate = "vetoed"
	} else if err := k.bringIntoForce(ctx, p, unixS); err != nil {
		return err
	}
	ctx.EventManager().EmitEvent(sdk.NewEvent("electra.register_decided",
		sdk.NewAttribute("id", strconv.FormatUint(p.Id, 10)), sdk.NewAttribute("uplink", p.Uplink), sdk.NewAttribute("what", kindOf(p)),
		sdk.NewAttribute("fate", fate), sdk.NewAttribute("unix_s", strconv.FormatInt(unixS, 10))))
	return nil
}

// isOvertaken: a community that was suspended after its resumption was asked for stays so. The checkpoint is of before that, and whoever
// suspended it has said more than no.
func (k Keeper) isOvertaken(ctx context.Context, p types.Pending) (bool, error) {
	if kindOf(p) != "resume" {
		return false, nil
	}
	uplink, err := metertypes.ParseAddress("uplink", p.Uplink)
	if err != nil {
		return false, err
	}
	c, err := k.Communities.Get(ctx, uplink)
	if err != nil {
		return false, err
	}
	_, delayS, err := k.meters.TrustAndDelay(ctx)
	return c.Suspended != "" && c.SuspendedUnixS > p.DueUnixS-delayS, err
}

func kindOf(p types.Pending) string {
	switch {
	case p.Register != nil:
		return "register"
	case p.Checkpoint != nil:
		return "resume"
	}
	return "treasury"
}

func (k Keeper) bringIntoForce(ctx sdk.Context, p types.Pending, unixS int64) error {
	uplink, err := metertypes.ParseAddress("uplink", p.Uplink)
	if err != nil {
		return err
	}
	switch kindOf(p) {
	case "register":
		c := *p.Register
		c.Height, c.UnixS = ctx.BlockHeight(), unixS
		if err := k.Communities.Set(ctx, uplink, c); err != nil {
			return err
		}
		return k.beginClient(ctx, uplink, *p.Checkpoint)
	case "resume":
		c, err := k.Communities.Get(ctx, uplink)
		if err != nil {
			return err
		}
		c.Suspended, c.SuspendedUnixS = "", 0
		if err := k.Communities.Set(ctx, uplink, c); err != nil {
			return err
		}
		return k.beginClient(ctx, uplink, *p.Checkpoint)
	}
	treasury, err := metertypes.ParseAddress("treasury", p.Treasury)
	if err != nil {
		return err
	}
	return k.meters.SetMember(ctx, uplink, treasury)
}

// beginClient forgets every header but one.
func (k Keeper) beginClient(ctx context.Context, uplink []byte, kept types.Kept) error {
	if err := k.Kept.Clear(ctx, collections.NewPrefixedPairRange[[]byte, uint64](uplink)); err != nil {
		return err
	}
	return k.Kept.Set(ctx, collections.Join(uplink, uint64(kept.Height)), kept)
}

func (k Keeper) checkSuspend(ctx sdk.Context, m *types.MsgSuspend) error {
	uplink, _, err := k.running(ctx, m.Uplink)
	if err != nil {
		return err
	}
	meter, err := metertypes.ParseAddress("meter", m.Meter)
	if err != nil {
		return err
	}
	if voted, err := k.SuspendVotes.Has(ctx, collections.Join(uplink, meter)); err != nil {
		return err
	} else if voted {
		return errorsmod.Wrapf(types.ErrVoted, "uplink: %s", m.Uplink)
	}
	return nil
}

// applySuspend suspends with the vote by which more than two thirds of the power want it. Who has lost its power since counts no more.
func (k Keeper) applySuspend(ctx sdk.Context, m *types.MsgSuspend) error {
	uplink, err := metertypes.ParseAddress("uplink", m.Uplink)
	if err != nil {
		return err
	}
	meter, err := metertypes.ParseAddress("meter", m.Meter)
	if err != nil {
		return err
	}
	if err := k.SuspendVotes.Set(ctx, collections.Join(uplink, meter), types.SuspendVote{Meter: m.Meter, Uplink: m.Uplink}); err != nil {
		return err
	}
	var by []string
	about := collections.NewPrefixedPairRange[[]byte, []byte](uplink)
	err = k.SuspendVotes.Walk(ctx, about, func(_ uplinkMeter, v types.SuspendVote) (bool, error) {
		by = append(by, v.Meter)
		return false, nil
	})
	if err != nil {
		return err
	}
	of, total, err := k.meters.PowerOf(ctx, by)
	if err != nil || 3*of <= 2*total {
		return err
	}
	return k.suspend(ctx, m.Uplink, types.Vote)
}

// suspend stops a community's client: its days are not taken, what is in its escrow stays there.
func (k Keeper) suspend(ctx sdk.Context, text, why string) error {
	uplink, c, err := k.community(ctx, "uplink", text)
	if err != nil {
		return err
	}
	if c.SuspendedUnixS, _, err = k.meters.Now(ctx); err != nil {
		return err
	}
	c.Suspended = why
	if err := k.SuspendVotes.Clear(ctx, collections.NewPrefixedPairRange[[]byte, []byte](uplink)); err != nil {
		return err
	}
	if err := k.Communities.Set(ctx, uplink, c); err != nil {
		return err
	}
	ctx.EventManager().EmitEvent(sdk.NewEvent("electra.suspended", sdk.NewAttribute("uplink", text), sdk.NewAttribute("why", why),
		sdk.NewAttribute("unix_s", fmt.Sprint(c.SuspendedUnixS))))
	return nil
}
