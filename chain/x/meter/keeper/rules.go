package keeper

import (
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/txerrors"
	"electra/x/meter/types"
)

// Check holds the rules of one message against the state as it stands. It writes nothing; each refusal is a named
// error of x/meter that says which field was wrong and what was expected.
func (k Keeper) Check(ctx sdk.Context, msg sdk.Msg) error {
	now, err := k.now(ctx)
	if err != nil {
		return err
	}
	switch m := msg.(type) {
	case *types.MsgReport:
		return k.checkReport(ctx, now, m)
	case *types.MsgCloseDay:
		return k.checkCloseDay(ctx, now, m)
	case *types.MsgNoBill:
		return k.checkNoBill(ctx, now, m)
	case *types.MsgWithdrawNoBill:
		return k.checkWithdrawNoBill(ctx, m)
	case *types.MsgEnrolMeter:
		return k.checkEnrolMeter(ctx, now, m)
	case *types.MsgRetireMeter:
		return k.checkRetireMeter(ctx, now, m)
	case *types.MsgPublishNodeKey:
		return k.checkPublishNodeKey(ctx, m)
	case *types.MsgSetTariff:
		return k.checkSetTariff(ctx, now, m)
	case *types.MsgDisputeDay:
		return k.checkDisputeDay(ctx, m)
	case *types.MsgAnchorBook:
		return k.checkAnchorBook(ctx, m)
	}
	return errorsmod.Wrapf(txerrors.ErrMessageType, "message %s: expected one of electra.meter.v1", sdk.MsgTypeURL(msg))
}

// Apply is the effect of a message that Check has accepted in the same state. It fails only where the store fails.
func (k Keeper) Apply(ctx sdk.Context, msg sdk.Msg) error {
	now, err := k.now(ctx)
	if err != nil {
		return err
	}
	switch m := msg.(type) {
	case *types.MsgReport:
		return k.applyReport(ctx, m)
	case *types.MsgCloseDay:
		return k.applyCloseDay(ctx, now, m)
	case *types.MsgNoBill:
		return k.applyNoBill(ctx, now, m)
	case *types.MsgWithdrawNoBill:
		return k.applyWithdrawNoBill(ctx, m)
	case *types.MsgEnrolMeter:
		return k.applyEnrolMeter(ctx, now, m)
	case *types.MsgRetireMeter:
		return k.applyRetireMeter(ctx, now, m)
	case *types.MsgPublishNodeKey:
		return k.applyPublishNodeKey(ctx, now, m)
	case *types.MsgSetTariff:
		return k.applySetTariff(ctx, now, m)
	case *types.MsgDisputeDay:
		return k.applyDisputeDay(ctx, now, m)
	case *types.MsgAnchorBook:
		return k.applyAnchorBook(ctx, now, m)
	}
	return errorsmod.Wrapf(txerrors.ErrMessageType, "message %s: expected one of electra.meter.v1", sdk.MsgTypeURL(msg))
}

// Package is the module's protobuf package.
func (Keeper) Package() string { return types.Package }

// Knows says whether a message is one of this module: no other may be sent.
func (Keeper) Knows(msg sdk.Msg) bool {
	switch msg.(type) {
	case *types.MsgReport, *types.MsgCloseDay, *types.MsgNoBill, *types.MsgWithdrawNoBill, *types.MsgEnrolMeter,
		*types.MsgRetireMeter, *types.MsgPublishNodeKey, *types.MsgSetTariff, *types.MsgDisputeDay, *types.MsgAnchorBook:
		return true
	}
	return false
}
