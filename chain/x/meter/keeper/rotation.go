package keeper

import (
	"bytes"
	"context"
	"slices"
	"strconv"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/x/meter/types"
)

// Who the operator is may change in two ways. The operator signs who comes after it, which waits validator_delay and is
// dropped if, by the block that would bring it into force, meters that hold more than a third of the power have vetoed it.
// Or meters that hold more than two thirds of the power name another one: at once, because they could change anything, and
// a stolen key should not have a week. Rotations are numbered and stay in the state: meters follow those that are signed.

// EventOperatorRotated is emitted in EndBlock for every rotation that comes to its end. Its attributes are text: n (decimal),
// address, fate ("applied" or "vetoed"), signed ("true" or "false"), unix_s (decimal chain time).
const EventOperatorRotated = "electra.operator_rotated"

// checkNextOperator wants the next number, and an address that is not the operator's.
func (k Keeper) checkNextOperator(ctx context.Context, n uint32, text string) error {
	last, err := stored.LastKey(ctx, k.Rotations)
	if err != nil {
		return err
	}
	if want := uint64(last) + 1; uint64(n) != want {
		return errorsmod.Wrapf(types.ErrRotationNumber, "n: expected %d, got %d", want, n)
	}
	address, err := types.ParseAddress("address", text)
	if err != nil {
		return err
	}
	operator, err := k.Operator.Get(ctx)
	if err != nil {
		return err
	}
	if bytes.Equal(operator, address) {
		return errorsmod.Wrap(types.ErrRotationAddress, "address: expected another one than the operator's")
	}
	return nil
}

func (k Keeper) checkRotateOperator(ctx context.Context, _ moment, m *types.MsgRotateOperator) error {
	if err := k.checkNextOperator(ctx, m.N, m.Address); err != nil {
		return err
	}
	if queued, err := k.QueuedRotation.Has(ctx, m.N); err != nil {
		return err
	} else if queued {
		return errorsmod.Wrapf(types.ErrRotationQueued, "n: %d waits for its time", m.N)
	}
	address, err := types.ParseAddress("address", m.Address)
	if err != nil {
		return err
	}
	operator, err := k.Operator.Get(ctx)
	if err != nil {
		return err
	}
	text := types.RotationText(sdk.UnwrapSDKContext(ctx).ChainID(), m.N, address)
	return types.CheckSignature("signature", text, m.Signature, operator)
}

func (k Keeper) applyRotateOperator(ctx context.Context, now moment, m *types.MsgRotateOperator) error {
	return k.QueuedRotation.Set(ctx, m.N, types.Rotation{N: m.N, Address: m.Address, Signature: m.Signature, Height: now.height,
		UnixS: now.unixS + int64(now.params.ValidatorDelayS)})
}

func (k Keeper) checkVetoRotation(ctx context.Context, _ moment, at enrolled, m *types.MsgVetoRotation) error {
	if err := k.needPower(ctx, at); err != nil {
		return err
	}
	queued, found, err := stored.Get(ctx, k.QueuedRotation, m.N)
	if err != nil {
		return err
	}
	if !found {
		return errorsmod.Wrapf(types.ErrNoRotation, "n: expected the number of a queued rotation, got %d", m.N)
	}
	if slices.Contains(queued.VetoedBy, m.Meter) {
		return errorsmod.Wrap(types.ErrVetoed, "n: expected a rotation that this meter has not vetoed yet")
	}
	return nil
}

func (k Keeper) applyVetoRotation(ctx context.Context, _ moment, m *types.MsgVetoRotation) error {
	queued, err := k.QueuedRotation.Get(ctx, m.N)
	if err != nil {
		return err
	}
	queued.VetoedBy = append(queued.VetoedBy, m.Meter)
	return k.QueuedRotation.Set(ctx, m.N, queued)
}

func (k Keeper) checkReplaceOperator(ctx context.Context, _ moment, at enrolled, m *types.MsgReplaceOperator) error {
	if err := k.needPower(ctx, at); err != nil {
		return err
	}
	if err := k.checkNextOperator(ctx, m.N, m.Address); err != nil {
		return err
	}
	vote, found, err := stored.Get(ctx, k.OperatorVotes, at.address)
	if err != nil {
		return err
	}
	if found && vote.Address == m.Address {
		return errorsmod.Wrap(types.ErrVoted, "address: expected another one than this meter has named")
	}
	return nil
}

func (k Keeper) applyReplaceOperator(ctx context.Context, _ moment, m *types.MsgReplaceOperator) error {
	address, err := types.ParseAddress("meter", m.Meter)
	if err != nil {
		return err
	}
	return k.OperatorVotes.Set(ctx, address, types.OperatorVote{Meter: m.Meter, N: m.N, Address: m.Address})
}

func (k Keeper) needPower(ctx context.Context, at enrolled) error {
	powered, err := k.hasPower(ctx, at.meter)
	if err != nil || powered {
		return err
	}
	return errorsmod.Wrap(types.ErrNoPower, "meter: expected one whose consensus key has power")
}

// rotateOperator runs in EndBlock, before the validators of the block change.
func (k Keeper) rotateOperator(ctx sdk.Context, now moment) error {
	last, err := stored.LastKey(ctx, k.Rotations)
	if err != nil {
		return err
	}
	voted, err := k.votedOperator(ctx)
	if err != nil {
		return err
	}
	if voted != "" {
		return k.bringOperator(ctx, now, types.Rotation{N: last + 1, Address: voted, Height: now.height})
	}
	queued, found, err := stored.Get(ctx, k.QueuedRotation, last+1)
	if err != nil || !found || queued.UnixS > now.unixS {
		return err
	}
	if heard, err := k.hadBlocks(ctx, now, queued.UnixS); err != nil || !heard {
		return err
	}
	powers, err := k.powers(ctx)
	if err != nil {
		return err
	}
	against, err := k.powerOf(ctx, queued.VetoedBy, powers)
	if err != nil {
		return err
	}
	if 3*against > powers.total {
		emitRotation(ctx, now, queued, fateVetoed)
		return k.QueuedRotation.Remove(ctx, queued.N)
	}
	queued.VetoedBy = nil
	return k.bringOperator(ctx, now, queued)
}

// votedOperator is the address that meters with more than two thirds of the power name, or none.
func (k Keeper) votedOperator(ctx context.Context) (string, error) {
	votes, err := stored.Values(ctx, k.OperatorVotes, nil)
	if err != nil || len(votes) == 0 {
		return "", err
	}
	powers, err := k.powers(ctx)
	if err != nil {
		return "", err
	}
	for _, candidate := range votes {
		var meters []string
		for _, vote := range votes {
			if vote.Address == candidate.Address {
				meters = append(meters, vote.Meter)
			}
		}
		power, err := k.powerOf(ctx, meters, powers)
		if err != nil {
			return "", err
		}
		if 3*power > 2*powers.total {
			return candidate.Address, nil
		}
	}
	return "", nil
}

// bringOperator brings a rotation into force. What waited for its number is over.
func (k Keeper) bringOperator(ctx sdk.Context, now moment, r types.Rotation) error {
	address, err := types.ParseAddress("address", r.Address)
	if err != nil {
		return err
	}
	r.UnixS = now.unixS
	k.EnsureAccount(ctx, address)
	emitRotation(ctx, now, r, fateApplied)
	for _, step := range []error{k.Operator.Set(ctx, address), k.Rotations.Set(ctx, r.N, r), k.QueuedRotation.Clear(ctx, nil),
		k.OperatorVotes.Clear(ctx, nil)} {
		if step != nil {
			return step
		}
	}
	return nil
}

func emitRotation(ctx sdk.Context, now moment, r types.Rotation, fate string) {
	ctx.EventManager().EmitEvent(sdk.NewEvent(EventOperatorRotated,
		sdk.NewAttribute("n", strconv.FormatUint(uint64(r.N), 10)),
		sdk.NewAttribute("address", r.Address),
		sdk.NewAttribute("fate", fate),
		sdk.NewAttribute("signed", strconv.FormatBool(len(r.Signature) > 0)),
		sdk.NewAttribute("unix_s", strconv.FormatInt(now.unixS, 10)),
	))
}

// initRotations writes what an export carries.
func (k Keeper) initRotations(ctx context.Context, g types.GenesisState) error {
	for _, r := range g.Rotations {
		if err := k.Rotations.Set(ctx, r.N, r); err != nil {
			return err
		}
	}
	for _, r := range g.QueuedRotations {
		if err := k.QueuedRotation.Set(ctx, r.N, r); err != nil {
			return err
		}
	}
	for _, v := range g.OperatorVotes {
		address, err := types.ParseAddress("meter", v.Meter)
		if err != nil {
			return err
		}
		if err := k.OperatorVotes.Set(ctx, address, v); err != nil {
			return err
		}
	}
	return nil
}
