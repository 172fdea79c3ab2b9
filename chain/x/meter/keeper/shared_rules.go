package keeper

import (
	"bytes"
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/daybook"
	"electra/internal/stored"
	"electra/x/meter/types"
)

// What is different under shared/1 (docs/shared-rule.md): who is silent or disputed is absent, and of a proven day the bills are kept until
// they are settled.

func formOf(params types.Params) daybook.Form {
	if params.Shared() {
		return daybook.Shared
	}
	return daybook.Community
}

// checkSharedMeters wants every community of the roster in the book: metered by its own undisputed commitment, or absent.
func (k Keeper) checkSharedMeters(ctx context.Context, b *booked) error {
	roster, err := k.Rosters.Get(ctx, collections.Join(b.book.Day, false))
	if err != nil {
		return err
	}
	if !bytes.Equal(b.book.RosterDigest, roster.Digest) {
		return errorsmod.Wrapf(types.ErrBookMeters, "book.rosterDigest: expected %x, got %x", roster.Digest, b.book.RosterDigest)
	}
	_, entries, err := types.DecodeRoster(roster.Encoded)
	if err != nil {
		return err
	}
	if len(entries) != len(b.book.Entries) {
		return errorsmod.Wrapf(types.ErrBookMeters, "book.meters: expected the %d of the roster, got %d", len(entries), len(b.book.Entries))
	}
	for i, listed := range entries {
		if !bytes.Equal(listed.Address, b.addresses[i]) {
			return errorsmod.Wrapf(types.ErrBookMeters, "book.meters[%d]: expected an entry of %s", i, sdk.AccAddress(listed.Address))
		}
		disputed, err := k.Disputes.Has(ctx, collections.Join(b.book.Day, listed.Address))
		if err != nil {
			return err
		}
		if err := checkSharedEntry(b.book.Entries[i], listed.Commitment, disputed); err != nil {
			return err
		}
	}
	if n := len(entries) - b.book.Copies(); n < types.LeastMetered {
		return errorsmod.Wrapf(types.ErrBookMeters, "book.meters: expected at least %d that are metered, got %d", types.LeastMetered, n)
	}
	return nil
}

func checkSharedEntry(e daybook.Entry, commitment []byte, disputed bool) error {
	due := daybook.Metered
	if commitment == nil || disputed {
		due = daybook.Absent
	}
	if e.Source != due {
		return errorsmod.Wrapf(types.ErrBookMeters, "%s: expected %s, as roster and disputes say, got %s", e.Meter, due, e.Source)
	}
	if c := e.C.Bytes(); due == daybook.Metered && !bytes.Equal(c[:], commitment) {
		return errorsmod.Wrapf(types.ErrBookMeters, "%s: expected the roster's C", e.Meter)
	}
	return nil
}

// keepBill keeps what a community owes for a day, hidden, for its settlement.
func (k Keeper) keepBill(ctx context.Context, day uint32, address []byte, e daybook.Entry) error {
	if e.Source != daybook.Metered {
		return nil
	}
	bill := e.B.Bytes()
	return k.Bills.Set(ctx, collections.Join(day, address), types.ProvenBill{Meter: e.Meter, Day: day, Bill: bill[:]})
}

// Bill is the commitment to what a meter owes for a day; nil: none, it was absent, or the day is void, open or settled.
func (k Keeper) Bill(ctx context.Context, day uint32, meter []byte) ([]byte, error) {
	bill, _, err := stored.Get(ctx, k.Bills, collections.Join(day, meter))
	return bill.Bill, err
}

// DropBills forgets those of a day that is settled.
func (k Keeper) DropBills(ctx context.Context, day uint32) error {
	return k.Bills.Clear(ctx, collections.NewPrefixedPairRange[uint32, []byte](day))
}

// DayFate says what has become of a day's book by now.
func (k Keeper) DayFate(ctx sdk.Context, day uint32) (types.Fate, error) {
	if proven, err := k.Proven.Has(ctx, collections.Join(day, uint32(1))); err != nil || proven {
		return types.FateProven, err
	}
	now, err := k.now(ctx)
	if err != nil {
		return types.FateOpen, err
	}
	if void, err := k.isVoid(ctx, now.params, day, now.unixS); err != nil || !void {
		return types.FateOpen, err
	}
	return types.FateVoid, nil
}
