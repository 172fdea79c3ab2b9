package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/rules"
	"electra/internal/stored"
	"electra/internal/txerrors"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

// messages is the one list of what may be sent, in the order of the proto service: who signs it, its rules, its effect.
var messages = rules.Table[Keeper]{
	byOperator(Keeper.checkRegister, Keeper.applyRegister).UpTo(metertypes.EvidenceBytes),
	byPower(Keeper.checkVeto, Keeper.applyVeto),
	byUplink(Keeper.checkUpdate, Keeper.applyUpdate).UpTo(metertypes.EvidenceBytes),
	byAnybody(Keeper.checkConflict, Keeper.applyConflict).UpTo(metertypes.EvidenceBytes),
	byPower(Keeper.checkSuspend, Keeper.applySuspend),
	byOperator(Keeper.checkResume, Keeper.applyResume).UpTo(metertypes.EvidenceBytes),
	byOperator(Keeper.checkReplaceTreasury, Keeper.applyReplaceTreasury),
}

type (
	fromOperator interface {
		sdk.Msg
		GetOperator() string
	}
	fromMeter interface {
		sdk.Msg
		GetMeter() string
	}
	fromUplink interface {
		sdk.Msg
		GetUplink() string
	}
	fromSender interface {
		sdk.Msg
		GetSender() string
	}
)

// byOperator makes a message that only the chain's operator sends.
func byOperator[M fromOperator](check, apply rules.Step[Keeper, M]) rules.Message[Keeper] {
	return by("operator", M.GetOperator, Keeper.isOperator, check, apply)
}

// byPower makes a message that a meter sends whose key has power.
func byPower[M fromMeter](check, apply rules.Step[Keeper, M]) rules.Message[Keeper] {
	return by("meter", M.GetMeter, Keeper.hasPower, check, apply)
}

// byUplink makes a message that an uplink with a community behind it sends.
func byUplink[M fromUplink](check, apply rules.Step[Keeper, M]) rules.Message[Keeper] {
	return by("uplink", M.GetUplink, Keeper.isRegistered, check, apply)
}

// byAnybody makes a message that every party of this module sends.
func byAnybody[M fromSender](check, apply rules.Step[Keeper, M]) rules.Message[Keeper] {
	return by("sender", M.GetSender, func(Keeper, context.Context, []byte) error { return nil }, check, apply)
}

func by[M sdk.Msg](field string, signer func(M) string, may func(Keeper, context.Context, []byte) error,
	check, apply rules.Step[Keeper, M]) rules.Message[Keeper] {
	return rules.Of(field, func(k Keeper, ctx sdk.Context, m M) error {
		address, err := metertypes.ParseAddress(field, signer(m))
		if err != nil {
			return err
		}
		if err := may(k, ctx, address); err != nil {
			return err
		}
		return check(k, ctx, m)
	}, apply)
}

func (k Keeper) isOperator(ctx context.Context, address []byte) error {
	if ok, err := k.meters.IsOperator(ctx, address); err != nil || ok {
		return err
	}
	return errorsmod.Wrap(txerrors.ErrWrongSigner, "operator: expected the operator of this chain")
}

func (k Keeper) hasPower(ctx context.Context, address []byte) error {
	if ok, err := k.meters.HasPower(ctx, address); err != nil || ok {
		return err
	}
	return errorsmod.Wrap(types.ErrNoPower, "meter: expected one whose key has power")
}

func (k Keeper) isRegistered(ctx context.Context, address []byte) error {
	if found, err := k.Communities.Has(ctx, address); err != nil || found {
		return err
	}
	return errorsmod.Wrap(types.ErrNotRegistered, "uplink: expected one with a community behind it")
}

// Package is the module's protobuf package.
func (Keeper) Package() string { return types.Package }

// Knows says whether a message is one of this module.
func (Keeper) Knows(msg sdk.Msg) bool { return messages.Knows(msg) }

// MaxBytes bounds a message with its type.
func (Keeper) MaxBytes(msg sdk.Msg) int { return messages.MaxBytes(msg) }

// Alone says whether a message has to be the only one of its transaction.
func (Keeper) Alone(msg sdk.Msg) bool { return messages.Alone(msg) }

// Check holds the rules of a message against the state as it stands, and writes nothing.
func (k Keeper) Check(ctx sdk.Context, msg sdk.Msg) error { return messages.Check(k, ctx, msg) }

// Apply is the effect of a message that Check has accepted in the same state.
func (k Keeper) Apply(ctx sdk.Context, msg sdk.Msg) error { return messages.Apply(k, ctx, msg) }

// IsParty: the operator, meters and their treasuries, and whoever may hold ELECTRA.
func (k Keeper) IsParty(ctx context.Context, address []byte) (bool, error) {
	if ok, err := k.meters.IsParty(ctx, address); err != nil || ok {
		return ok, err
	}
	return k.holders.IsHolder(ctx, address)
}

// community is the one behind an uplink.
func (k Keeper) community(ctx context.Context, field, text string) ([]byte, types.Community, error) {
	uplink, err := metertypes.ParseAddress(field, text)
	if err != nil {
		return nil, types.Community{}, err
	}
	c, found, err := stored.Get(ctx, k.Communities, uplink)
	if err == nil && !found {
		err = errorsmod.Wrapf(types.ErrNotRegistered, "%s: %s", field, text)
	}
	return uplink, c, err
}

// treasuryOf is the account of an uplink's community.
func (k Keeper) treasuryOf(ctx context.Context, uplink []byte) ([]byte, error) {
	meter, found, err := k.meters.MeterAt(ctx, uplink)
	if err != nil || !found {
		return nil, err
	}
	return metertypes.ParseAddress("member", meter.Member)
}
