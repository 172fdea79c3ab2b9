package keeper

import (
	"bytes"
	"context"
	"fmt"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/evidence"
	"electra/internal/stored"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

// Which chain stands behind an uplink. The header that its client begins with is believed for the silence of everybody who could have
// vetoed it; what the chain is like is proven under it.

func (k Keeper) checkRegister(ctx sdk.Context, m *types.MsgRegisterCommunity) error {
	if err := k.checkUplinkFree(ctx, m); err != nil {
		return err
	}
	if err := types.CheckTerms(m.CreditNel, m.Members); err != nil {
		return err
	}
	if len(m.GenesisHash) != metertypes.HashBytes {
		return errorsmod.Wrapf(types.ErrCommunity, "genesis_hash: expected %d bytes, got %d", metertypes.HashBytes, len(m.GenesisHash))
	}
	h, err := k.checkCheckpoint(ctx, m.Operator, m.ChainId, m.Checkpoint)
	if err != nil {
		return err
	}
	if _, err = k.provenClock(ctx, h, m); err != nil {
		k.meters.Failed(ctx, m.Operator)
	}
	return err
}

func (k Keeper) checkUplinkFree(ctx sdk.Context, m *types.MsgRegisterCommunity) error {
	uplink, err := metertypes.ParseAddress("uplink", m.Uplink)
	if err != nil {
		return err
	}
	meter, found, err := k.meters.MeterAt(ctx, uplink)
	if err != nil {
		return err
	}
	if !found || meter.LastDay != 0 {
		return errorsmod.Wrap(types.ErrUplink, "uplink: expected a meter of this chain that is not retired")
	}
	if metertypes.CheckChainID(m.ChainId) != nil || m.ChainId == ctx.ChainID() {
		return errorsmod.Wrap(types.ErrChain, "chain_id: expected the id of another chain")
	}
	if taken, err := k.Communities.Has(ctx, uplink); err != nil {
		return err
	} else if taken {
		return errorsmod.Wrap(types.ErrTaken, "uplink: expected one without a community behind it")
	}
	if err := k.checkChainFree(ctx, m.ChainId); err != nil {
		return err
	}
	return k.checkNothingPending(ctx, func(p types.Pending) bool {
		return p.Register != nil && (p.Uplink == m.Uplink || p.Register.ChainId == m.ChainId)
	})
}

// checkChainFree: one surplus has one uplink. A retired one frees its chain when its last day is over.
func (k Keeper) checkChainFree(ctx sdk.Context, chainID string) error {
	_, today, err := k.meters.Now(ctx)
	if err != nil {
		return err
	}
	return k.Communities.Walk(ctx, nil, func(uplink []byte, c types.Community) (bool, error) {
		if c.ChainId != chainID {
			return false, nil
		}
		meter, _, err := k.meters.MeterAt(ctx, uplink)
		if err == nil && (meter.LastDay == 0 || meter.LastDay >= today) {
			err = errorsmod.Wrapf(types.ErrTaken, "chain_id: %s is in the service of %s", chainID, c.Uplink)
		}
		return false, err
	})
}

// checkCheckpoint wants a recent header that two thirds of its own validators have signed.
func (k Keeper) checkCheckpoint(ctx sdk.Context, signer, chainID string, e *metertypes.Evidence) (evidence.Header, error) {
	h, err := read(ctx, "checkpoint", e)
	if err != nil {
		return h, err
	}
	if len(e.TrustedValidators) > 0 {
		return h, errorsmod.Wrap(types.ErrEvidenceForm, "checkpoint.trusted_validators: expected none")
	}
	trust, err := k.trust(ctx)
	if err != nil {
		return h, err
	}
	if h.Keep().IsExpired(trust/2, ctx.BlockTime()) {
		return h, errorsmod.Wrapf(types.ErrExpired, "checkpoint.signed_header: expected one younger than %s, got %s", trust/2, h.Time)
	}
	return h, k.meters.Dearly(ctx, signer, h.Seed(chainID, nil), types.ErrSignatures, func() string { return h.FaultAlone(chainID) })
}

// provenClock wants parameters, clock, hash of the genesis and keys, in this order, to be those of a community that this chain takes.
func (k Keeper) provenClock(ctx sdk.Context, h evidence.Header, m *types.MsgRegisterCommunity) (clock metertypes.Clock, err error) {
	state, err := evidence.ReadState(h, m.Checkpoint)
	if err != nil {
		return clock, errorsmod.Wrapf(types.ErrStateProof, "checkpoint.%s", err)
	}
	keys, err := stored.Values(ctx, k.CommunityKeys, nil)
	if err != nil {
		return clock, err
	}
	if want := 3 + len(keys); state.Count() != want {
		return clock, errorsmod.Wrapf(types.ErrStateProof, "checkpoint.proofs: expected %d, got %d", want, state.Count())
	}
	hash, err := state.Value(2, []byte{metertypes.GenesisStorePrefix})
	if err != nil {
		return clock, errorsmod.Wrapf(types.ErrStateProof, "checkpoint.%s", err)
	}
	if !bytes.Equal(hash, m.GenesisHash) {
		return clock, errorsmod.Wrap(types.ErrCommunity, "genesis_hash: expected the one in the chain's state")
	}
	for i, key := range keys {
		if err := checkKey(state, 3+i, key); err != nil {
			return clock, err
		}
	}
	return k.provenManner(ctx, state)
}

// checkKey: a community that made a ceremony of its own could forge its books.
func checkKey(state evidence.State, i int, want types.CircuitKey) error {
	raw, err := state.Value(i, append([]byte{metertypes.KeysStorePrefix}, want.Circuit...))
	if err != nil {
		return errorsmod.Wrapf(types.ErrStateProof, "checkpoint.%s", err)
	}
	var key metertypes.VerificationKey
	if err := key.Unmarshal(raw); err != nil || key.Circuit != want.Circuit || key.ID() != want.Id {
		return errorsmod.Wrapf(types.ErrCommunity, "checkpoint.proofs[%d]: expected the key %s of %s", i, want.Id, want.Circuit)
	}
	return nil
}

// provenManner: a production chain takes communities with production's durations, whose clock is the world's.
func (k Keeper) provenManner(ctx context.Context, state evidence.State) (clock metertypes.Clock, err error) {
	var params metertypes.Params
	for i, of := range []struct {
		prefix byte
		into   interface{ Unmarshal([]byte) error }
	}{{metertypes.ParamsStorePrefix, &params}, {metertypes.ClockStorePrefix, &clock}} {
		raw, err := state.Value(i, []byte{of.prefix})
		if err != nil {
			return clock, errorsmod.Wrapf(types.ErrStateProof, "checkpoint.%s", err)
		}
		if err := of.into.Unmarshal(raw); err != nil {
			return clock, errorsmod.Wrapf(types.ErrCommunity, "checkpoint.proofs[%d]: %s", i, err)
		}
	}
	development, err := k.Development.Get(ctx)
	if err != nil {
		return clock, err
	}
	fault := mannerFault(params, clock, development)
	if fault != "" {
		return clock, errorsmod.Wrap(types.ErrCommunity, fault)
	}
	return clock, nil
}

func mannerFault(params metertypes.Params, clock metertypes.Clock, development bool) string {
	if clock.Rate == 0 || clock.Rate > metertypes.MaxRate {
		return fmt.Sprintf("checkpoint.proofs[1]: expected a clock's rate of 1 to %d", metertypes.MaxRate)
	}
	if clock.StartUnixS < metertypes.DaySeconds || clock.StartUnixS > metertypes.MaxUnixS || clock.GenesisUnixS < 0 ||
		clock.GenesisUnixS > metertypes.MaxUnixS {
		return fmt.Sprintf("checkpoint.proofs[1]: expected a clock that begins from %d to %d", metertypes.DaySeconds, metertypes.MaxUnixS)
	}
	if development {
		return ""
	}
	if params != metertypes.DefaultParams() {
		return "checkpoint.proofs[0]: expected the durations of production"
	}
	if clock.Rate != 1 || clock.StartUnixS != clock.GenesisUnixS {
		return "checkpoint.proofs[1]: expected a clock that goes as the world's does"
	}
	return ""
}

func (k Keeper) applyRegister(ctx sdk.Context, m *types.MsgRegisterCommunity) error {
	h, err := evidence.Read(m.Checkpoint)
	if err != nil {
		return err
	}
	clock, err := k.provenClock(ctx, h, m)
	if err != nil {
		return err
	}
	if err := k.meters.CountProofs(ctx); err != nil {
		return err
	}
	kept := keepOf(m.Uplink, h)
	return k.wait(ctx, types.Pending{Uplink: m.Uplink, Checkpoint: &kept, Register: &types.Community{Uplink: m.Uplink, ChainId: m.ChainId,
		GenesisHash: m.GenesisHash, Clock: clock, CreditNel: m.CreditNel, Members: m.Members}})
}

// A client that ran out, or that was suspended, goes on from a header that everybody has a while to look at.
func (k Keeper) checkResume(ctx sdk.Context, m *types.MsgResume) error {
	uplink, c, err := k.community(ctx, "uplink", m.Uplink)
	if err != nil {
		return err
	}
	if err := withoutProofs("checkpoint", m.Checkpoint); err != nil {
		return err
	}
	if runs, err := k.runs(ctx, uplink, c); err != nil {
		return err
	} else if runs {
		return errorsmod.Wrap(types.ErrRunning, "uplink: expected a community that is suspended, or whose client ran out")
	}
	if err := k.checkNothingPending(ctx, func(p types.Pending) bool { return p.Uplink == m.Uplink && p.Checkpoint != nil }); err != nil {
		return err
	}
	_, err = k.checkCheckpoint(ctx, m.Operator, c.ChainId, m.Checkpoint)
	return err
}

func (k Keeper) runs(ctx sdk.Context, uplink []byte, c types.Community) (bool, error) {
	latest, found, err := k.latest(ctx, uplink)
	if err != nil || !found || c.Suspended != "" {
		return false, err
	}
	trust, err := k.trust(ctx)
	return !keptOf(latest).IsExpired(trust, ctx.BlockTime()), err
}

func (k Keeper) applyResume(ctx sdk.Context, m *types.MsgResume) error {
	h, err := evidence.Read(m.Checkpoint)
	if err != nil {
		return err
	}
	if err := k.meters.CountProofs(ctx); err != nil {
		return err
	}
	kept := keepOf(m.Uplink, h)
	return k.wait(ctx, types.Pending{Uplink: m.Uplink, Checkpoint: &kept})
}

func (k Keeper) checkReplaceTreasury(ctx sdk.Context, m *types.MsgReplaceTreasury) error {
	uplink, _, err := k.community(ctx, "uplink", m.Uplink)
	if err != nil {
		return err
	}
	treasury, err := metertypes.ParseAddress("treasury", m.Treasury)
	if err != nil {
		return err
	}
	now, err := k.treasuryOf(ctx, uplink)
	if err != nil {
		return err
	}
	if bytes.Equal(now, treasury) {
		return errorsmod.Wrap(types.ErrTreasury, "treasury: expected another account than the one in force")
	}
	return k.checkNothingPending(ctx, func(p types.Pending) bool { return p.Uplink == m.Uplink && p.Treasury != "" })
}

func (k Keeper) applyReplaceTreasury(ctx sdk.Context, m *types.MsgReplaceTreasury) error {
	return k.wait(ctx, types.Pending{Uplink: m.Uplink, Treasury: m.Treasury})
}
