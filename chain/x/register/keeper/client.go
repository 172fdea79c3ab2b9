package keeper

import (
	"bytes"
	"context"
	"time"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/evidence"
	"electra/internal/stored"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

// The light client of a community's chain: which of its headers are believed, from which.

func keptOf(k types.Kept) evidence.Kept {
	return evidence.Kept{Height: k.Height, Hash: k.Hash, Time: time.Unix(0, k.UnixNs).UTC(), NextValidatorsHash: k.NextValidatorsHash}
}

func keepOf(uplink string, h evidence.Header) types.Kept {
	kept := h.Keep()
	return types.Kept{Uplink: uplink, Height: kept.Height, Hash: kept.Hash, UnixNs: kept.Time.UnixNano(),
		NextValidatorsHash: kept.NextValidatorsHash}
}

// keptUpTo is the latest kept header at or below a height.
func (k Keeper) keptUpTo(ctx context.Context, uplink []byte, height uint64) (types.Kept, bool, error) {
	latest, found, err := stored.First(ctx, k.Kept, collections.NewPrefixedPairRange[[]byte, uint64](uplink).EndInclusive(height).Descending())
	return latest.Value, found, err
}

// latest is the highest kept header.
func (k Keeper) latest(ctx context.Context, uplink []byte) (types.Kept, bool, error) {
	return k.keptUpTo(ctx, uplink, 1<<63-1)
}

// read decodes a header and looks at its time.
func read(ctx sdk.Context, field string, e *metertypes.Evidence) (evidence.Header, error) {
	h, err := evidence.Read(e)
	if err != nil {
		return h, errorsmod.Wrapf(types.ErrEvidenceForm, "%s.%s", field, err)
	}
	if h.IsAhead(ctx.BlockTime()) {
		return h, errorsmod.Wrapf(types.ErrHeader, "%s.signed_header: expected a time up to %s from now, got %s", field,
			evidence.ClockDrift, h.Time)
	}
	return h, nil
}

// accept wants a header to follow from the latest kept one at or below it, or to be that one.
func (k Keeper) accept(ctx sdk.Context, signer string, c types.Community, e *metertypes.Evidence) (evidence.Header, error) {
	h, err := read(ctx, "evidence", e)
	if err != nil {
		return h, err
	}
	uplink, err := metertypes.ParseAddress("uplink", c.Uplink)
	if err != nil {
		return h, err
	}
	if h.ChainID != c.ChainId {
		return h, errorsmod.Wrapf(types.ErrHeader, "evidence.signed_header: expected one of %s, got %q", c.ChainId, h.ChainID)
	}
	from, err := k.goOnFrom(ctx, uplink, h.Height)
	if err != nil {
		return h, err
	}
	if from.Height == h.Height {
		if !bytes.Equal(from.Hash, h.Hash()) {
			return h, errorsmod.Wrapf(types.ErrHeader, "evidence.signed_header: expected the kept header of height %d", h.Height)
		}
		return h, k.checkShownAgain(ctx, signer, uplink, c, h)
	}
	return h, k.checkSignatures(ctx, signer, c, h, from)
}

// checkShownAgain judges a header that is kept as it was judged first, from the one below it: others read of this evidence alone who signed
// it, and who was to. Where none is kept below, somebody else vouches for it.
func (k Keeper) checkShownAgain(ctx context.Context, signer string, uplink []byte, c types.Community, h evidence.Header) error {
	below, found, err := k.keptUpTo(ctx, uplink, uint64(h.Height-1))
	if err != nil {
		return err
	}
	named := h.ValidatorsHash
	if found {
		named = below.NextValidatorsHash
	}
	if !bytes.Equal(h.Trusted.Hash(), named) {
		return errorsmod.Wrapf(types.ErrEvidenceForm, "evidence.trusted_validators: expected those who were to sign the kept header, %X", named)
	}
	if !found {
		return k.meters.Dearly(ctx, signer, h.Seed(c.ChainId, nil), types.ErrSignatures, func() string { return h.FaultAlone(c.ChainId) })
	}
	return k.checkSignatures(ctx, signer, c, h, keptOf(below))
}

// goOnFrom is the header that one of a height is judged from, if that is recent.
func (k Keeper) goOnFrom(ctx sdk.Context, uplink []byte, height int64) (evidence.Kept, error) {
	kept, found, err := k.keptUpTo(ctx, uplink, uint64(max(height, 0)))
	if err != nil {
		return evidence.Kept{}, err
	}
	if !found {
		return evidence.Kept{}, errorsmod.Wrapf(types.ErrHeader, "evidence.signed_header: expected one at or above the first kept header, got %d",
			height)
	}
	from := keptOf(kept)
	trust, err := k.trust(ctx)
	if err != nil {
		return from, err
	}
	if from.IsExpired(trust, ctx.BlockTime()) {
		return from, errorsmod.Wrapf(types.ErrExpired,
			"evidence.signed_header: expected to go on from a header younger than %s, that of %d is of %s", trust, from.Height, from.Time)
	}
	return from, nil
}

func (k Keeper) trust(ctx context.Context) (time.Duration, error) {
	trustS, _, err := k.meters.TrustAndDelay(ctx)
	return time.Duration(trustS) * time.Second, err
}

func (k Keeper) checkSignatures(ctx context.Context, signer string, c types.Community, h evidence.Header, from evidence.Kept) error {
	return k.meters.Dearly(ctx, signer, h.Seed(c.ChainId, &from), types.ErrSignatures, func() string { return h.FaultFrom(c.ChainId, from) })
}

// keep remembers a header for as long as others may be judged from it, and forgets those that none is judged from any more; the highest is
// remembered in any case.
func (k Keeper) keep(ctx sdk.Context, uplink []byte, text string, h evidence.Header) error {
	if err := k.Kept.Set(ctx, collections.Join(uplink, uint64(h.Height)), keepOf(text, h)); err != nil {
		return err
	}
	latest, _, err := k.latest(ctx, uplink)
	if err != nil {
		return err
	}
	trust, err := k.trust(ctx)
	if err != nil {
		return err
	}
	var old []uplinkHeight
	err = k.Kept.Walk(ctx, collections.NewPrefixedPairRange[[]byte, uint64](uplink), func(key uplinkHeight, kept types.Kept) (bool, error) {
		if !keptOf(kept).IsExpired(trust, ctx.BlockTime()) || kept.Height == latest.Height {
			return true, nil
		}
		old = append(old, key)
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, key := range old {
		if err := k.Kept.Remove(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// running is a community whose client takes headers.
func (k Keeper) running(ctx context.Context, text string) ([]byte, types.Community, error) {
	uplink, c, err := k.community(ctx, "uplink", text)
	if err == nil && c.Suspended != "" {
		err = errorsmod.Wrapf(types.ErrSuspended, "uplink: expected a community that is not suspended (%s)", c.Suspended)
	}
	return uplink, c, err
}

func (k Keeper) checkUpdate(ctx sdk.Context, m *types.MsgUpdateClient) error {
	uplink, c, err := k.running(ctx, m.Uplink)
	if err != nil {
		return err
	}
	if err := withoutProofs("evidence", m.Evidence); err != nil {
		return err
	}
	h, err := read(ctx, "evidence", m.Evidence)
	if err != nil {
		return err
	}
	latest, _, err := k.latest(ctx, uplink)
	if err != nil {
		return err
	}
	if earliest := latest.UnixNs + types.UpdateEveryS*int64(time.Second); h.Height <= latest.Height || h.Time.UnixNano() < earliest {
		return errorsmod.Wrapf(types.ErrUpdateEarly, "evidence.signed_header: expected one above %d, and %d s later", latest.Height,
			types.UpdateEveryS)
	}
	_, err = k.accept(ctx, m.Uplink, c, m.Evidence)
	return err
}

func withoutProofs(field string, e *metertypes.Evidence) error {
	if e == nil || len(e.StoreProof) > 0 || len(e.Proofs) > 0 {
		return errorsmod.Wrapf(types.ErrEvidenceForm, "%s: expected a header without proofs", field)
	}
	return nil
}

func (k Keeper) applyUpdate(ctx sdk.Context, m *types.MsgUpdateClient) error {
	return k.keepShown(ctx, m.Uplink, m.Evidence)
}

// keepShown keeps the header of evidence that was accepted.
func (k Keeper) keepShown(ctx sdk.Context, text string, e *metertypes.Evidence) error {
	h, err := evidence.Read(e)
	if err != nil {
		return err
	}
	uplink, err := metertypes.ParseAddress("uplink", text)
	if err != nil {
		return err
	}
	if err := k.keep(ctx, uplink, text, h); err != nil {
		return err
	}
	return k.meters.CountProofs(ctx)
}

// Two headers of one height, each of which would be accepted: then more than a third of the community's power has signed two histories, and
// nothing of it is taken any more.
func (k Keeper) checkConflict(ctx sdk.Context, m *types.MsgConflict) error {
	uplink, c, err := k.running(ctx, m.Uplink)
	if err != nil {
		return err
	}
	var pair [2]evidence.Header
	for i, e := range []*metertypes.Evidence{m.One, m.Other} {
		field := []string{"one", "other"}[i]
		if err := withoutProofs(field, e); err != nil {
			return err
		}
		if pair[i], err = read(ctx, field, e); err != nil {
			return err
		}
		if h := pair[i]; h.ChainID != c.ChainId {
			return errorsmod.Wrapf(types.ErrHeader, "%s.signed_header: expected one of %s, got %q", field, c.ChainId, h.ChainID)
		}
	}
	if pair[0].Height != pair[1].Height || bytes.Equal(pair[0].Hash(), pair[1].Hash()) {
		return errorsmod.Wrap(types.ErrNoConflict, "other: expected another header of the same height")
	}
	from, err := k.goOnFrom(ctx, uplink, pair[0].Height-1)
	if err != nil {
		return err
	}
	for _, h := range pair {
		if err := k.checkSignatures(ctx, m.Sender, c, h, from); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) applyConflict(ctx sdk.Context, m *types.MsgConflict) error {
	if err := k.meters.CountProofs(ctx); err != nil {
		return err
	}
	return k.suspend(ctx, m.Uplink, types.Conflict)
}
