package keeper

import (
	"bytes"
	"cmp"
	"context"
	"math/big"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/daybook"
	"electra/internal/stored"
	meterkeeper "electra/x/meter/keeper"
	metertypes "electra/x/meter/types"
	"electra/x/settlement/types"
)

// What an uplink owes for a period: a number, and a proof that it is the sum of its bills. The bills are those that the chain kept from
// books that it has verified; so neither which days there are nor what they say is the sender's to choose.

func (k Keeper) checkSettle(ctx sdk.Context, m *types.MsgSettle) error {
	if _, err := k.holder(ctx, "sender", m.Sender); err != nil {
		return err
	}
	if err := k.checkPeriod(ctx, m.FromDay); err != nil {
		return err
	}
	if n := len(m.Entries); n == 0 || n > types.MaxEntries {
		return errorsmod.Wrapf(types.ErrEntries, "entries: expected 1 to %d, got %d", types.MaxEntries, n)
	}
	seen := map[string]bool{}
	var claims []meterkeeper.Claim
	for i := range m.Entries {
		e := &m.Entries[i]
		if seen[e.Uplink] {
			return errorsmod.Wrapf(types.ErrEntries, "entries[%d].uplink: %s is there already", i, e.Uplink)
		}
		seen[e.Uplink] = true
		claim, err := k.checkEntry(ctx, m.FromDay, e)
		if err != nil {
			return errorsmod.Wrapf(err, "entries[%d]", i)
		}
		claims = append(claims, claim)
	}
	return k.meters.CheckClaims(ctx, m.Sender, types.Circuit, claims)
}

// checkPeriod wants the first day of a period that is ready.
func (k Keeper) checkPeriod(ctx context.Context, fromDay uint32) error {
	start, err := k.FirstDay.Get(ctx)
	if err != nil {
		return err
	}
	if fromDay < start || (fromDay-start)%types.PeriodDays != 0 {
		return errorsmod.Wrapf(types.ErrPeriod, "from_day: expected %d and a multiple of %d days, got %d", start, types.PeriodDays, fromDay)
	}
	ready, err := k.Periods.Has(ctx, fromDay)
	if err == nil && !ready {
		err = errorsmod.Wrapf(types.ErrNotReady, "from_day: %d", fromDay)
	}
	return err
}

func (k Keeper) checkEntry(ctx context.Context, fromDay uint32, e *types.SettleEntry) (claim meterkeeper.Claim, err error) {
	address, meter, err := k.uplink(ctx, "uplink", e.Uplink)
	if err != nil {
		return claim, err
	}
	if settled, err := k.Entries.Has(ctx, collections.Join(fromDay, address)); err != nil {
		return claim, err
	} else if settled {
		return claim, errorsmod.Wrapf(types.ErrSettled, "uplink: %s", e.Uplink)
	}
	bills, any, err := k.bills(ctx, fromDay, address)
	if err != nil {
		return claim, err
	}
	if !any {
		return claim, errorsmod.Wrapf(types.ErrNoBill, "uplink: %s", e.Uplink)
	}
	if err := k.checkAmount(ctx, fromDay, meter, e.AmountNel); err != nil {
		return claim, err
	}
	return meterkeeper.Claim{About: "sum of " + e.Uplink, Proof: e.SumProof,
		Inputs: sumInputs(sdk.UnwrapSDKContext(ctx).ChainID(), address, fromDay, bills, e.AmountNel)}, nil
}

// bills are the commitments of a period's days, 0 where there is none.
func (k Keeper) bills(ctx context.Context, fromDay uint32, uplink []byte) (all [types.PeriodDays]fr.Element, any bool, err error) {
	for i := range all {
		bill, err := k.meters.Bill(ctx, fromDay+uint32(i), uplink)
		if err != nil {
			return all, any, err
		}
		if bill != nil {
			all[i].SetBytes(bill)
			any = true
		}
	}
	return all, any, nil
}

// sumInputs: gridId meterTag firstDay B[7] total.
func sumInputs(chainID string, uplink []byte, fromDay uint32, bills [types.PeriodDays]fr.Element, amountNel int64) []fr.Element {
	var day, total fr.Element
	day.SetUint64(uint64(fromDay))
	total.SetInt64(amountNel)
	return slices.Concat([]fr.Element{daybook.GridID(chainID), daybook.MeterTag(uplink), day}, bills[:], []fr.Element{total})
}

// checkAmount: the circuit says nothing of a sum's size, and no week is worth more than capacity and prices allow.
func (k Keeper) checkAmount(ctx context.Context, fromDay uint32, meter metertypes.Meter, amountNel int64) error {
	if amountNel >= types.AmountEnd || amountNel <= -types.AmountEnd {
		return errorsmod.Wrapf(types.ErrAmount, "amount_nel: expected |amount| < 2^62, got %d", amountNel)
	}
	most := new(big.Int)
	for day := fromDay; day < fromDay+types.PeriodDays; day++ {
		tariff, err := k.meters.TariffOn(ctx, day)
		if errorsmod.IsOf(err, collections.ErrNotFound) {
			continue // no price, no book
		}
		if err != nil {
			return err
		}
		price := slices.Max(tariff.RetailNelPerWh)
		energy := big.NewInt(metertypes.SlotsPerDay * int64(meter.MaxWhPerSlot))
		most.Add(most, energy.Mul(energy, big.NewInt(price)))
		most.Add(most, new(big.Int).SetUint64(tariff.FeePerDayNel))
	}
	if size := new(big.Int).Abs(big.NewInt(amountNel)); size.Cmp(most) > 0 {
		return errorsmod.Wrapf(types.ErrBeyondRule, "amount_nel: expected |amount| of at most %s, got %d", most, amountNel)
	}
	return nil
}

// applySettle notes entries. The last one of a period executes its pool; one that comes after that is a debt to the fund, or void.
func (k Keeper) applySettle(ctx sdk.Context, m *types.MsgSettle) error {
	period, err := k.Periods.Get(ctx, m.FromDay)
	if err != nil {
		return err
	}
	for i := range m.Entries {
		e := &m.Entries[i]
		address, err := metertypes.ParseAddress("uplink", e.Uplink)
		if err != nil {
			return err
		}
		entry := types.Entry{FromDay: m.FromDay, Uplink: e.Uplink, AmountNel: e.AmountNel, Height: ctx.BlockHeight()}
		if period.ExecutedUnixS != 0 && e.AmountNel > 0 {
			if entry.Pool, err = k.makePool(ctx, m.FromDay, []types.Entry{entry}); err != nil {
				return err
			}
		}
		if err := cmp.Or(k.Entries.Set(ctx, collections.Join(m.FromDay, address), entry),
			k.Missing.Remove(ctx, collections.Join(address, m.FromDay))); err != nil {
			return err
		}
	}
	awaited, err := k.awaited(ctx, m.FromDay)
	if err != nil {
		return err
	}
	if len(awaited) == 0 {
		if err := k.finish(ctx, period); err != nil {
			return err
		}
	}
	return k.meters.CountProofs(ctx)
}

// finish executes a period of which no entry is still to come, where that was not done, and forgets its bills.
func (k Keeper) finish(ctx sdk.Context, period types.Period) error {
	if period.ExecutedUnixS == 0 {
		if err := k.execute(ctx, period); err != nil {
			return err
		}
	}
	for day := period.FromDay; day < period.FromDay+types.PeriodDays; day++ {
		if err := k.meters.DropBills(ctx, day); err != nil {
			return err
		}
	}
	return k.Waiting.Remove(ctx, period.FromDay)
}

// awaited are the uplinks with a bill in a period and no entry yet.
func (k Keeper) awaited(ctx context.Context, fromDay uint32) (all [][]byte, err error) {
	for day := fromDay; day < fromDay+types.PeriodDays; day++ {
		billed, err := k.meters.Billed(ctx, day)
		if err != nil {
			return nil, err
		}
		for _, uplink := range billed {
			settled, err := k.Entries.Has(ctx, collections.Join(fromDay, uplink))
			if err != nil {
				return nil, err
			}
			if !settled {
				all = append(all, uplink)
			}
		}
	}
	slices.SortFunc(all, bytes.Compare)
	return slices.CompactFunc(all, bytes.Equal), nil
}

// execute makes the pool of a period's entries.
func (k Keeper) execute(ctx sdk.Context, period types.Period) error {
	var entries []types.Entry
	ofPeriod := collections.NewPrefixedPairRange[uint32, []byte](period.FromDay)
	err := k.Entries.Walk(ctx, ofPeriod, func(_ periodOf, e types.Entry) (bool, error) {
		entries = append(entries, e)
		return false, nil
	})
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		number, err := k.makePool(ctx, period.FromDay, entries)
		if err != nil {
			return err
		}
		for _, e := range entries {
			address, err := metertypes.ParseAddress("uplink", e.Uplink)
			if err != nil {
				return err
			}
			e.Pool = number
			if err := k.Entries.Set(ctx, collections.Join(period.FromDay, address), e); err != nil {
				return err
			}
		}
	}
	if period.ExecutedUnixS, _, err = k.meters.Now(ctx); err != nil {
		return err
	}
	return k.Periods.Set(ctx, period.FromDay, period)
}

// makePool makes claims and debts of what is owed, behind all pools that there are.
func (k Keeper) makePool(ctx sdk.Context, fromDay uint32, entries []types.Entry) (uint64, error) {
	last, err := stored.LastKey(ctx, k.Pools)
	if err != nil {
		return 0, err
	}
	number, claims := last+1, new(big.Int)
	for _, e := range entries {
		address, err := metertypes.ParseAddress("uplink", e.Uplink)
		if err != nil {
			return 0, err
		}
		key := collections.Join(number, address)
		switch {
		case e.AmountNel > 0:
			err = k.Debts.Set(ctx, key, uint64(e.AmountNel))
		case e.AmountNel < 0:
			claims.Add(claims, big.NewInt(-e.AmountNel))
			err = k.Claims.Set(ctx, key, uint64(-e.AmountNel))
		}
		if err != nil {
			return 0, err
		}
	}
	return number, k.Pools.Set(ctx, number, types.Pool{Number: number, FromDay: fromDay, ClaimsNel: claims.String(), PaidNel: "0",
		Height: ctx.BlockHeight()})
}
