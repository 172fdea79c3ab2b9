package keeper

import (
	"context"
	"reflect"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/txerrors"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

// messages is the one list of what may be sent: who signs it, its rules, its effect.
var messages = []message{
	of(byOperator, (*types.MsgRegisterCommunity).GetOperator, Keeper.checkRegister, Keeper.applyRegister).upTo(metertypes.EvidenceBytes),
	of(byPower, (*types.MsgVeto).GetMeter, Keeper.checkVeto, Keeper.applyVeto),
	of(byUplink, (*types.MsgUpdateClient).GetUplink, Keeper.checkUpdate, Keeper.applyUpdate).upTo(metertypes.EvidenceBytes),
	of(byAnybody, (*types.MsgConflict).GetSender, Keeper.checkConflict, Keeper.applyConflict).upTo(metertypes.EvidenceBytes),
	of(byPower, (*types.MsgSuspend).GetMeter, Keeper.checkSuspend, Keeper.applySuspend),
	of(byOperator, (*types.MsgResume).GetOperator, Keeper.checkResume, Keeper.applyResume).upTo(metertypes.EvidenceBytes),
	of(byOperator, (*types.MsgReplaceTreasury).GetOperator, Keeper.checkReplaceTreasury, Keeper.applyReplaceTreasury),
}

// message is one kind of message.
type message struct {
	kind         reflect.Type
	maxBytes     int
	check, apply func(Keeper, sdk.Context, sdk.Msg) error
}

// who says whether an address may sign a kind of message.
type who func(k Keeper, ctx context.Context, address []byte) error

// messageBytes bounds every kind of message that says nothing else.
const messageBytes = 1 << 10

func of[M sdk.Msg](may who, signer func(M) string, check, apply func(Keeper, sdk.Context, M) error) message {
	return message{kind: reflect.TypeFor[M](), maxBytes: messageBytes,
		check: func(k Keeper, ctx sdk.Context, m sdk.Msg) error {
			address, err := metertypes.ParseAddress("signer", signer(m.(M)))
			if err != nil {
				return err
			}
			if err := may(k, ctx, address); err != nil {
				return err
			}
			return check(k, ctx, m.(M))
		},
		apply: func(k Keeper, ctx sdk.Context, m sdk.Msg) error { return apply(k, ctx, m.(M)) },
	}
}

// upTo is the same message with a bound of its own.
func (m message) upTo(bytes int) message {
	m.maxBytes = bytes
	return m
}

func byOperator(k Keeper, ctx context.Context, address []byte) error {
	if ok, err := k.meters.IsOperator(ctx, address); err != nil || ok {
		return err
	}
	return errorsmod.Wrap(txerrors.ErrWrongSigner, "operator: expected the operator of this chain")
}

func byPower(k Keeper, ctx context.Context, address []byte) error {
	if ok, err := k.meters.HasPower(ctx, address); err != nil || ok {
		return err
	}
	return errorsmod.Wrap(types.ErrNoPower, "meter: expected one whose key has power")
}

func byUplink(k Keeper, ctx context.Context, address []byte) error {
	if _, found, err := get(ctx, k.Communities, address); err != nil || found {
		return err
	}
	return errorsmod.Wrap(types.ErrNotRegistered, "uplink: expected one with a community behind it")
}

func byAnybody(Keeper, context.Context, []byte) error { return nil }

func messageOf(msg sdk.Msg) (message, bool) {
	kind := reflect.TypeOf(msg)
	for _, m := range messages {
		if m.kind == kind {
			return m, true
		}
	}
	return message{}, false
}

// Package is the module's protobuf package.
func (Keeper) Package() string { return types.Package }

// Knows says whether a message is one of this module.
func (Keeper) Knows(msg sdk.Msg) bool {
	_, known := messageOf(msg)
	return known
}

// MaxBytes bounds a message with its type.
func (Keeper) MaxBytes(msg sdk.Msg) int {
	m, _ := messageOf(msg)
	return m.maxBytes
}

// Alone says whether a message has to be the only one of its transaction: none has.
func (Keeper) Alone(sdk.Msg) bool { return false }

// IsParty: the operator, meters and their treasuries, and whoever may hold ELECTRA.
func (k Keeper) IsParty(ctx context.Context, address []byte) (bool, error) {
	if ok, err := k.meters.IsParty(ctx, address); err != nil || ok {
		return ok, err
	}
	return k.holders.IsHolder(ctx, address)
}

// Check holds the rules of a message against the state as it stands, and writes nothing.
func (k Keeper) Check(ctx sdk.Context, msg sdk.Msg) error {
	m, known := messageOf(msg)
	if !known {
		return errorsmod.Wrapf(txerrors.ErrMessageType, "message %s: expected one of %s", sdk.MsgTypeURL(msg), types.Package)
	}
	return m.check(k, ctx, msg)
}

// Apply is the effect of a message that Check has accepted in the same state.
func (k Keeper) Apply(ctx sdk.Context, msg sdk.Msg) error {
	m, known := messageOf(msg)
	if !known {
		return errorsmod.Wrapf(txerrors.ErrMessageType, "message %s: expected one of %s", sdk.MsgTypeURL(msg), types.Package)
	}
	return m.apply(k, ctx, msg)
}

// community is the one behind an uplink.
func (k Keeper) community(ctx context.Context, field, text string) ([]byte, types.Community, error) {
	uplink, err := metertypes.ParseAddress(field, text)
	if err != nil {
		return nil, types.Community{}, err
	}
	c, found, err := get(ctx, k.Communities, uplink)
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
