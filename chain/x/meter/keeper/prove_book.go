package keeper

import (
	"bytes"
	"context"
	"crypto/sha256"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"electra/internal/daybook"
	"electra/internal/stored"
	"electra/x/meter/types"
)

// ProveBook (docs/prove-book.md): the operator sends an anchored book with its proofs, and every validator verifies it. Here is what of it
// the state holds: parts that wait for the last one, and what was proven. book_rules.go says what a book has to say, proofs.go asks the
// proofs.

// booked is a book as the anchor has it, with its proofs.
type booked struct {
	text      []byte
	book      *daybook.Book
	addresses [][]byte // of its entries
	proofs    daybook.Proofs
	anchor    types.Anchor
}

func (k Keeper) checkProveBook(ctx context.Context, now moment, m *types.MsgProveBook) error {
	if m.Parts == 0 || m.Parts > types.MaxProveParts || m.Part >= m.Parts {
		return errorsmod.Wrapf(types.ErrProvePart, "part: expected one of 1 to %d parts, got part %d of %d", types.MaxProveParts, m.Part, m.Parts)
	}
	if len(m.Bytes) == 0 {
		return errorsmod.Wrap(types.ErrProvePart, "bytes: expected some")
	}
	anchor, err := k.provable(ctx, now, m.Day, m.Version)
	if err != nil {
		return err
	}
	whole, err := k.whole(ctx, now, m)
	if err != nil || m.Part+1 < m.Parts {
		return err
	}
	b, err := openWhole(ctx, now.params, whole, anchor)
	if err != nil {
		return err
	}
	if err := k.checkBook(ctx, now, b); err != nil {
		return err
	}
	return k.checkProofs(ctx, now, m.Operator, b)
}

// provable is the anchor of a book that may be proven now.
func (k Keeper) provable(ctx context.Context, now moment, day, version uint32) (anchor types.Anchor, err error) {
	key := collections.Join(day, version)
	anchor, anchored, err := stored.Get(ctx, k.Anchors, key)
	if err != nil {
		return anchor, err
	}
	if !anchored {
		return anchor, errorsmod.Wrapf(types.ErrNotAnchored, "version: expected an anchored one of day %d, got %d", day, version)
	}
	if proven, err := k.Proven.Has(ctx, key); err != nil {
		return anchor, err
	} else if proven {
		return anchor, errorsmod.Wrapf(types.ErrProven, "version: %d of day %d", version, day)
	}
	if version > 1 {
		if before, err := k.Proven.Has(ctx, collections.Join(day, version-1)); err != nil || before {
			return anchor, err
		}
		return anchor, errorsmod.Wrapf(types.ErrProveOrder, "version: expected version %d of day %d to be proven before", version-1, day)
	}
	if void, err := k.isVoid(ctx, now.params, day, now.unixS); err != nil {
		return anchor, err
	} else if void {
		return anchor, errorsmod.Wrapf(types.ErrVoid, "day: expected one that froze less than %d s ago, got %d", int64(types.VoidAfterS), day)
	}
	return anchor, k.checkProveOrder(ctx, now, day)
}

// checkProveOrder wants first books in the order of days: those before are proven or void. One that was void as soon as it was frozen says
// nothing of those before it; any other was itself settled after them.
func (k Keeper) checkProveOrder(ctx context.Context, now moment, day uint32) error {
	for before := day; before > 0; {
		before--
		if frozen, err := k.Rosters.Has(ctx, collections.Join(before, false)); err != nil || !frozen {
			return err
		}
		if proven, err := k.Proven.Has(ctx, collections.Join(before, uint32(1))); err != nil || proven {
			return err
		}
		if void, err := k.isVoidAtFreeze(ctx, now.params, before); err != nil {
			return err
		} else if void {
			continue
		}
		if void, err := k.isVoid(ctx, now.params, before, now.unixS); err != nil || void {
			return err
		}
		return errorsmod.Wrapf(types.ErrProveOrder, "day: expected %d, which is neither proven nor void, before %d", before, day)
	}
	return nil
}

// isVoid says whether a frozen day has, at a time, no proven first book and can have none any more.
func (k Keeper) isVoid(ctx context.Context, params types.Params, day uint32, unixS int64) (bool, error) {
	roster, frozen, err := stored.Get(ctx, k.Rosters, collections.Join(day, false))
	if err != nil || !frozen {
		return false, err
	}
	if unixS < roster.UnixS+types.VoidAfterS {
		return params.VoidAtFreeze(roster.Encoded)
	}
	proven, err := k.Proven.Has(ctx, collections.Join(day, uint32(1)))
	return !proven, err
}

// isVoidAtFreeze says whether a day's roster alone leaves it void. On a community's chain it leaves none, and is not looked at.
func (k Keeper) isVoidAtFreeze(ctx context.Context, params types.Params, day uint32) (bool, error) {
	if !params.Shared() {
		return false, nil
	}
	roster, frozen, err := stored.Get(ctx, k.Rosters, collections.Join(day, false))
	if err != nil || !frozen {
		return false, err
	}
	return params.VoidAtFreeze(roster.Encoded)
}

// whole joins the parts that wait and the one that comes; without the last one it only asks whether this is the next.
func (k Keeper) whole(ctx context.Context, now moment, m *types.MsgProveBook) ([]byte, error) {
	if m.Part == 0 {
		return m.Bytes, nil
	}
	parts, err := stored.Values(ctx, k.ProveParts, nil)
	if err != nil {
		return nil, err
	}
	if uint32(len(parts)) != m.Part {
		return nil, errorsmod.Wrapf(types.ErrProvePart, "part: expected %d, got %d", len(parts), m.Part)
	}
	first := parts[0]
	if first.Day != m.Day || first.Version != m.Version || first.Parts != m.Parts {
		return nil, errorsmod.Wrapf(types.ErrProvePart, "part: expected one of the %d of day %d, version %d, that part 0 began", first.Parts,
			first.Day, first.Version)
	}
	if now.height >= first.Height+types.PartsBlocks {
		return nil, errorsmod.Wrapf(types.ErrProvePart, "part: expected part 0: what it began at height %d was dropped after %d blocks",
			first.Height, types.PartsBlocks)
	}
	var all []byte
	for _, part := range parts {
		all = append(all, part.Bytes...)
	}
	return append(all, m.Bytes...), nil
}

// openWhole reads a whole whose book is the anchored one.
func openWhole(ctx context.Context, params types.Params, whole []byte, anchor types.Anchor) (*booked, error) {
	text, proofs, err := daybook.Split(whole)
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrWhole, err.Error())
	}
	if hash := sha256.Sum256(text); !bytes.Equal(hash[:], anchor.BookHash) {
		return nil, errorsmod.Wrapf(types.ErrBookBytes, "book: expected the one with hash %x, got %x", anchor.BookHash, hash)
	}
	book, err := daybook.Read(text, formOf(params))
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrBook, err.Error())
	}
	b := &booked{text: text, book: book, anchor: anchor}
	for i, e := range book.Entries {
		address, err := types.ParseAddress("meter", e.Meter)
		if err != nil {
			return nil, errorsmod.Wrapf(types.ErrBook, "book.meters[%d]: %s", i, err)
		}
		if i > 0 && bytes.Compare(b.addresses[i-1], address) >= 0 {
			return nil, errorsmod.Wrapf(types.ErrBook, "book.meters[%d].meter: expected strictly rising addresses", i)
		}
		b.addresses = append(b.addresses, address)
	}
	if err := checkIdentity(ctx, b); err != nil {
		return nil, err
	}
	if b.proofs, err = daybook.ReadProofs(proofs, book); err != nil {
		return nil, errorsmod.Wrap(types.ErrWhole, err.Error())
	}
	return b, nil
}

func (k Keeper) applyProveBook(ctx context.Context, now moment, m *types.MsgProveBook) error {
	whole, err := k.whole(ctx, now, m)
	if err != nil {
		return err
	}
	if m.Part+1 < m.Parts {
		return k.keepPart(ctx, now, m)
	}
	if err := k.ProveParts.Clear(ctx, nil); err != nil {
		return err
	}
	if err := k.countProofs(ctx); err != nil {
		return err
	}
	anchor, err := k.Anchors.Get(ctx, collections.Join(m.Day, m.Version))
	if err != nil {
		return err
	}
	b, err := openWhole(ctx, now.params, whole, anchor)
	if err != nil {
		return err
	}
	return k.keepProven(ctx, now, b)
}

func (k Keeper) keepPart(ctx context.Context, now moment, m *types.MsgProveBook) error {
	height := now.height
	if m.Part == 0 {
		if err := k.ProveParts.Clear(ctx, nil); err != nil {
			return err
		}
	} else if first, err := k.ProveParts.Get(ctx, 0); err != nil {
		return err
	} else {
		height = first.Height
	}
	return k.ProveParts.Set(ctx, m.Part, types.ProvePart{Day: m.Day, Version: m.Version, Part: m.Part, Parts: m.Parts, Height: height,
		Bytes: m.Bytes})
}

// keepProven writes what of a verified book later ones are held to. The rest stays in blocks.
func (k Keeper) keepProven(ctx context.Context, now moment, b *booked) error {
	day, version := b.book.Day, b.book.Version
	prices := sha256.Sum256(b.book.PricesText())
	proven := types.Proven{Day: day, Version: version, BookHash: b.anchor.BookHash, Totals: b.anchor.Totals,
		Entries: uint32(len(b.book.Entries)), Copies: uint32(b.book.Copies()), Height: now.height, UnixS: now.unixS, PricesHash: prices[:]}
	if err := k.Proven.Set(ctx, collections.Join(day, version), proven); err != nil {
		return err
	}
	for i, e := range b.book.Entries {
		metered := e.Source == daybook.Metered
		var err error
		if now.params.Shared() {
			err = k.keepBill(ctx, day, b.addresses[i], e)
		} else if version == 1 {
			end := e.L1.Bytes()
			err = k.ProvenLinks.Set(ctx, b.addresses[i], types.ProvenLink{Meter: e.Meter, Day: day, Metered: metered, Link: end[:]})
		} else if metered {
			err = k.ProvenLate.Set(ctx, collections.Join(day, b.addresses[i]), types.ProvenLate{Meter: e.Meter, Day: day})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) initProving(ctx context.Context, proving *types.Proving) error {
	if proving == nil {
		return nil
	}
	for _, b := range proving.Books {
		if err := k.Proven.Set(ctx, collections.Join(b.Day, b.Version), b); err != nil {
			return err
		}
	}
	for _, link := range proving.Links {
		address, err := types.ParseAddress("meter", link.Meter)
		if err != nil {
			return err
		}
		if err := k.ProvenLinks.Set(ctx, address, link); err != nil {
			return err
		}
	}
	for _, late := range proving.Late {
		if err := setOf(ctx, k.ProvenLate, late.Day, late.Meter, late); err != nil {
			return err
		}
	}
	for _, bill := range proving.Bills {
		if err := setOf(ctx, k.Bills, bill.Day, bill.Meter, bill); err != nil {
			return err
		}
	}
	return nil
}

// exportProving leaves out a whole that waits for its last part: its operator begins it anew.
func (k Keeper) exportProving(ctx context.Context) (*types.Proving, error) {
	var p types.Proving
	var err error
	if p.Books, err = stored.Values(ctx, k.Proven, nil); err != nil || len(p.Books) == 0 {
		return nil, err
	}
	if p.Links, err = stored.Values(ctx, k.ProvenLinks, nil); err != nil {
		return nil, err
	}
	if p.Late, err = stored.Values(ctx, k.ProvenLate, nil); err != nil {
		return nil, err
	}
	p.Bills, err = stored.Values(ctx, k.Bills, nil)
	return &p, err
}
