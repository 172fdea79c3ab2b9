package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/x/meter/types"
)

// What the operator publishes: sealing keys, tariffs, disputes, the hash of each day's book. (Enrolment has its own file.)

func (k Keeper) checkPublishNodeKey(ctx context.Context, _ moment, m *types.MsgPublishNodeKey) error {
	last, err := k.LatestKeyEpoch(ctx)
	if err != nil {
		return err
	}
	if want := uint64(last) + 1; uint64(m.Epoch) != want {
		return errorsmod.Wrapf(types.ErrNodeKeyEpoch, "epoch: expected %d, got %d", want, m.Epoch)
	}
	if m.Epoch > types.MaxKeyEpochs {
		return errorsmod.Wrapf(types.ErrNodeKeyEpoch, "epoch: expected at most %d", types.MaxKeyEpochs)
	}
	if err := types.CheckNodeKey("key", m.Key); err != nil {
		return err
	}
	return k.checkNodeKeySignature(ctx, m)
}

// checkNodeKeySignature: whoever sends the message may not have drawn the key. Meters look for this signature.
func (k Keeper) checkNodeKeySignature(ctx context.Context, m *types.MsgPublishNodeKey) error {
	hash, err := k.GenesisHash.Get(ctx)
	if err != nil {
		return err
	}
	operator, err := k.Operator.Get(ctx)
	if err != nil {
		return err
	}
	text := types.NodeKeyText(sdk.UnwrapSDKContext(ctx).ChainID(), hash, m.Epoch, m.Key)
	return types.CheckSignature("signature", text, m.Signature, operator)
}

func (k Keeper) applyPublishNodeKey(ctx context.Context, now moment, m *types.MsgPublishNodeKey) error {
	return k.NodeKeys.Set(ctx, m.Epoch, types.NodeKey{Epoch: m.Epoch, Key: m.Key, Height: now.height, EffectiveUnixS: now.unixS,
		Signature: m.Signature})
}

// LatestKeyEpoch is 0 before the first key.
func (k Keeper) LatestKeyEpoch(ctx context.Context) (uint32, error) {
	return stored.LastKey(ctx, k.NodeKeys)
}

func (k Keeper) checkSetTariff(ctx context.Context, now moment, m *types.MsgSetTariff) error {
	if m.FromDay <= now.today {
		return errorsmod.Wrapf(types.ErrTariffDay, "from_day: expected more than today's %d, got %d", now.today, m.FromDay)
	}
	if err := types.CheckTariff(tariffOf(m, now), now.params); err != nil {
		return err
	}
	if last := uint64(now.today) + types.MaxAheadDays; uint64(m.FromDay) > last {
		return errorsmod.Wrapf(types.ErrTariffDay, "from_day: expected at most %d, %d days ahead, got %d", last, types.MaxAheadDays, m.FromDay)
	}
	return nil
}

// applySetTariff replaces an announced tariff of the same first day: it is not in force yet.
func (k Keeper) applySetTariff(ctx context.Context, now moment, m *types.MsgSetTariff) error {
	return k.Tariffs.Set(ctx, m.FromDay, tariffOf(m, now))
}

// tariffOn is the tariff in force on a day, as it was set: the latest whose first day is not after it.
func (k Keeper) tariffOn(ctx context.Context, day uint32) (types.Tariff, error) {
	latest, found, err := stored.First(ctx, k.Tariffs, new(collections.Range[uint32]).EndInclusive(day).Descending())
	if err == nil && !found {
		err = collections.ErrNotFound
	}
	return latest.Value, err
}

func tariffOf(m *types.MsgSetTariff, now moment) types.Tariff {
	return types.Tariff{FromDay: m.FromDay, Rule: m.Rule, RetailNelPerWh: m.RetailNelPerWh, FeedInNelPerWh: m.FeedInNelPerWh,
		FeePerDayNel: m.FeePerDayNel, Height: now.height}
}

func (k Keeper) checkDisputeDay(ctx context.Context, now moment, m *types.MsgDisputeDay) error {
	at, err := k.meter(ctx, "meter", m.Meter)
	if err != nil {
		return err
	}
	if err := checkReason(m.Reason); err != nil {
		return err
	}
	bills, err := k.billedIn(ctx, m.Day, at.address)
	if err != nil {
		return err
	}
	if bills == 0 {
		return errorsmod.Wrapf(types.ErrNoCommitment, "day: expected one whose frozen roster has this meter's commitment, got %d", m.Day)
	}
	if last, err := k.lastVersion(ctx, m.Day); err != nil {
		return err
	} else if last >= bills {
		return errorsmod.Wrapf(types.ErrDisputeLate, "day: expected one whose version %d is not anchored, got %d", bills, m.Day)
	}
	if err := k.checkDisputeDue(ctx, now, m.Day, bills); err != nil {
		return err
	}
	if disputed, err := k.Disputes.Has(ctx, collections.Join(m.Day, at.address)); err != nil {
		return err
	} else if disputed {
		return errorsmod.Wrapf(types.ErrDisputed, "day: %d", m.Day)
	}
	return nil
}

// checkDisputeDue: a late statement that is not billed in time is a failure of the operator's, which no dispute afterwards takes back. A
// first book that comes too late is one by itself, whoever is disputed in it.
func (k Keeper) checkDisputeDue(ctx context.Context, now moment, day, bills uint32) error {
	if bills == 1 {
		return nil
	}
	late, _, err := stored.Get(ctx, k.Rosters, collections.Join(day, true))
	if err != nil {
		return err
	}
	if due := late.UnixS + int64(now.params.AnchorDueS); now.unixS > due {
		return errorsmod.Wrapf(types.ErrDisputeDue, "day: the late statements of day %d could be disputed until %d, chain time is %d", day, due,
			now.unixS)
	}
	return nil
}

// checkReason wants short printable ASCII: the text is public for ever, and shown by other people's programs.
func checkReason(reason string) error {
	if n := len(reason); n == 0 || n > types.MaxReasonBytes {
		return errorsmod.Wrapf(types.ErrReason, "reason: expected 1 to %d characters, got %d", types.MaxReasonBytes, n)
	}
	for i := 0; i < len(reason); i++ {
		if reason[i] < 0x20 || reason[i] > 0x7e {
			return errorsmod.Wrap(types.ErrReason, "reason: expected printable ASCII")
		}
	}
	return nil
}

// billedIn is the version of a day's book that bills the meter's commitment: 1 if Roster(day) has it, 2 if only
// LateRoster(day) has, 0 if neither. Once that book is anchored, with a proof that the commitment opened, a dispute of it
// would be a way to bill at will what was proven.
func (k Keeper) billedIn(ctx context.Context, day uint32, address []byte) (uint32, error) {
	for version := uint32(1); version <= 2; version++ {
		late := version == 2
		roster, frozen, err := stored.Get(ctx, k.Rosters, collections.Join(day, late))
		if err != nil {
			return 0, err
		}
		if !frozen {
			continue
		}
		if commitment, _ := types.RosterCommitment(roster.Encoded, address); commitment != nil {
			return version, nil
		}
	}
	return 0, nil
}

func (k Keeper) applyDisputeDay(ctx context.Context, now moment, m *types.MsgDisputeDay) error {
	dispute := types.Dispute{Meter: m.Meter, Day: m.Day, Reason: m.Reason, Height: now.height}
	if err := setOf(ctx, k.Disputes, m.Day, m.Meter, dispute); err != nil {
		return err
	}
	return k.log(ctx, types.LogEntry{Kind: types.LogDispute, Day: m.Day, Meter: m.Meter})
}

func (k Keeper) checkAnchorBook(ctx context.Context, now moment, m *types.MsgAnchorBook) error {
	if n := len(m.BookHash); n != types.HashBytes {
		return errorsmod.Wrapf(types.ErrBookHash, "book_hash: expected %d bytes, got %d", types.HashBytes, n)
	}
	if err := types.CheckTotals("totals", m.Version, m.Totals); err != nil {
		return err
	}
	last, err := k.lastVersion(ctx, m.Day)
	if err != nil {
		return err
	}
	if want := uint64(last) + 1; uint64(m.Version) != want {
		return errorsmod.Wrapf(types.ErrAnchorVersion, "version: expected %d for day %d, got %d", want, m.Day, m.Version)
	}
	if m.Version > 1 && now.params.Shared() {
		return errorsmod.Wrap(types.ErrRule, "version: expected 1, nothing is corrected afterwards")
	}
	// A first book needs Roster(day); a correction needs LateRoster(day), or a day's totals could be issued twice.
	late := m.Version > 1
	frozen, err := k.Rosters.Has(ctx, collections.Join(m.Day, late))
	if err != nil {
		return err
	}
	if !frozen {
		return errorsmod.Wrapf(types.ErrAnchorEarly, "day: version %d of day %d waits for its frozen roster (late: %t)", m.Version, m.Day, late)
	}
	if m.Version > 1 {
		return nil
	}
	if void, err := k.isVoidAtFreeze(ctx, now.params, m.Day); err != nil {
		return err
	} else if void {
		return errorsmod.Wrapf(types.ErrVoid, "day: expected one on which at least %d have stated anything, got %d", types.LeastMetered, m.Day)
	}
	return k.checkAnchorOrder(ctx, now, m.Day)
}

// checkAnchorOrder wants first books in the order of days, from the first frozen roster's on: which earlier day a
// substitute copies is then settled before any book that copies it. Under shared/1 a day may never get a book: void ones are passed over.
func (k Keeper) checkAnchorOrder(ctx context.Context, now moment, day uint32) error {
	for before := day; before > 0; {
		before--
		if frozen, err := k.Rosters.Has(ctx, collections.Join(before, false)); err != nil || !frozen {
			return err
		}
		last, err := k.lastVersion(ctx, before)
		if err != nil || last > 0 {
			return err
		}
		isPassed := false
		if now.params.Shared() {
			if isPassed, err = k.isVoid(ctx, now.params, before, now.unixS); err != nil {
				return err
			}
		}
		if !isPassed {
			return errorsmod.Wrapf(types.ErrAnchorOrder, "day: expected %d, which is not anchored, before %d", before, day)
		}
	}
	return nil
}

func (k Keeper) applyAnchorBook(ctx context.Context, now moment, m *types.MsgAnchorBook) error {
	anchor := types.Anchor{Day: m.Day, Version: m.Version, BookHash: m.BookHash, Totals: m.Totals, Height: now.height,
		UnixS: now.unixS}
	if err := k.Anchors.Set(ctx, collections.Join(m.Day, m.Version), anchor); err != nil || m.Version == 1 {
		return err
	}
	return k.log(ctx, types.LogEntry{Kind: types.LogCorrection, Day: m.Day, Version: m.Version})
}

// lastVersion is the latest anchored book version of a day, 0 if none.
func (k Keeper) lastVersion(ctx context.Context, day uint32) (uint32, error) {
	last, found, err := stored.First(ctx, k.Anchors, collections.NewPrefixedPairRange[uint32, uint32](day).Descending())
	if err != nil || !found {
		return 0, err
	}
	return last.Key.K2(), nil
}
