package keeper

import (
	"context"

	"cosmossdk.io/collections"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"

	"electra/x/meter/types"
)

// Validators have equal power 1. An operator could otherwise enrol a majority overnight, so changes wait in a queue:
// each is due validator_delay after its transaction (a removal not before the meter's last day is over) and is then
// applied, in order, as soon as
//
//	3 * (units touched in the window + 1) < least total power in the window
//
// The window is the last validator_window of chain time up to and including now; the least power is taken just
// before each change of the window and before this one. With three validators or fewer nothing ever passes, with four
// to six one change a window does; and since one unit is always less than a third, the set never runs empty.

func (k Keeper) queueChange(ctx context.Context, change types.ValidatorChange) error {
	return k.ValidatorChanges.Set(ctx, collections.Join(change.DueUnixS, change.ConsensusKey), change)
}

// queueRemoval queues the end of a retired meter's power, in place of an earlier queued end. Where the meter's days
// end before its power would begin, the beginning is called off instead; where it has neither power nor a beginning,
// nothing is queued, so that "a retired meter has power while its end is queued" stays true (genesis relies on it).
func (k Keeper) queueRemoval(ctx context.Context, now moment, meter types.Meter) error {
	if len(meter.ConsensusKey) == 0 {
		return nil
	}
	end := types.DayEnd(meter.LastDay)
	queued, err := k.queuedChanges(ctx, meter.ConsensusKey)
	if err != nil {
		return err
	}
	powered, err := k.Validators.Has(ctx, meter.ConsensusKey)
	if err != nil {
		return err
	}
	for _, change := range queued {
		if change.Power != 0 && change.DueUnixS < end {
			powered = true // the beginning stays: it comes before the end
			continue
		}
		if err := k.dropChange(ctx, change); err != nil {
			return err
		}
	}
	if !powered {
		return nil
	}
	due := max(now.unixS+int64(now.params.ValidatorDelayS), end)
	return k.queueChange(ctx, types.ValidatorChange{Meter: meter.Address, ConsensusKey: meter.ConsensusKey, Power: 0, DueUnixS: due})
}

func (k Keeper) dropChange(ctx context.Context, change types.ValidatorChange) error {
	return k.ValidatorChanges.Remove(ctx, collections.Join(change.DueUnixS, change.ConsensusKey))
}

// queuedChanges are the waiting changes of one consensus key: at most a beginning and an end.
func (k Keeper) queuedChanges(ctx context.Context, key []byte) ([]types.ValidatorChange, error) {
	var found []types.ValidatorChange
	err := k.ValidatorChanges.Walk(ctx, nil, func(at collections.Pair[int64, []byte], change types.ValidatorChange) (bool, error) {
		if string(at.K2()) == string(key) {
			found = append(found, change)
		}
		return false, nil
	})
	return found, err
}

// applyDueChanges runs in EndBlock and returns what CometBFT has to know.
func (k Keeper) applyDueChanges(ctx context.Context, now moment) ([]abci.ValidatorUpdate, error) {
	due, err := k.dueChanges(ctx, now)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	var updates []abci.ValidatorUpdate
	for _, change := range due {
		moot, err := k.dropIfMoot(ctx, now, change)
		if err != nil {
			return nil, err
		}
		if moot {
			continue
		}
		free, err := k.reserveChange(ctx, now)
		if err != nil {
			return nil, err
		}
		if !free {
			break // every other change is one unit too: all wait
		}
		if err := k.setPower(ctx, change); err != nil {
			return nil, err
		}
		updates = append(updates, validatorUpdate(change.ConsensusKey, change.Power))
	}
	return updates, nil
}

func (k Keeper) dueChanges(ctx context.Context, now moment) ([]types.ValidatorChange, error) {
	var due []types.ValidatorChange
	err := k.ValidatorChanges.Walk(ctx, nil, func(at collections.Pair[int64, []byte], change types.ValidatorChange) (bool, error) {
		if at.K1() > now.unixS {
			return true, nil
		}
		due = append(due, change)
		return false, nil
	})
	return due, err
}

// dropIfMoot drops a beginning that waited for its turn until the meter's last day was over, together with its end,
// and an end whose beginning was dropped so.
func (k Keeper) dropIfMoot(ctx context.Context, now moment, change types.ValidatorChange) (bool, error) {
	active, err := k.Validators.Has(ctx, change.ConsensusKey)
	if err != nil {
		return false, err
	}
	if change.Power == 0 {
		if active {
			return false, nil
		}
		return true, k.dropChange(ctx, change)
	}
	address, err := types.ParseAddress("meter", change.Meter)
	if err != nil {
		return false, err
	}
	meter, err := k.Meters.Get(ctx, address)
	if err != nil {
		return false, err
	}
	if meter.LastDay == 0 || types.DayEnd(meter.LastDay) > now.unixS {
		return false, nil
	}
	both, err := k.queuedChanges(ctx, change.ConsensusKey)
	if err != nil {
		return false, err
	}
	for _, c := range both {
		if err := k.dropChange(ctx, c); err != nil {
			return false, err
		}
	}
	return true, nil
}

// reserveChange says whether one more unit may be touched now, and if so books it.
func (k Keeper) reserveChange(ctx context.Context, now moment) (bool, error) {
	power, err := k.totalPower(ctx)
	if err != nil {
		return false, err
	}
	touched, least, last := int64(0), power, uint64(0)
	var outdated []uint64
	err = k.AppliedChanges.Walk(ctx, nil, func(n uint64, c types.AppliedChange) (bool, error) {
		last = n
		if c.UnixS <= now.unixS-int64(now.params.ValidatorWindowS) {
			outdated = append(outdated, n)
			return false, nil
		}
		touched += c.Touched
		least = min(least, c.Power)
		return false, nil
	})
	if err != nil {
		return false, err
	}
	if 3*(touched+types.EqualPower) >= least {
		return false, nil
	}
	if err := k.AppliedChanges.Set(ctx, last+1, types.AppliedChange{UnixS: now.unixS, Touched: types.EqualPower, Power: power}); err != nil {
		return false, err
	}
	for _, n := range outdated {
		if err := k.AppliedChanges.Remove(ctx, n); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (k Keeper) setPower(ctx context.Context, change types.ValidatorChange) error {
	if err := k.dropChange(ctx, change); err != nil {
		return err
	}
	if change.Power == 0 {
		return k.Validators.Remove(ctx, change.ConsensusKey)
	}
	return k.Validators.Set(ctx, change.ConsensusKey, uint64(change.Power))
}

func (k Keeper) totalPower(ctx context.Context) (int64, error) {
	total := int64(0)
	err := k.Validators.Walk(ctx, nil, func(_ []byte, power uint64) (bool, error) {
		total += int64(power)
		return false, nil
	})
	return total, err
}

func validatorUpdate(key []byte, power int64) abci.ValidatorUpdate {
	return abci.ValidatorUpdate{PubKey: cmtcrypto.PublicKey{Sum: &cmtcrypto.PublicKey_Ed25519{Ed25519: key}}, Power: power}
}
