package keeper

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/daybook"
	"electra/internal/stored"
	"electra/x/meter/types"
)

// What a book may say, by what the chain's state says: check 3 of the audit, src/reader/audit/{book,roster,copy,link}-checks.ts, by another
// hand. Each refusal has a code of its own; the order is that of the codes.

// checkIdentity wants a book of this chain, and of the day and version that were anchored.
func checkIdentity(ctx context.Context, b *booked) error {
	if id := sdk.UnwrapSDKContext(ctx).ChainID(); b.book.ChainID != id {
		return errorsmod.Wrapf(types.ErrBook, "book.chainId: expected %q", id)
	}
	if b.book.Day != b.anchor.Day || b.book.Version != b.anchor.Version {
		return errorsmod.Wrapf(types.ErrBook, "book: expected day %d, version %d, got %d, %d", b.anchor.Day, b.anchor.Version, b.book.Day,
			b.book.Version)
	}
	return nil
}

func (k Keeper) checkBook(ctx context.Context, now moment, b *booked) error {
	shared := now.params.Shared()
	if shared {
		if err := k.checkSharedMeters(ctx, b); err != nil {
			return err
		}
	} else if err := k.checkBookMeters(ctx, now, b); err != nil {
		return err
	}
	if b.book.Version == 1 && !shared {
		if err := k.checkCopies(ctx, now.params, b); err != nil {
			return err
		}
	}
	if err := k.checkBookTariff(ctx, b); err != nil {
		return err
	}
	if err := k.checkBookPrices(ctx, int64(now.params.Tick), b); err != nil {
		return err
	}
	if err := k.checkBookKeys(ctx, now.params, b); err != nil {
		return err
	}
	if b.book.Version > 1 {
		return nil
	}
	if x := b.book.X.Bytes(); !bytes.Equal(x[:], b.anchor.Totals) {
		return errorsmod.Wrapf(types.ErrBookTotals, "book.X: expected %x, got %x", b.anchor.Totals, x)
	}
	if shared {
		return nil // a community's registers are 0 at every midnight, and their links compared with nothing
	}
	return k.checkLinks(ctx, b)
}

// members is what the rosters and the disputes say of a book's day.
type members struct {
	entries    []types.RosterEntry // of the roster that the version is of
	roster     map[string][]byte   // their commitments by address; nil: none
	inTime     map[string][]byte   // the same of Roster(day)
	disputed   map[string]bool
	overdue    bool // version 2 was not anchored in time for what came late
	lateIsOver bool // no book of it is in time any more
}

func (k Keeper) checkBookMeters(ctx context.Context, now moment, b *booked) error {
	in, err := k.membersOf(ctx, now, b)
	if err != nil {
		return err
	}
	if len(b.book.Entries) == 0 && b.book.Version > 1 {
		return errorsmod.Wrap(types.ErrBookMeters, "book.meters: expected a correction to correct somebody")
	}
	isOfLate := b.book.Version == 2 && !in.overdue && slices.ContainsFunc(in.entries, in.isLate)
	booked := map[string]bool{}
	for i, e := range b.book.Entries {
		if isOfLate && e.Source != daybook.Metered {
			return errorsmod.Wrapf(types.ErrBookMeters, "%s: expected version 2 to bill late statements alone, got %s", e.Meter, e.Source)
		}
		if err := k.checkEntry(ctx, b.book, e, b.addresses[i], in); err != nil {
			return err
		}
		booked[string(b.addresses[i])] = true
	}
	for _, listed := range in.entries {
		if (b.book.Version == 1 || isOfLate && in.isLate(listed)) && !booked[string(listed.Address)] {
			return errorsmod.Wrapf(types.ErrBookMeters, "book.meters: expected an entry of %s", sdk.AccAddress(listed.Address))
		}
	}
	return nil
}

func (k Keeper) membersOf(ctx context.Context, now moment, b *booked) (in members, err error) {
	day := b.book.Day
	inTime, err := k.Rosters.Get(ctx, collections.Join(day, false))
	if err != nil {
		return in, err
	}
	frozen := inTime
	if b.book.Version > 1 {
		if frozen, err = k.Rosters.Get(ctx, collections.Join(day, true)); err != nil {
			return in, err
		}
		if in.overdue, err = k.isSecondOverdue(ctx, day, frozen.UnixS+int64(now.params.AnchorDueS)); err != nil {
			return in, err
		}
		in.lateIsOver = now.unixS > frozen.UnixS+int64(now.params.AnchorDueS)
	}
	if !bytes.Equal(b.book.RosterDigest, frozen.Digest) {
		return in, errorsmod.Wrapf(types.ErrBookMeters, "book.rosterDigest: expected %x, got %x", frozen.Digest, b.book.RosterDigest)
	}
	if _, in.entries, err = types.DecodeRoster(frozen.Encoded); err != nil {
		return in, err
	}
	in.roster, in.disputed = commitmentsOf(in.entries), map[string]bool{}
	_, entries, err := types.DecodeRoster(inTime.Encoded)
	if err != nil {
		return in, err
	}
	in.inTime = commitmentsOf(entries)
	err = k.Disputes.Walk(ctx, collections.NewPrefixedPairRange[uint32, []byte](day), func(key dayMeter, _ types.Dispute) (bool, error) {
		in.disputed[string(key.K2())] = true
		return false, nil
	})
	return in, err
}

func (k Keeper) isSecondOverdue(ctx context.Context, day uint32, due int64) (bool, error) {
	second, anchored, err := stored.Get(ctx, k.Anchors, collections.Join(day, uint32(2)))
	return anchored && second.UnixS > due, err
}

// isLate: the late roster adds the meter's statement, and nobody disputed it.
func (in members) isLate(e types.RosterEntry) bool {
	address := string(e.Address)
	return e.Commitment != nil && in.inTime[address] == nil && !in.disputed[address]
}

// checkEntry wants source and C of an entry to be what roster and disputes say.
func (k Keeper) checkEntry(ctx context.Context, book *daybook.Book, e daybook.Entry, address []byte, in members) error {
	refused := func(expected string) error {
		return errorsmod.Wrapf(types.ErrBookMeters, "%s: expected %s, got %s", e.Meter, expected, e.Source)
	}
	commitment, listed := in.roster[string(address)]
	if !listed {
		return refused("a meter of the roster")
	}
	disputed := in.disputed[string(address)]
	before, err := k.meteredBefore(ctx, book, address, in)
	if err != nil {
		return err
	}
	switch e.Source {
	case daybook.Metered:
		if c := e.C.Bytes(); commitment == nil || disputed || !bytes.Equal(c[:], commitment) {
			return refused("a commitment of the roster's that nobody disputed, and this C where metered")
		}
	case daybook.Disputed:
		if commitment == nil || !disputed || before {
			return refused("a commitment and a dispute of it, and no earlier version that has it as metered, where disputed")
		}
	case daybook.Substitute:
		isLost := in.isLate(types.RosterEntry{Address: address, Commitment: commitment}) && in.lateIsOver && !before
		if commitment != nil && (book.Version == 1 || !isLost) {
			return refused("no commitment where substitute, or a late one that no version billed in time")
		}
	}
	return nil
}

// meteredBefore says whether an earlier version than this has the meter as metered.
func (k Keeper) meteredBefore(ctx context.Context, book *daybook.Book, address []byte, in members) (bool, error) {
	if book.Version == 1 {
		return false, nil
	}
	if in.inTime[string(address)] != nil {
		return !in.disputed[string(address)], nil
	}
	return k.ProvenLate.Has(ctx, collections.Join(book.Day, address))
}

func commitmentsOf(entries []types.RosterEntry) map[string][]byte {
	all := make(map[string][]byte, len(entries))
	for _, e := range entries {
		all[string(e.Address)] = e.Commitment
	}
	return all
}

// checkCopies wants each day that is not metered to copy the one that the chain's own state names: whoever chose it would choose the
// profile that everybody's prices rest on.
func (k Keeper) checkCopies(ctx context.Context, params types.Params, b *booked) error {
	rosters := map[uint32]map[string][]byte{}
	for i, e := range b.book.Entries {
		if e.Copied == nil {
			continue
		}
		fromDay, from, err := k.copiedDay(ctx, params, b, b.addresses[i], rosters)
		if err != nil {
			return err
		}
		if said := e.Copied.From.Bytes(); e.Copied.FromDay != fromDay || !bytes.Equal(said[:], from) {
			return errorsmod.Wrapf(types.ErrBookCopies, "%s: expected the copy of day %d, as rosters and disputes say, got day %d", e.Meter,
				fromDay, e.Copied.FromDay)
		}
	}
	return nil
}

// copiedDay is the first day in the order of earlierDays on whose roster the meter has a commitment that nobody disputed; day 0 and zeros
// where there is none. rosters keeps what was read; a day that was void when the book was anchored has none.
func (k Keeper) copiedDay(ctx context.Context, params types.Params, b *booked, address []byte,
	rosters map[uint32]map[string][]byte) (uint32, []byte, error) {
	for _, day := range earlierDays(b.book.Day) {
		if _, read := rosters[day]; !read {
			found, err := k.copyable(ctx, params, b, day)
			if err != nil {
				return 0, nil, err
			}
			rosters[day] = found
		}
		commitment := rosters[day][string(address)]
		if commitment == nil {
			continue
		}
		if disputed, err := k.Disputes.Has(ctx, collections.Join(day, address)); err != nil {
			return 0, nil, err
		} else if !disputed {
			return day, commitment, nil
		}
	}
	return 0, make([]byte, types.CommitmentBytes), nil
}

// copyable are a day's commitments that a book may copy. Whether the day was void is asked of the time at which the book was anchored: what
// it copies must not change until its proofs come.
func (k Keeper) copyable(ctx context.Context, params types.Params, b *booked, day uint32) (map[string][]byte, error) {
	roster, frozen, err := stored.Get(ctx, k.Rosters, collections.Join(day, false))
	if err != nil || !frozen {
		return nil, err
	}
	if void, err := k.isVoid(ctx, params, day, b.anchor.UnixS); err != nil || void {
		return nil, err
	}
	_, entries, err := types.DecodeRoster(roster.Encoded)
	return commitmentsOf(entries), err
}

// earlierDays are in the order in which they are looked at: weeks before, then the others, the nearest first. Day 0 is none of them.
func earlierDays(day uint32) (all []uint32) {
	add := func(ago uint32) {
		if ago < day && !slices.Contains(all, day-ago) {
			all = append(all, day-ago)
		}
	}
	for week := uint32(7); week <= types.CopyWithinDays; week += 7 {
		add(week)
	}
	for ago := uint32(1); ago <= types.CopyWithinDays; ago++ {
		add(ago)
	}
	return all
}

// checkBookTariff wants the tariff in force, with the prices of slots that were set over it.
func (k Keeper) checkBookTariff(ctx context.Context, b *booked) error {
	tariff, err := k.TariffOn(ctx, b.book.Day)
	if err != nil {
		return err
	}
	said := b.book.Tariff
	if said.Rule != tariff.Rule || said.Fee != tariff.FeePerDayNel {
		return errorsmod.Wrapf(types.ErrBookTariff, "book.tariff: expected %q with a fee of %d", tariff.Rule, tariff.FeePerDayNel)
	}
	for slot := range types.SlotsPerDay {
		retail, feedIn := tariff.RetailNelPerWh[slot], tariff.FeedInNelPerWh[slot]
		if said.Retail[slot] != retail || said.FeedIn[slot] != feedIn {
			return errorsmod.Wrapf(types.ErrBookTariff, "book.tariff: expected retail %d and feed-in %d in slot %d, got %d and %d", retail, feedIn,
				slot, said.Retail[slot], said.FeedIn[slot])
		}
	}
	return nil
}

func (k Keeper) checkBookPrices(ctx context.Context, tick int64, b *booked) error {
	book := b.book
	for slot := range types.SlotsPerDay {
		fault := book.PriceFault(slot, tick)
		if fault != "" {
			return errorsmod.Wrapf(types.ErrBookPrices, "book.prices: slot %d: %s", slot, fault)
		}
	}
	if book.Version == 1 {
		return nil
	}
	first, err := k.Proven.Get(ctx, collections.Join(book.Day, uint32(1)))
	if err != nil {
		return err
	}
	if hash := sha256.Sum256(book.PricesText()); !bytes.Equal(hash[:], first.PricesHash) {
		return errorsmod.Wrap(types.ErrBookPrices, "book.prices: expected those of version 1: a correction is billed at them")
	}
	return nil
}

func (k Keeper) checkBookKeys(ctx context.Context, params types.Params, b *booked) error {
	for _, circuit := range params.Circuits() {
		key, err := k.VerificationKeys.Get(ctx, circuit.Name)
		if err != nil {
			return err
		}
		if id := key.ID(); b.book.Keys[circuit.Name] != id {
			return errorsmod.Wrapf(types.ErrBookKeys, "book.keys.%s: expected %s", circuit.Name, id)
		}
	}
	return nil
}

// checkLinks wants a day to begin where the meter's metered day before ended. After any other day the link may be open: that is judged with
// the run that it belongs to, by auditors.
func (k Keeper) checkLinks(ctx context.Context, b *booked) error {
	for i, e := range b.book.Entries {
		last, known, err := stored.Get(ctx, k.ProvenLinks, b.addresses[i])
		if err != nil {
			return err
		}
		if !known || !last.Metered || last.Day+1 != b.book.Day {
			continue
		}
		if begin := e.L0.Bytes(); !bytes.Equal(begin[:], last.Link) {
			return errorsmod.Wrapf(types.ErrBookLinks, "%s: expected L0 %s, the L1 of day %d", e.Meter, hex.EncodeToString(last.Link), last.Day)
		}
	}
	return nil
}
