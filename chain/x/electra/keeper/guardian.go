package keeper

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/x/electra/types"
	metertypes "electra/x/meter/types"
)

// What the guardian may do: hold up, and let go. Nothing of it takes anything from anybody: what is owed is paid, and whoever is not frozen
// redeems at any time.

func (k Keeper) checkFreeze(ctx sdk.Context, m *types.MsgFreeze) error {
	address, _, err := k.registered(ctx, "account", m.Account)
	if err != nil {
		return err
	}
	if err := hash("reason_hash", m.ReasonHash); err != nil {
		return err
	}
	if frozen, err := k.IsFrozen(ctx, address); err != nil {
		return err
	} else if frozen {
		return errorsmod.Wrapf(types.ErrFrozen, "account: expected one that is not, got %s", m.Account)
	}
	return nil
}

func (k Keeper) applyFreeze(ctx sdk.Context, m *types.MsgFreeze) error {
	address, err := metertypes.ParseAddress("account", m.Account)
	if err != nil {
		return err
	}
	return k.Frozen.Set(ctx, address, types.Frozen{Account: m.Account, ReasonHash: m.ReasonHash, Height: ctx.BlockHeight()})
}

func (k Keeper) checkUnfreeze(ctx sdk.Context, m *types.MsgUnfreeze) error {
	address, err := metertypes.ParseAddress("account", m.Account)
	if err != nil {
		return err
	}
	if err := hash("reason_hash", m.ReasonHash); err != nil {
		return err
	}
	if frozen, err := k.IsFrozen(ctx, address); err != nil {
		return err
	} else if !frozen {
		return errorsmod.Wrapf(types.ErrNotFrozen, "account: %s", m.Account)
	}
	return nil
}

func (k Keeper) applyUnfreeze(ctx sdk.Context, m *types.MsgUnfreeze) error {
	address, err := metertypes.ParseAddress("account", m.Account)
	if err != nil {
		return err
	}
	return k.Frozen.Remove(ctx, address)
}

func (k Keeper) checkPause(ctx sdk.Context, _ *types.MsgPause) error { return k.notPaused(ctx) }

func (k Keeper) applyPause(ctx sdk.Context, _ *types.MsgPause) error { return k.Paused.Set(ctx, true) }

func (k Keeper) checkUnpause(ctx sdk.Context, _ *types.MsgUnpause) error {
	paused, err := k.isPaused(ctx)
	if err != nil {
		return err
	}
	if !paused {
		return errorsmod.Wrap(types.ErrNotPaused, "expected to be paused")
	}
	return nil
}

func (k Keeper) applyUnpause(ctx sdk.Context, _ *types.MsgUnpause) error { return k.Paused.Remove(ctx) }
