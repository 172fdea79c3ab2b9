package keeper

import (
	"context"
	"slices"

	errorsmod "cosmossdk.io/errors"

	"electra/x/meter/types"
)

// Who has power is for those to say who have it. The operator queues beginnings and ends (enrolment, SetConsensusKey,
// retirement); meters with power may veto each, and a change that more than a third of the power has vetoed is dropped.
// Without that an operator reaches two thirds in 77 days by enrolling, and in 49 by retiring. A meter that wants to
// leave needs nobody's leave, so an end that it asked for itself cannot be vetoed.

func (k Keeper) checkSetConsensusKey(ctx context.Context, _ moment, m *types.MsgSetConsensusKey) error {
	at, err := k.meter(ctx, "meter", m.Meter)
	if err != nil {
		return err
	}
	if at.meter.LastDay != 0 {
		return errorsmod.Wrapf(types.ErrRetired, "meter: expected one that is not retired, its last day is %d", at.meter.LastDay)
	}
	if len(at.meter.ConsensusKey) > 0 {
		return errorsmod.Wrap(types.ErrConsensusKeyInForce, "meter: expected one without a consensus key in force or queued")
	}
	if err := types.CheckConsensusKey("key", m.Key); err != nil {
		return err
	}
	return k.checkUnusedKey(ctx, "key", m.Key)
}

func (k Keeper) applySetConsensusKey(ctx context.Context, now moment, m *types.MsgSetConsensusKey) error {
	at, err := k.meter(ctx, "meter", m.Meter)
	if err != nil {
		return err
	}
	at.meter.ConsensusKey = m.Key
	if err := k.Meters.Set(ctx, at.address, at.meter); err != nil {
		return err
	}
	if err := k.ConsensusKeys.Set(ctx, m.Key, at.address); err != nil {
		return err
	}
	return k.queueBeginning(ctx, now, at.meter)
}

func (k Keeper) checkVetoValidator(ctx context.Context, _ moment, at enrolled, m *types.MsgVetoValidator) error {
	if err := k.needPower(ctx, at); err != nil {
		return err
	}
	target, err := k.meter(ctx, "target", m.Target)
	if err != nil {
		return err
	}
	change, found, err := k.queuedChange(ctx, target.meter, m.End)
	if err != nil {
		return err
	}
	if !found {
		return errorsmod.Wrapf(types.ErrNoChange, "target: expected a meter with a queued change (end: %t)", m.End)
	}
	if change.Asked {
		return errorsmod.Wrap(types.ErrLeaving, "target: expected a change that the meter did not ask for itself")
	}
	if slices.Contains(change.VetoedBy, m.Meter) {
		return errorsmod.Wrap(types.ErrVetoed, "target: expected a change that this meter has not vetoed yet")
	}
	return nil
}

func (k Keeper) applyVetoValidator(ctx context.Context, _ moment, m *types.MsgVetoValidator) error {
	target, err := k.meter(ctx, "target", m.Target)
	if err != nil {
		return err
	}
	change, _, err := k.queuedChange(ctx, target.meter, m.End)
	if err != nil {
		return err
	}
	change.VetoedBy = append(change.VetoedBy, m.Meter)
	return k.queueChange(ctx, change)
}

func (k Keeper) checkLeaveValidators(ctx context.Context, _ moment, at enrolled, _ *types.MsgLeaveValidators) error {
	if len(at.meter.ConsensusKey) == 0 {
		return errorsmod.Wrap(types.ErrNoPower, "meter: expected one whose consensus key is in force or queued")
	}
	change, found, err := k.queuedChange(ctx, at.meter, true)
	if err != nil {
		return err
	}
	if found && change.Asked {
		return errorsmod.Wrap(types.ErrLeaving, "meter: expected one that has not asked to leave yet")
	}
	return nil
}

// applyLeaveValidators queues the end of the meter's power, sooner or as soon as one that the operator has queued, or
// calls off a beginning.
func (k Keeper) applyLeaveValidators(ctx context.Context, now moment, m *types.MsgLeaveValidators) error {
	at, err := k.meter(ctx, "meter", m.Meter)
	if err != nil {
		return err
	}
	if powered, err := k.hasPower(ctx, at.meter); err != nil {
		return err
	} else if !powered {
		return k.callOff(ctx, at.meter)
	}
	end := types.ValidatorChange{Meter: m.Meter, ConsensusKey: at.meter.ConsensusKey, Power: 0, Asked: true,
		DueUnixS: now.unixS + int64(now.params.ValidatorDelayS), Height: now.height}
	queued, found, err := k.queuedChange(ctx, at.meter, true)
	if err != nil {
		return err
	}
	if found {
		end.DueUnixS = min(end.DueUnixS, queued.DueUnixS)
		if err := k.dropChange(ctx, queued); err != nil {
			return err
		}
	}
	return k.queueChange(ctx, end)
}

func (k Keeper) hasPower(ctx context.Context, meter types.Meter) (bool, error) {
	if len(meter.ConsensusKey) == 0 {
		return false, nil
	}
	return k.Validators.Has(ctx, meter.ConsensusKey)
}

// queuedChange is the waiting beginning, or end, of a meter's key.
func (k Keeper) queuedChange(ctx context.Context, meter types.Meter, end bool) (types.ValidatorChange, bool, error) {
	queued, err := k.queuedChanges(ctx, meter.ConsensusKey)
	if err != nil {
		return types.ValidatorChange{}, false, err
	}
	for _, change := range queued {
		if (change.Power == 0) == end {
			return change, true, nil
		}
	}
	return types.ValidatorChange{}, false, nil
}

// powers are the validators as a block found them.
type powers struct {
	of    map[string]int64
	total int64
}

func (k Keeper) powers(ctx context.Context) (powers, error) {
	found := powers{of: map[string]int64{}}
	err := k.Validators.Walk(ctx, nil, func(key []byte, power uint64) (bool, error) {
		found.of[string(key)] = int64(power)
		found.total += int64(power)
		return false, nil
	})
	return found, err
}

// isVetoed: meters whose keys hold more than a third of the power have sent a veto. Who has lost its power since counts
// no more.
func (k Keeper) isVetoed(ctx context.Context, change types.ValidatorChange, found powers) (bool, error) {
	if change.Asked {
		return false, nil
	}
	against, err := k.powerOf(ctx, change.VetoedBy, found)
	return 3*against > found.total, err
}

// powerOf is what meters hold together.
func (k Keeper) powerOf(ctx context.Context, meters []string, found powers) (int64, error) {
	power := int64(0)
	for _, text := range meters {
		at, err := k.meter(ctx, "meter", text)
		if err != nil {
			return 0, err
		}
		power += found.of[string(at.meter.ConsensusKey)]
	}
	return power, nil
}
