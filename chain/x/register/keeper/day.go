package keeper

import (
	"bytes"
	"context"
	"encoding/binary"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/evidence"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

// A community's day: what its own chain says of it.

// CheckDay wants evidence that the community's chain has proven the day's book, that few enough of its entries are copies, and that it
// shares on this chain by this uplink, all as of after the end of the day.
func (k Keeper) CheckDay(ctx context.Context, meter metertypes.Meter, m *metertypes.MsgCloseDay,
	e *metertypes.Evidence) (metertypes.Totals, error) {
	at := sdk.UnwrapSDKContext(ctx)
	uplink, c, err := k.running(ctx, meter.Address)
	if err != nil {
		return metertypes.Totals{}, err
	}
	if suspended, err := k.debts.IsSuspended(ctx, uplink); err != nil {
		return metertypes.Totals{}, err
	} else if suspended {
		return metertypes.Totals{}, errorsmod.Wrap(types.ErrSuspended, "uplink: expected a community whose treasury is not in debt for too long")
	}
	if len(e.Proofs) != 2 {
		return metertypes.Totals{}, errorsmod.Wrap(types.ErrEvidenceForm, "evidence.proofs: expected 2, of the proven book and of the uplink")
	}
	h, err := k.accept(at, m.Meter, c, e)
	if err != nil {
		return metertypes.Totals{}, err
	}
	totals, err := k.shown(at, c, h, m, e)
	if err != nil {
		k.meters.Failed(ctx, m.Meter)
	}
	return totals, err
}

// shown is what the state under an accepted header says of the day.
func (k Keeper) shown(at sdk.Context, c types.Community, h evidence.Header, m *metertypes.MsgCloseDay,
	e *metertypes.Evidence) (metertypes.Totals, error) {
	if end, now := metertypes.DayEnd(m.Day), c.Clock.At(h.Time); now < end {
		return metertypes.Totals{}, errorsmod.Wrapf(types.ErrDayNotOver, "evidence.signed_header: day %d ends at %d, its chain time is %d", m.Day,
			end, now)
	}
	state, err := evidence.ReadState(h, e)
	if err != nil {
		return metertypes.Totals{}, errorsmod.Wrapf(types.ErrStateProof, "evidence.%s", err)
	}
	if err := k.checkSharesHere(at, state, m); err != nil {
		return metertypes.Totals{}, err
	}
	x, err := provenTotals(state, m.Day)
	return metertypes.Totals{ChainID: c.ChainId, X: x}, err
}

// provenTotals are the X of version 1 of a day, whose book the community's chain has verified.
func provenTotals(state evidence.State, day uint32) ([]byte, error) {
	key := append([]byte{metertypes.ProvenStorePrefix}, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, day), 1)...)
	raw, err := state.Value(0, key)
	if err != nil {
		return nil, errorsmod.Wrapf(types.ErrNotProven, "evidence.%s", err)
	}
	var proven metertypes.Proven
	if err := evidence.ReadValue(raw, &proven); err != nil || proven.Day != day || proven.Version != 1 || !proven.IsSound() {
		return nil, errorsmod.Wrapf(types.ErrNotProven, "evidence.proofs[0]: expected the first book of day %d", day)
	}
	if most := types.MaxCopies(proven.Entries); proven.Copies > most {
		return nil, errorsmod.Wrapf(types.ErrCopies, "evidence.proofs[0]: expected at most %d of %d entries not metered, got %d", most,
			proven.Entries, proven.Copies)
	}
	if err := metertypes.CheckCommitment("evidence.proofs[0].totals", proven.Totals); err != nil {
		return nil, err
	}
	return proven.Totals, nil
}

// checkSharesHere wants the uplink in force on the day to be this one, of this chain.
func (k Keeper) checkSharesHere(ctx sdk.Context, state evidence.State, m *metertypes.MsgCloseDay) error {
	key := append([]byte{metertypes.UplinkStorePrefix}, binary.BigEndian.AppendUint32(nil, m.Day)...)
	found, raw, err := state.UpTo(1, key)
	if err != nil {
		return errorsmod.Wrapf(types.ErrStateProof, "evidence.%s", err)
	}
	var set metertypes.Uplink
	if len(found) != len(key) || found[0] != metertypes.UplinkStorePrefix || evidence.ReadValue(raw, &set) != nil ||
		set.FromDay != binary.BigEndian.Uint32(found[1:]) || set.Height < 0 || set.Height > metertypes.MaxShownHeight {
		return errorsmod.Wrap(types.ErrOtherMain, "evidence.proofs[1]: expected the uplink in force on the day")
	}
	hash, err := k.meters.Hash(ctx)
	if err != nil {
		return err
	}
	if set.MainChainId != ctx.ChainID() || !bytes.Equal(set.MainGenesisHash, hash) || set.Uplink != m.Meter {
		return errorsmod.Wrapf(types.ErrOtherMain, "evidence.proofs[1]: expected %s of %s, got %q of %q", m.Meter, ctx.ChainID(), set.Uplink,
			set.MainChainId)
	}
	return nil
}

// KeepDay keeps the header of a day's evidence.
func (k Keeper) KeepDay(ctx context.Context, m *metertypes.MsgCloseDay, e *metertypes.Evidence) error {
	h, err := evidence.Read(e)
	if err != nil {
		return err
	}
	uplink, err := metertypes.ParseAddress("uplink", m.Meter)
	if err != nil {
		return err
	}
	return k.keep(sdk.UnwrapSDKContext(ctx), uplink, m.Meter, h)
}
