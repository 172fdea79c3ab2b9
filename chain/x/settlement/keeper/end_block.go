package keeper

import (
	"cmp"
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/x/settlement/pools"
	"electra/x/settlement/types"
)

// EndBlock does what time does: periods become ready, those that have waited for too long are executed without whoever is missing, and
// escrows pay, once a block.
func (k Keeper) EndBlock(ctx sdk.Context) error {
	unixS, _, err := k.meters.Now(ctx)
	if err != nil {
		return err
	}
	if err := k.readyPeriods(ctx, unixS); err != nil {
		return err
	}
	if err := k.overduePeriods(ctx, unixS); err != nil {
		return err
	}
	if _, err := pools.Pass(books{k, ctx}); err != nil {
		return err
	}
	return k.noteOwing(ctx, unixS)
}

// readyPeriods notes periods, in order, all of whose days are proven or void. One in which nobody has a bill is over at once.
func (k Keeper) readyPeriods(ctx sdk.Context, unixS int64) error {
	for {
		next, err := k.NextDay.Get(ctx)
		if err != nil {
			return err
		}
		for day := next; day < next+types.PeriodDays; day++ {
			if done, err := k.meters.IsDone(ctx, day); err != nil || !done {
				return err
			}
		}
		period := types.Period{FromDay: next, ReadyUnixS: unixS}
		if err := cmp.Or(k.Periods.Set(ctx, next, period), k.Waiting.Set(ctx, next, true),
			k.NextDay.Set(ctx, next+types.PeriodDays)); err != nil {
			return err
		}
		awaited, err := k.awaited(ctx, next)
		if err != nil {
			return err
		}
		if len(awaited) > 0 {
			continue
		}
		if err := k.finish(ctx, period); err != nil {
			return err
		}
	}
}

// overduePeriods executes with the entries that there are, once there were blocks enough after the time to send one in: a halt of any
// length, begun at any moment, leaves all of them. What comes later is void, or owed to the fund.
func (k Keeper) overduePeriods(ctx sdk.Context, unixS int64) error {
	blocks, err := k.meters.GraceBlocks(ctx)
	if err != nil {
		return err
	}
	var due []types.Period
	err = k.Waiting.Walk(ctx, nil, func(fromDay uint32, _ bool) (bool, error) {
		period, err := k.Periods.Get(ctx, fromDay)
		if err == nil && period.ExecutedUnixS == 0 && unixS-period.ReadyUnixS >= types.EntriesDueS {
			due = append(due, period)
		}
		return false, err
	})
	if err != nil {
		return err
	}
	for _, period := range due {
		if period.DueHeight == 0 {
			period.DueHeight = ctx.BlockHeight()
			if err := k.Periods.Set(ctx, period.FromDay, period); err != nil {
				return err
			}
		}
		if ctx.BlockHeight() < period.DueHeight+blocks {
			continue
		}
		if err := k.passOver(ctx, period); err != nil {
			return err
		}
	}
	return nil
}

// passOver executes a period without those whose entries are missing, and notes them.
func (k Keeper) passOver(ctx sdk.Context, period types.Period) error {
	awaited, err := k.awaited(ctx, period.FromDay)
	if err != nil {
		return err
	}
	for _, uplink := range awaited {
		if err := k.Missing.Set(ctx, collections.Join(uplink, period.FromDay), true); err != nil {
			return err
		}
	}
	return k.execute(ctx, period)
}

// noteOwing keeps since when who owes.
func (k Keeper) noteOwing(ctx context.Context, unixS int64) error {
	owing := map[string]bool{}
	unpaid, err := books{k, ctx}.Unpaid()
	if err != nil {
		return err
	}
	for _, debt := range unpaid {
		if owing[debt.Party] {
			continue
		}
		owing[debt.Party] = true
		if known, err := k.Owing.Has(ctx, []byte(debt.Party)); err != nil {
			return err
		} else if known {
			continue
		}
		if err := k.Owing.Set(ctx, []byte(debt.Party), unixS); err != nil {
			return err
		}
	}
	var over [][]byte
	err = k.Owing.Walk(ctx, nil, func(uplink []byte, _ int64) (bool, error) {
		if !owing[string(uplink)] {
			over = append(over, uplink)
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, uplink := range over {
		if err := k.Owing.Remove(ctx, uplink); err != nil {
			return err
		}
	}
	return nil
}
