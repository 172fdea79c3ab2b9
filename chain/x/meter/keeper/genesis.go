package keeper

import (
	"bytes"
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	abci "github.com/cometbft/cometbft/abci/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/x/meter/types"
)

// InitGenesis writes a validated state and returns the validators. ExportGenesis is its inverse: what it exports,
// imported, exports the same again. hash is the genesis': it stays in the state for auditors.
func (k Keeper) InitGenesis(ctx sdk.Context, g types.GenesisState, hash []byte) ([]abci.ValidatorUpdate, error) {
	if err := types.CheckChainID(ctx.ChainID()); err != nil {
		return nil, err
	}
	if err := g.Validate(); err != nil {
		return nil, err
	}
	if err := k.initClock(ctx, &g); err != nil {
		return nil, err
	}
	operator, err := types.ParseAddress("operator", g.Operator)
	if err != nil {
		return nil, err
	}
	if err := g.CheckNodeKeys(ctx.ChainID(), hash, operator); err != nil {
		return nil, err
	}
	k.EnsureAccount(ctx, operator)
	steps := []error{k.Params.Set(ctx, g.Params), k.Operator.Set(ctx, operator), k.GenesisHash.Set(ctx, hash)}
	for _, key := range g.VerificationKeys {
		steps = append(steps, k.VerificationKeys.Set(ctx, key.Circuit, key))
	}
	for _, m := range g.Meters {
		steps = append(steps, k.putMeter(ctx, m))
	}
	for _, key := range g.NodeKeys {
		steps = append(steps, k.NodeKeys.Set(ctx, key.Epoch, key))
	}
	for _, t := range g.Tariffs {
		steps = append(steps, k.Tariffs.Set(ctx, t.FromDay, t))
	}
	steps = append(steps, k.initDays(ctx, g), k.initHistory(ctx, g), k.initLog(ctx, g.Log), k.initRotations(ctx, g),
		k.initProving(ctx, g.Proving), k.initUplinks(ctx, g))
	for _, err := range steps {
		if err != nil {
			return nil, err
		}
	}
	return k.initValidators(ctx, g)
}

// initClock fills what a fresh genesis leaves open (the genesis time; keys that hold from the start), and keeps an
// import from beginning in its own past.
func (k Keeper) initClock(ctx sdk.Context, g *types.GenesisState) error {
	if ctx.BlockTime().Nanosecond() != 0 {
		return errorsmod.Wrapf(types.ErrGenesis, "genesis_time: expected whole seconds, got %s", ctx.BlockTime())
	}
	if g.Fresh() {
		if at := g.Clock.GenesisUnixS; at != 0 && at != ctx.BlockTime().Unix() {
			return errorsmod.Wrapf(types.ErrGenesis, "clock.genesis_unix_s: expected 0 or the genesis time %d, got %d", ctx.BlockTime().Unix(), at)
		}
		g.Clock.GenesisUnixS = ctx.BlockTime().Unix()
	}
	begin := g.Clock.At(ctx.BlockTime())
	if begin < g.LastUnixS {
		return errorsmod.Wrapf(types.ErrGenesis, "genesis_time: chain time would begin at %d, before the export's last %d", begin, g.LastUnixS)
	}
	for i := range g.NodeKeys {
		if g.NodeKeys[i].EffectiveUnixS == 0 {
			g.NodeKeys[i].EffectiveUnixS = begin
		}
	}
	return k.Clock.Set(ctx, g.Clock)
}

func (k Keeper) initDays(ctx context.Context, g types.GenesisState) error {
	if g.Fresh() {
		g.NextFreezeDay, g.NextLateDay = g.FirstDay(), g.FirstDay()
	}
	for _, s := range g.DayStarts {
		if err := k.DayStarts.Set(ctx, s.Day, s); err != nil {
			return err
		}
	}
	if err := k.NextDayStart.Set(ctx, g.NextFreezeDay+uint32(len(g.DayStarts))); err != nil {
		return err
	}
	if err := k.NextFreeze.Set(ctx, g.NextFreezeDay); err != nil {
		return err
	}
	if err := k.NextLate.Set(ctx, g.NextLateDay); err != nil {
		return err
	}
	for _, r := range g.Rosters {
		if err := k.Rosters.Set(ctx, collections.Join(r.Day, r.Late), r); err != nil {
			return err
		}
		if r.Late || r.Day < g.NextLateDay {
			continue
		}
		if err := k.FrozenAt.Set(ctx, r.Day, r.UnixS); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) initHistory(ctx context.Context, g types.GenesisState) error {
	for _, r := range g.Reports {
		if err := setOf(ctx, k.Reports, r.Slot, r.Meter, true); err != nil {
			return err
		}
	}
	for _, c := range g.Commitments {
		if err := setOf(ctx, k.Commitments, c.Day, c.Meter, c); err != nil {
			return err
		}
	}
	for _, d := range g.Disputes {
		if err := setOf(ctx, k.Disputes, d.Day, d.Meter, d); err != nil {
			return err
		}
	}
	for _, n := range g.NoBills {
		if err := setOf(ctx, k.NoBills, n.Day, n.Meter, n); err != nil {
			return err
		}
	}
	for _, n := range g.WithdrawnNoBills {
		if err := setOf(ctx, k.Withdrawn, n.Day, n.Meter, n.Version); err != nil {
			return err
		}
	}
	for _, f := range g.FinalReadings {
		if err := setOf(ctx, k.FinalReadings, f.Day, f.Meter, f); err != nil {
			return err
		}
	}
	for _, p := range g.SlotPrices {
		if err := k.SlotPrices.Set(ctx, p.Slot, p); err != nil {
			return err
		}
	}
	for _, a := range g.Anchors {
		if err := k.Anchors.Set(ctx, collections.Join(a.Day, a.Version), a); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) initValidators(ctx context.Context, g types.GenesisState) ([]abci.ValidatorUpdate, error) {
	for _, used := range g.UsedKeys {
		address, err := types.ParseAddress("meter", used.Meter)
		if err != nil {
			return nil, err
		}
		if err := k.ConsensusKeys.Set(ctx, used.ConsensusKey, address); err != nil {
			return nil, err
		}
	}
	for _, c := range g.ValidatorChanges {
		if err := k.queueChange(ctx, c); err != nil {
			return nil, err
		}
	}
	for i, c := range g.AppliedChanges {
		if err := k.AppliedChanges.Set(ctx, uint64(i)+1, c); err != nil {
			return nil, err
		}
	}
	var updates []abci.ValidatorUpdate
	for _, key := range g.ActiveKeys() {
		if err := k.Validators.Set(ctx, key, uint64(types.EqualPower)); err != nil {
			return nil, err
		}
		updates = append(updates, validatorUpdate(key, types.EqualPower))
	}
	return updates, nil
}

// ExportGenesis reads the whole state. Every list is in key order.
func (k Keeper) ExportGenesis(ctx sdk.Context) (*types.GenesisState, error) {
	var g types.GenesisState
	now, err := k.now(ctx)
	if err != nil {
		return nil, err
	}
	g.Params, g.LastUnixS = now.params, now.unixS
	if g.Clock, err = k.Clock.Get(ctx); err != nil {
		return nil, err
	}
	if g.Operator, err = k.operatorText(ctx); err != nil {
		return nil, err
	}
	if g.NextFreezeDay, err = k.NextFreeze.Get(ctx); err != nil {
		return nil, err
	}
	if g.NextLateDay, err = k.NextLate.Get(ctx); err != nil {
		return nil, err
	}
	for _, read := range []func() error{
		func() error { g.VerificationKeys, err = stored.Values(ctx, k.VerificationKeys, nil); return err },
		func() error { g.Meters, err = stored.Values(ctx, k.Meters, nil); return err },
		func() error { g.NodeKeys, err = stored.Values(ctx, k.NodeKeys, nil); return err },
		func() error { g.Tariffs, err = stored.Values(ctx, k.Tariffs, nil); return err },
		func() error { g.Commitments, err = stored.Values(ctx, k.Commitments, nil); return err },
		func() error { g.Disputes, err = stored.Values(ctx, k.Disputes, nil); return err },
		func() error { g.Anchors, err = stored.Values(ctx, k.Anchors, nil); return err },
		func() error { g.NoBills, err = stored.Values(ctx, k.NoBills, nil); return err },
		func() error { g.FinalReadings, err = stored.Values(ctx, k.FinalReadings, nil); return err },
		func() error { g.SlotPrices, err = stored.Values(ctx, k.SlotPrices, nil); return err },
		func() error { g.Rosters, err = stored.Values(ctx, k.Rosters, nil); return err },
		func() error { g.DayStarts, err = stored.Values(ctx, k.DayStarts, nil); return err },
		func() error { g.ValidatorChanges, err = stored.Values(ctx, k.ValidatorChanges, nil); return err },
		func() error { g.AppliedChanges, err = stored.Values(ctx, k.AppliedChanges, nil); return err },
		func() error { g.Log, err = stored.Values(ctx, k.Log, nil); return err },
		func() error { g.Rotations, err = stored.Values(ctx, k.Rotations, nil); return err },
		func() error { g.QueuedRotations, err = stored.Values(ctx, k.QueuedRotation, nil); return err },
		func() error { g.OperatorVotes, err = stored.Values(ctx, k.OperatorVotes, nil); return err },
		func() error { g.Proving, err = k.exportProving(ctx); return err },
		func() error { g.Uplinks, err = k.exportUplinks(ctx); return err },
		func() error { return k.exportMarks(ctx, &g) },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return &g, nil
}

// exportMarks exports what the state holds as bare keys.
func (k Keeper) exportMarks(ctx context.Context, g *types.GenesisState) error {
	err := k.Reports.Walk(ctx, nil, func(key slotMeter, _ bool) (bool, error) {
		meter, err := types.FormatAddress(key.K2())
		g.Reports = append(g.Reports, types.ReportKey{Meter: meter, Slot: key.K1()})
		return false, err
	})
	if err != nil {
		return err
	}
	if err := k.exportUsedKeys(ctx, g); err != nil {
		return err
	}
	return k.Withdrawn.Walk(ctx, nil, func(key dayMeter, version uint32) (bool, error) {
		meter, err := types.FormatAddress(key.K2())
		g.WithdrawnNoBills = append(g.WithdrawnNoBills, types.WithdrawnNoBill{Meter: meter, Day: key.K1(), Version: version})
		return false, err
	})
}

// exportUsedKeys exports the keys that are no meter's any more.
func (k Keeper) exportUsedKeys(ctx context.Context, g *types.GenesisState) error {
	return k.ConsensusKeys.Walk(ctx, nil, func(key, address []byte) (bool, error) {
		meter, err := k.Meters.Get(ctx, address)
		if err != nil || bytes.Equal(meter.ConsensusKey, key) {
			return false, err
		}
		g.UsedKeys = append(g.UsedKeys, types.UsedKey{Meter: meter.Address, ConsensusKey: bytes.Clone(key)})
		return false, nil
	})
}
