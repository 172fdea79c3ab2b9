package keeper

import (
	"context"
	"strconv"

	"cosmossdk.io/collections"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"

	sdk "github.com/cosmos/cosmos-sdk/types"

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
//
// A change that more than a third of the power has vetoed by the block whose turn it would be is dropped instead
// (vetoes.go). A meter has a consensus key while the key has power or its beginning is queued: without, it is light.

// EventValidatorChange is emitted in EndBlock for every queued change that comes to its end. Its attributes are text:
// meter, end ("true" or "false"), fate ("applied", "vetoed" or "moot"), unix_s (decimal chain time).
const EventValidatorChange = "electra.validator_change"

func (k Keeper) queueChange(ctx context.Context, change types.ValidatorChange) error {
	return k.ValidatorChanges.Set(ctx, collections.Join(change.DueUnixS, change.ConsensusKey), change)
}

// queueBeginning queues the power of a meter's key.
func (k Keeper) queueBeginning(ctx context.Context, now moment, meter types.Meter) error {
	return k.queueChange(ctx, types.ValidatorChange{Meter: meter.Address, ConsensusKey: meter.ConsensusKey, Power: types.EqualPower,
		DueUnixS: now.unixS + int64(now.params.ValidatorDelayS), Height: now.height})
}

// queueRemoval queues the end of a retired meter's power, in place of an earlier queued end, whose vetoes it keeps; an
// end that the meter asked for stays as it is. Where the meter's days end before its power would begin, the beginning is
// called off instead.
func (k Keeper) queueRemoval(ctx context.Context, now moment, meter types.Meter) error {
	if len(meter.ConsensusKey) == 0 {
		return nil
	}
	end := types.DayEnd(meter.LastDay)
	powered, err := k.Validators.Has(ctx, meter.ConsensusKey)
	if err != nil {
		return err
	}
	queued, err := k.queuedChanges(ctx, meter.ConsensusKey)
	if err != nil {
		return err
	}
	removal := types.ValidatorChange{Meter: meter.Address, ConsensusKey: meter.ConsensusKey, Power: 0,
		DueUnixS: max(now.unixS+int64(now.params.ValidatorDelayS), end), Height: now.height}
	for _, change := range queued {
		if change.Asked {
			return nil
		}
		if change.Power != 0 && change.DueUnixS < end {
			powered = true // the beginning stays: it comes before the end
			continue
		}
		if change.Power == 0 {
			removal.VetoedBy = change.VetoedBy
		}
		if err := k.dropChange(ctx, change); err != nil {
			return err
		}
	}
	if !powered {
		return k.makeLight(ctx, meter)
	}
	return k.queueChange(ctx, removal)
}

// makeLight takes the consensus key from a meter that has no power and no beginning queued. The key stays used.
func (k Keeper) makeLight(ctx context.Context, meter types.Meter) error {
	address, err := types.ParseAddress("meter", meter.Address)
	if err != nil {
		return err
	}
	meter.ConsensusKey = nil
	return k.Meters.Set(ctx, address, meter)
}

// callOff drops all that is queued of a meter without power, which is light from then on.
func (k Keeper) callOff(ctx context.Context, meter types.Meter) error {
	queued, err := k.queuedChanges(ctx, meter.ConsensusKey)
	if err != nil {
		return err
	}
	for _, change := range queued {
		if err := k.dropChange(ctx, change); err != nil {
			return err
		}
	}
	return k.makeLight(ctx, meter)
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

// applyDueChanges runs in EndBlock and returns what CometBFT has to know. Vetoes are weighed by the power that the block
// found, whatever changes before them in the same block.
func (k Keeper) applyDueChanges(ctx sdk.Context, now moment) ([]abci.ValidatorUpdate, error) {
	due, err := k.dueChanges(ctx, now)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	found, err := k.powers(ctx)
	if err != nil {
		return nil, err
	}
	var updates []abci.ValidatorUpdate
	for _, change := range due {
		fate, err := k.fateOf(ctx, now, change, found)
		if err != nil {
			return nil, err
		}
		if fate == fateWaits {
			break // every other change is one unit too: all wait
		}
		if err := k.settle(ctx, change, fate); err != nil {
			return nil, err
		}
		if fate == fateApplied {
			updates = append(updates, validatorUpdate(change.ConsensusKey, change.Power))
		}
		ctx.EventManager().EmitEvent(sdk.NewEvent(EventValidatorChange,
			sdk.NewAttribute("meter", change.Meter),
			sdk.NewAttribute("end", strconv.FormatBool(change.Power == 0)),
			sdk.NewAttribute("fate", fate),
			sdk.NewAttribute("unix_s", strconv.FormatInt(now.unixS, 10)),
		))
	}
	return updates, nil
}

// What becomes of a change that is due.
const (
	fateWaits   = "waits" // the window has no room
	fateApplied = "applied"
	fateVetoed  = "vetoed"
	fateMoot    = "moot"
)

// fateOf says what becomes of a due change in this block, and books the unit of one that is applied.
func (k Keeper) fateOf(ctx context.Context, now moment, change types.ValidatorChange, found powers) (string, error) {
	moot, err := k.isMoot(ctx, now, change)
	if err != nil {
		return "", err
	}
	if moot {
		return fateMoot, nil
	}
	window, err := k.window(ctx, now)
	if err != nil {
		return "", err
	}
	if !window.hasRoom() {
		return fateWaits, nil
	}
	vetoed, err := k.isVetoed(ctx, change, found)
	if err != nil {
		return "", err
	}
	if vetoed {
		return fateVetoed, nil
	}
	return fateApplied, k.book(ctx, now, window)
}

// settle takes a change out of the queue. A beginning that was dropped leaves a light meter, and so does an end that was
// applied; a meter whose end was vetoed keeps its power, retired or not.
func (k Keeper) settle(ctx context.Context, change types.ValidatorChange, fate string) error {
	if err := k.dropChange(ctx, change); err != nil {
		return err
	}
	if fate == fateApplied && change.Power != 0 {
		return k.Validators.Set(ctx, change.ConsensusKey, uint64(change.Power))
	}
	if change.Power == 0 && fate != fateApplied {
		return nil
	}
	if change.Power == 0 {
		if err := k.Validators.Remove(ctx, change.ConsensusKey); err != nil {
			return err
		}
	}
	meter, err := k.meter(ctx, "meter", change.Meter)
	if err != nil {
		return err
	}
	return k.callOff(ctx, meter.meter)
}

// dueChanges are those whose time has come, not by a halt alone, the soonest first, a bounded number of them: the others come in later
// blocks.
func (k Keeper) dueChanges(ctx context.Context, now moment) ([]types.ValidatorChange, error) {
	var due []types.ValidatorChange
	err := k.ValidatorChanges.Walk(ctx, nil, func(at collections.Pair[int64, []byte], change types.ValidatorChange) (bool, error) {
		if at.K1() > now.unixS || len(due) == types.ChangesPerBlock {
			return true, nil
		}
		heard, err := k.hadBlocks(ctx, now, at.K1())
		if heard {
			due = append(due, change)
		}
		return !heard, err
	})
	return due, err
}

// isMoot: a beginning that waited for its turn until the meter's last day was over, or an end of no power.
func (k Keeper) isMoot(ctx context.Context, now moment, change types.ValidatorChange) (bool, error) {
	if change.Power == 0 {
		active, err := k.Validators.Has(ctx, change.ConsensusKey)
		return !active, err
	}
	at, err := k.meter(ctx, "meter", change.Meter)
	if err != nil {
		return false, err
	}
	return at.meter.LastDay != 0 && types.DayEnd(at.meter.LastDay) <= now.unixS, nil
}

// window is what the last validator_window has touched, and the changes that have left it.
type window struct {
	power, touched, least int64
	last                  uint64
	outdated              []uint64
}

// hasRoom says whether one more unit may be touched.
func (w window) hasRoom() bool { return 3*(w.touched+types.EqualPower) < w.least }

func (k Keeper) window(ctx context.Context, now moment) (window, error) {
	power, err := k.totalPower(ctx)
	if err != nil {
		return window{}, err
	}
	w := window{power: power, least: power}
	err = k.AppliedChanges.Walk(ctx, nil, func(n uint64, c types.AppliedChange) (bool, error) {
		w.last = n
		if c.UnixS <= now.unixS-int64(now.params.ValidatorWindowS) {
			w.outdated = append(w.outdated, n)
			return false, nil
		}
		w.touched += c.Touched
		w.least = min(w.least, c.Power)
		return false, nil
	})
	return w, err
}

// book writes one more unit into the window and takes out what has left it.
func (k Keeper) book(ctx context.Context, now moment, w window) error {
	applied := types.AppliedChange{UnixS: now.unixS, Touched: types.EqualPower, Power: w.power}
	if err := k.AppliedChanges.Set(ctx, w.last+1, applied); err != nil {
		return err
	}
	for _, n := range w.outdated {
		if err := k.AppliedChanges.Remove(ctx, n); err != nil {
			return err
		}
	}
	return nil
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
