package keeper

import (
	"context"
	"reflect"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/txerrors"
	"electra/x/meter/types"
)

// messages is the one list of what may be sent, in the order of the proto service: who signs it, its rules, its effect.
// Everything else that knows all messages follows from it or is held to it by a test (messages_test.go).
var messages = []message{
	byOperator(Keeper.checkEnrolMeter, Keeper.applyEnrolMeter),
	byOperator(Keeper.checkRetireMeter, Keeper.applyRetireMeter),
	byOperator(Keeper.checkPublishNodeKey, Keeper.applyPublishNodeKey),
	byOperator(Keeper.checkSetTariff, Keeper.applySetTariff).upTo(3 << 10),
	byMeter(Keeper.checkReport, Keeper.applyReport),
	byMeter(Keeper.checkCloseDay, Keeper.applyCloseDay),
	byOperator(Keeper.checkDisputeDay, Keeper.applyDisputeDay),
	byOperator(Keeper.checkAnchorBook, Keeper.applyAnchorBook),
	byMember(Keeper.checkNoBill, Keeper.applyNoBill),
	byMember(Keeper.checkWithdrawNoBill, Keeper.applyWithdrawNoBill),
	byOperator(Keeper.checkSetConsensusKey, Keeper.applySetConsensusKey),
	byMeter(Keeper.checkVetoValidator, Keeper.applyVetoValidator),
	byMeter(Keeper.checkLeaveValidators, Keeper.applyLeaveValidators),
	byOperator(Keeper.checkFinalReading, Keeper.applyFinalReading),
	byMember(Keeper.checkObjectFinalReading, Keeper.applyObjectFinalReading),
	byOperator(Keeper.checkRotateOperator, Keeper.applyRotateOperator),
	byMeter(Keeper.checkVetoRotation, Keeper.applyVetoRotation),
	byMeter(Keeper.checkReplaceOperator, Keeper.applyReplaceOperator),
	byOperator(Keeper.checkSetPrices, Keeper.applySetPrices).upTo(5 << 10),
	byOperator(Keeper.checkProveBook, Keeper.applyProveBook).upTo(types.ProveBytes).alone(),
	byOperator(Keeper.checkSetUplink, Keeper.applySetUplink),
}

// message is one kind of message.
type message struct {
	kind         reflect.Type
	signer       string // the field that names its signer, which says who may send it
	maxBytes     int    // encoded, with its type
	isAlone      bool   // in its transaction
	check, apply step[sdk.Msg]
}

// step is a rule or an effect, meterStep a rule of a message whose meter is looked up already: its signer depends on it.
type (
	step[M sdk.Msg]      func(Keeper, context.Context, moment, M) error
	meterStep[M sdk.Msg] func(Keeper, context.Context, moment, enrolled, M) error
)

// enrolled is the meter that a message is about.
type enrolled struct {
	address []byte
	meter   types.Meter
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
	fromMember interface {
		sdk.Msg
		GetMember() string
		GetMeter() string
	}
)

// byOperator makes a message that only the chain's operator sends.
func byOperator[M fromOperator](check, apply step[M]) message {
	return newMessage("operator", func(k Keeper, ctx context.Context, now moment, m M) error {
		if err := k.checkOperator(ctx, m.GetOperator()); err != nil {
			return err
		}
		return check(k, ctx, now, m)
	}, apply)
}

// byMeter makes a message that an enrolled meter sends for itself.
func byMeter[M fromMeter](check meterStep[M], apply step[M]) message {
	return newMessage("meter", func(k Keeper, ctx context.Context, now moment, m M) error {
		at, err := k.signingMeter(ctx, m.GetMeter())
		if err != nil {
			return err
		}
		return check(k, ctx, now, at, m)
	}, apply)
}

// byMember makes a message that a member sends about their meter.
func byMember[M fromMember](check meterStep[M], apply step[M]) message {
	return newMessage("member", func(k Keeper, ctx context.Context, now moment, m M) error {
		at, err := k.membersMeter(ctx, m.GetMember(), m.GetMeter())
		if err != nil {
			return err
		}
		return check(k, ctx, now, at, m)
	}, apply)
}

func newMessage[M sdk.Msg](signer string, check, apply step[M]) message {
	return message{
		kind:     reflect.TypeFor[M](),
		signer:   signer,
		maxBytes: messageBytes,
		check:    func(k Keeper, ctx context.Context, now moment, m sdk.Msg) error { return check(k, ctx, now, m.(M)) },
		apply:    func(k Keeper, ctx context.Context, now moment, m sdk.Msg) error { return apply(k, ctx, now, m.(M)) },
	}
}

// messageBytes bounds every kind of message that says nothing else: nobody pays for bytes, so nobody may send many.
const messageBytes = 1 << 10

// upTo is the same message with a bound of its own.
func (m message) upTo(bytes int) message {
	m.maxBytes = bytes
	return m
}

// alone is the same message, with no other in its transaction.
func (m message) alone() message {
	m.isAlone = true
	return m
}

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

// Knows says whether a message is one of this module: no other may be sent.
func (Keeper) Knows(msg sdk.Msg) bool {
	_, known := messageOf(msg)
	return known
}

// MaxBytes bounds a message with its type. Of a message that the module does not know nothing is allowed.
func (k Keeper) MaxBytes(msg sdk.Msg) int {
	m, _ := messageOf(msg)
	if day, ok := msg.(*types.MsgCloseDay); ok && k.communities != nil && len(day.Evidence) > 0 {
		return types.EvidenceBytes
	}
	return m.maxBytes
}

// Alone says whether a message has to be the only one of its transaction.
func (Keeper) Alone(msg sdk.Msg) bool {
	m, _ := messageOf(msg)
	return m.isAlone
}

// Check holds the rules of one message against the state as it stands. It writes nothing; each refusal is a named
// error that says which field was wrong and what was expected.
func (k Keeper) Check(ctx sdk.Context, msg sdk.Msg) error {
	m, now, err := k.about(ctx, msg)
	if err != nil {
		return err
	}
	return m.check(k, ctx, now, msg)
}

// Apply is the effect of a message that Check has accepted in the same state. It fails only where the store fails.
func (k Keeper) Apply(ctx sdk.Context, msg sdk.Msg) error {
	m, now, err := k.about(ctx, msg)
	if err != nil {
		return err
	}
	return m.apply(k, ctx, now, msg)
}

func (k Keeper) about(ctx sdk.Context, msg sdk.Msg) (message, moment, error) {
	m, known := messageOf(msg)
	if !known {
		return m, moment{}, errorsmod.Wrapf(txerrors.ErrMessageType, "message %s: expected one of %s", sdk.MsgTypeURL(msg), types.Package)
	}
	now, err := k.now(ctx)
	return m, now, err
}
