package keeper

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"strconv"

	"cosmossdk.io/collections"

	abci "github.com/cometbft/cometbft/abci/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/x/meter/types"
)

// EventRosterFrozen is emitted in EndBlock for every Roster and LateRoster. Its attributes are text: day (decimal),
// late ("true" or "false"), digest (lower-case hex), encoded (standard base64), unix_s (decimal chain time).
const EventRosterFrozen = "electra.roster_frozen"

// EndBlock does what time does. Its order is fixed: a late roster never freezes in the block of its roster.
func (k Keeper) EndBlock(ctx sdk.Context) ([]abci.ValidatorUpdate, error) {
	now, err := k.now(ctx)
	if err != nil {
		return nil, err
	}
	if err := k.recordDayStarts(ctx, now); err != nil {
		return nil, err
	}
	if err := k.freezeLate(ctx, now); err != nil {
		return nil, err
	}
	if err := k.freeze(ctx, now); err != nil {
		return nil, err
	}
	if err := k.pruneReports(ctx, now); err != nil {
		return nil, err
	}
	if err := k.rotateOperator(ctx, now); err != nil {
		return nil, err
	}
	return k.applyDueChanges(ctx, now)
}

// recordDayStarts sets b(d), the first block at or after the end of day d, for every day that ended since the last
// block: several after a halt, all days already past in the first block of the chain.
func (k Keeper) recordDayStarts(ctx context.Context, now moment) error {
	day, err := k.NextDayStart.Get(ctx)
	if err != nil {
		return err
	}
	first := day
	for ; day <= types.MaxDay && types.DayEnd(day) <= now.unixS; day++ {
		if err := k.DayStarts.Set(ctx, day, types.DayStart{Day: day, Height: now.height, UnixS: now.unixS}); err != nil {
			return err
		}
	}
	if day == first {
		return nil
	}
	return k.NextDayStart.Set(ctx, day)
}

// freeze freezes the next day once grace and grace_blocks have passed since b(d): in order and one day per block, so
// that a halt across midnight freezes no empty rosters. Communities have no second time for a day (endLate): a freeze there
// waits for grace_blocks blocks since the midnight before the end of the grace, too. A halt from before that midnight leaves
// them all, a later one what is missing of them.
func (k Keeper) freeze(ctx sdk.Context, now moment) error {
	day, err := k.NextFreeze.Get(ctx)
	if err != nil {
		return err
	}
	start, over, err := stored.Get(ctx, k.DayStarts, day)
	if err != nil || !over {
		return err
	}
	if now.unixS < start.UnixS+int64(now.params.GraceS) || now.height < start.Height+int64(now.params.GraceBlocks) {
		return nil
	}
	if now.params.Shared() {
		if heard, err := k.hadBlocks(ctx, now, start.UnixS+int64(now.params.GraceS)); err != nil || !heard {
			return err
		}
	} else if err := k.beginServices(ctx, day); err != nil {
		return err
	}
	if err := k.writeRoster(ctx, now, day, false); err != nil {
		return err
	}
	if err := k.DayStarts.Remove(ctx, day); err != nil {
		return err
	}
	if now.params.Shared() {
		if err := k.endLate(ctx, day); err != nil {
			return err
		}
	} else if err := k.FrozenAt.Set(ctx, day, now.unixS); err != nil {
		return err
	}
	return k.NextFreeze.Set(ctx, day+1)
}

// freezeLate freezes the next LateRoster once the late period of its day is over, and then drops that day's
// commitments: both rosters hold them, and no rule asks for them any more.
func (k Keeper) freezeLate(ctx sdk.Context, now moment) error {
	day, err := k.NextLate.Get(ctx)
	if err != nil {
		return err
	}
	at, frozen, err := stored.Get(ctx, k.FrozenAt, day)
	if err != nil || !frozen || now.unixS < at+int64(now.params.LateS) {
		return err
	}
	if err := k.writeRoster(ctx, now, day, true); err != nil {
		return err
	}
	if err := k.logLate(ctx, day); err != nil {
		return err
	}
	if err := k.FrozenAt.Remove(ctx, day); err != nil {
		return err
	}
	return k.endLate(ctx, day)
}

// endLate ends a day's time for statements: under shared/1 with its freeze.
func (k Keeper) endLate(ctx context.Context, day uint32) error {
	if err := k.Commitments.Clear(ctx, collections.NewPrefixedPairRange[uint32, []byte](day)); err != nil {
		return err
	}
	return k.NextLate.Set(ctx, day+1)
}

func (k Keeper) writeRoster(ctx sdk.Context, now moment, day uint32, late bool) error {
	entries, err := k.frozenEntries(ctx, now.params, day)
	if err != nil {
		return err
	}
	encoded := types.EncodeRoster(day, entries)
	roster := types.Roster{Day: day, Late: late, Digest: types.RosterDigest(encoded), Encoded: encoded, Height: now.height, UnixS: now.unixS}
	ctx.EventManager().EmitEvent(sdk.NewEvent(EventRosterFrozen,
		sdk.NewAttribute("day", strconv.FormatUint(uint64(day), 10)),
		sdk.NewAttribute("late", strconv.FormatBool(late)),
		sdk.NewAttribute("digest", hex.EncodeToString(roster.Digest)),
		sdk.NewAttribute("encoded", base64.StdEncoding.EncodeToString(encoded)),
		sdk.NewAttribute("unix_s", strconv.FormatInt(now.unixS, 10)),
	))
	return k.Rosters.Set(ctx, collections.Join(day, late), roster)
}

// pruneReports removes the marks of slots whose reports are refused as too old anyway, a bounded number per block.
func (k Keeper) pruneReports(ctx context.Context, now moment) error {
	var old []slotMeter
	err := k.Reports.Walk(ctx, nil, func(key slotMeter, _ bool) (bool, error) {
		if !slotTooOld(key.K1(), now) || len(old) == types.ReportPrunesPerBlock {
			return true, nil
		}
		old = append(old, key)
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, key := range old {
		if err := k.Reports.Remove(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
