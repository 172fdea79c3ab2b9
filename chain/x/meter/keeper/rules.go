package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/rules"
	"electra/x/meter/types"
)

// messages is the one list of what may be sent, in the order of the proto service: who signs it, its rules, its effect.
// Everything else that knows all messages follows from it or is held to it by a test (messages_test.go).
var messages = rules.Table[Keeper]{
	byOperator(Keeper.checkEnrolMeter, Keeper.applyEnrolMeter),
	byOperator(Keeper.checkRetireMeter, Keeper.applyRetireMeter),
	byOperator(Keeper.checkPublishNodeKey, Keeper.applyPublishNodeKey),
	byOperator(Keeper.checkSetTariff, Keeper.applySetTariff).UpTo(3 << 10),
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
	byOperator(Keeper.checkSetPrices, Keeper.applySetPrices).UpTo(5 << 10),
	byOperator(Keeper.checkProveBook, Keeper.applyProveBook).UpTo(types.ProveBytes).OnItsOwn(),
	byOperator(Keeper.checkSetUplink, Keeper.applySetUplink),
}

// step is a rule or an effect that knows the time, meterStep a rule of a message whose meter is looked up already: its signer depends
// on it.
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
func byOperator[M fromOperator](check, apply step[M]) rules.Message[Keeper] {
	return newMessage("operator", func(k Keeper, ctx context.Context, now moment, m M) error {
		if err := k.checkOperator(ctx, m.GetOperator()); err != nil {
			return err
		}
		return check(k, ctx, now, m)
	}, apply)
}

// byMeter makes a message that an enrolled meter sends for itself.
func byMeter[M fromMeter](check meterStep[M], apply step[M]) rules.Message[Keeper] {
	return newMessage("meter", func(k Keeper, ctx context.Context, now moment, m M) error {
		at, err := k.signingMeter(ctx, m.GetMeter())
		if err != nil {
			return err
		}
		return check(k, ctx, now, at, m)
	}, apply)
}

// byMember makes a message that a member sends about their meter.
func byMember[M fromMember](check meterStep[M], apply step[M]) rules.Message[Keeper] {
	return newMessage("member", func(k Keeper, ctx context.Context, now moment, m M) error {
		at, err := k.membersMeter(ctx, m.GetMember(), m.GetMeter())
		if err != nil {
			return err
		}
		return check(k, ctx, now, at, m)
	}, apply)
}

func newMessage[M sdk.Msg](signer string, check, apply step[M]) rules.Message[Keeper] {
	return rules.Of(signer, check.now(), apply.now())
}

// now is the step at the time of its block.
func (do step[M]) now() rules.Step[Keeper, M] {
	return func(k Keeper, ctx sdk.Context, m M) error {
		now, err := k.now(ctx)
		if err != nil {
			return err
		}
		return do(k, ctx, now, m)
	}
}

// Package is the module's protobuf package.
func (Keeper) Package() string { return types.Package }

// Knows says whether a message is one of this module: no other may be sent.
func (Keeper) Knows(msg sdk.Msg) bool { return messages.Knows(msg) }

// MaxBytes bounds a message with its type. Of a message that the module does not know nothing is allowed.
func (k Keeper) MaxBytes(msg sdk.Msg) int {
	if day, ok := msg.(*types.MsgCloseDay); ok && k.communities != nil && len(day.Evidence) > 0 {
		return types.EvidenceBytes
	}
	return messages.MaxBytes(msg)
}

// Alone says whether a message has to be the only one of its transaction.
func (Keeper) Alone(msg sdk.Msg) bool { return messages.Alone(msg) }

// Check holds the rules of one message against the state as it stands. It writes nothing; each refusal is a named
// error that says which field was wrong and what was expected.
func (k Keeper) Check(ctx sdk.Context, msg sdk.Msg) error { return messages.Check(k, ctx, msg) }

// Apply is the effect of a message that Check has accepted in the same state. It fails only where the store fails.
func (k Keeper) Apply(ctx sdk.Context, msg sdk.Msg) error { return messages.Apply(k, ctx, msg) }
