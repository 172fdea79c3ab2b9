package keeper

import (
	"bytes"
	"cmp"
	"context"
	"math/big"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/rules"
	"electra/internal/stored"
	metertypes "electra/x/meter/types"
	"electra/x/settlement/types"
)

// messages is the one list of what may be sent, in the order of the proto service.
var messages = rules.Table[Keeper]{
	rules.Of("treasury", Keeper.checkDeposit, Keeper.applyDeposit),
	rules.Of("treasury", Keeper.checkWithdraw, Keeper.applyWithdraw),
	rules.Of("sender", Keeper.checkSettle, Keeper.applySettle).UpTo(types.SettleBytes).OnItsOwn(),
	rules.Of("operator", Keeper.checkWithdrawFund, Keeper.applyWithdrawFund),
}

// Package is the module's protobuf package.
func (Keeper) Package() string { return types.Package }

// Knows says whether a message is one of this module.
func (Keeper) Knows(msg sdk.Msg) bool { return messages.Knows(msg) }

// MaxBytes bounds a message with its type.
func (Keeper) MaxBytes(msg sdk.Msg) int { return messages.MaxBytes(msg) }

// Alone says whether a message has to be the only one of its transaction.
func (Keeper) Alone(msg sdk.Msg) bool { return messages.Alone(msg) }

// Check holds the rules of one message against the state as it stands, and writes nothing.
func (k Keeper) Check(ctx sdk.Context, msg sdk.Msg) error { return messages.Check(k, ctx, msg) }

// Apply is the effect of a message that Check has accepted in the same state.
func (k Keeper) Apply(ctx sdk.Context, msg sdk.Msg) error { return messages.Apply(k, ctx, msg) }

// IsParty says who may send any message of this module: who may hold ELECTRA.
func (k Keeper) IsParty(ctx context.Context, address []byte) (bool, error) {
	return k.holders.IsHolder(ctx, address)
}

// treasuryOf wants the signer to be an uplink's treasury and to hold ELECTRA.
func (k Keeper) treasuryOf(ctx context.Context, signer, text string) (treasury, uplink []byte, err error) {
	if treasury, err = k.holder(ctx, "treasury", signer); err != nil {
		return nil, nil, err
	}
	uplink, meter, err := k.uplink(ctx, "uplink", text)
	if err != nil {
		return nil, nil, err
	}
	if meter.Member != signer {
		return nil, nil, errorsmod.Wrapf(types.ErrTreasury, "treasury: expected %s, the uplink's, got %s", meter.Member, signer)
	}
	return treasury, uplink, nil
}

func (k Keeper) uplink(ctx context.Context, field, text string) ([]byte, metertypes.Meter, error) {
	address, err := metertypes.ParseAddress(field, text)
	if err != nil {
		return nil, metertypes.Meter{}, err
	}
	meter, found, err := k.meters.Uplink(ctx, address)
	if err == nil && !found {
		err = errorsmod.Wrapf(types.ErrUplink, "%s: %s", field, text)
	}
	return address, meter, err
}

func (k Keeper) holder(ctx context.Context, field, text string) ([]byte, error) {
	address, err := metertypes.ParseAddress(field, text)
	if err != nil {
		return nil, err
	}
	held, err := k.holders.IsHolder(ctx, address)
	if err == nil && !held {
		err = errorsmod.Wrapf(types.ErrHolder, "%s: %s", field, text)
	}
	return address, err
}

func checkMove(amountNel uint64) error {
	if amountNel < types.MinMoveNel || amountNel >= uint64(types.AmountEnd) {
		return errorsmod.Wrapf(types.ErrAmount, "amount_nel: expected %d or more, below 2^62, got %d", types.MinMoveNel, amountNel)
	}
	return nil
}

// checkDeposit holds for frozen accounts too: what is owed is paid.
func (k Keeper) checkDeposit(ctx sdk.Context, m *types.MsgDeposit) error {
	treasury, _, err := k.treasuryOf(ctx, m.Treasury, m.Uplink)
	if err != nil {
		return err
	}
	if err := checkMove(m.AmountNel); err != nil {
		return err
	}
	if has := k.bank.GetBalance(ctx, treasury, types.Denom).Amount.Uint64(); has < m.AmountNel {
		return errorsmod.Wrapf(types.ErrBalance, "amount_nel: expected at most %d, got %d", has, m.AmountNel)
	}
	return nil
}

func (k Keeper) applyDeposit(ctx sdk.Context, m *types.MsgDeposit) error {
	treasury, uplink, err := k.treasuryOf(ctx, m.Treasury, m.Uplink)
	if err != nil {
		return err
	}
	escrow, err := stored.OrZero(ctx, k.Escrows, uplink)
	if err != nil {
		return err
	}
	return cmp.Or(k.Escrows.Set(ctx, uplink, escrow+m.AmountNel),
		k.bank.SendCoinsFromAccountToModule(ctx, treasury, types.ModuleName, coins(m.AmountNel)))
}

func (k Keeper) checkWithdraw(ctx sdk.Context, m *types.MsgWithdraw) error {
	treasury, uplink, err := k.treasuryOf(ctx, m.Treasury, m.Uplink)
	if err != nil {
		return err
	}
	if err := checkMove(m.AmountNel); err != nil {
		return err
	}
	if frozen, err := k.holders.IsFrozen(ctx, treasury); err != nil {
		return err
	} else if frozen {
		return errorsmod.Wrapf(types.ErrFrozen, "treasury: %s", m.Treasury)
	}
	owes, err := k.owes(ctx, uplink)
	if err != nil {
		return err
	}
	if owes.Sign() > 0 {
		return errorsmod.Wrapf(types.ErrOwes, "uplink: expected one that owes nothing, got %s nELECTRA", owes)
	}
	if err := k.checkNotStopped(ctx, uplink); err != nil {
		return err
	}
	credit, err := k.CreditNel(ctx, uplink)
	if err != nil {
		return err
	}
	escrow, err := stored.OrZero(ctx, k.Escrows, uplink)
	if err != nil {
		return err
	}
	if escrow < credit || m.AmountNel > escrow-credit {
		return errorsmod.Wrapf(types.ErrEscrow, "amount_nel: expected to leave %d of %d, got %d", credit, escrow, m.AmountNel)
	}
	return nil
}

// checkNotStopped: what a suspended community may come to owe is not known, and neither is it where an entry is missing.
func (k Keeper) checkNotStopped(ctx sdk.Context, uplink []byte) error {
	stopped, err := k.communities.IsStopped(ctx, uplink)
	if err == nil && !stopped {
		stopped, err = k.IsSuspended(ctx, uplink)
	}
	if err == nil && stopped {
		err = errorsmod.Wrap(types.ErrSuspended, "uplink: expected one whose community is not suspended, and of which no entry is missing")
	}
	return err
}

func (k Keeper) applyWithdraw(ctx sdk.Context, m *types.MsgWithdraw) error {
	treasury, uplink, err := k.treasuryOf(ctx, m.Treasury, m.Uplink)
	if err != nil {
		return err
	}
	escrow, err := k.Escrows.Get(ctx, uplink)
	if err != nil {
		return err
	}
	return cmp.Or(setOrRemove(ctx, k.Escrows, uplink, escrow-m.AmountNel),
		k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, treasury, coins(m.AmountNel)))
}

// owes is what an uplink has not paid, into all pools.
func (k Keeper) owes(ctx context.Context, uplink []byte) (*big.Int, error) {
	sum := new(big.Int)
	err := k.Debts.Walk(ctx, nil, func(key poolOf, left uint64) (bool, error) {
		if bytes.Equal(key.K2(), uplink) {
			sum.Add(sum, new(big.Int).SetUint64(left))
		}
		return false, nil
	})
	return sum, err
}

// CreditNel is what a withdrawal has to leave: what the uplink was registered with, or 18/7 of the largest debt of the last 52 periods,
// rounded up. So much may be owed before a suspension bites: for 18 days.
// An uplink that is retired, with all its days settled, can come to owe nothing any more: it takes everything with it.
func (k Keeper) CreditNel(ctx context.Context, uplink []byte) (uint64, error) {
	if over, err := k.isOver(ctx, uplink); err != nil || over {
		return 0, err
	}
	credit, err := k.communities.CreditNel(ctx, uplink)
	if err != nil {
		return 0, err
	}
	from, err := k.FirstDay.Get(ctx)
	if err != nil {
		return 0, err
	}
	next, err := k.NextDay.Get(ctx)
	if err != nil {
		return 0, err
	}
	largest := uint64(0)
	for n := uint32(1); n <= types.CreditPeriods && next >= from+n*types.PeriodDays; n++ {
		entry, err := stored.OrZero(ctx, k.Entries, collections.Join(next-n*types.PeriodDays, uplink))
		if err != nil {
			return 0, err
		}
		if entry.AmountNel > 0 {
			largest = max(largest, uint64(entry.AmountNel))
		}
	}
	return max(credit, largest/7*18+(largest%7*18+6)/7), nil
}

// isOver says whether an uplink has no day more, and every period with a bill of it has its entry in a pool.
func (k Keeper) isOver(ctx context.Context, uplink []byte) (bool, error) {
	meter, found, err := k.meters.Uplink(ctx, uplink)
	if err != nil || !found || meter.LastDay == 0 {
		return false, err
	}
	if next, err := k.NextDay.Get(ctx); err != nil || meter.LastDay >= next {
		return false, err
	}
	over := true
	err = k.Waiting.Walk(ctx, nil, func(fromDay uint32, _ bool) (bool, error) {
		_, billed, err := k.bills(ctx, fromDay, uplink)
		if err != nil || !billed {
			return err != nil, err
		}
		settled, err := k.Entries.Has(ctx, collections.Join(fromDay, uplink))
		if err != nil {
			return true, err
		}
		period, err := k.Periods.Get(ctx, fromDay)
		over = settled && period.ExecutedUnixS != 0
		return !over, err
	})
	return over, err
}

// IsSuspended says whether an uplink shares nothing for now: an entry of it is missing, or it has owed for too long.
func (k Keeper) IsSuspended(ctx sdk.Context, uplink []byte) (bool, error) {
	missing := false
	err := k.Missing.Walk(ctx, collections.NewPrefixedPairRange[[]byte, uint32](uplink), func(uplinkOf, bool) (bool, error) {
		missing = true
		return true, nil
	})
	if err != nil || missing {
		return missing, err
	}
	since, err := stored.OrZero(ctx, k.Owing, uplink)
	if err != nil || since == 0 {
		return false, err
	}
	unixS, _, err := k.meters.Now(ctx)
	return unixS-since >= types.SuspendedAfterS, err
}
