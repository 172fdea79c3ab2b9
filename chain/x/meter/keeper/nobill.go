package keeper

import (
	"bytes"
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"electra/internal/stored"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

// A member who has not received the opening of a day's bill says so in public; every verdict shows it until it is
// withdrawn. Without fees each message must use something up: a withdrawn NoBill can be opened again only when the
// operator has anchored a newer book of that day since.

func (k Keeper) checkNoBill(ctx context.Context, now moment, at enrolled, m *types.MsgNoBill) error {
	if err := checkMeterDay(at.meter, m.Day); err != nil {
		return err
	}
	if end := types.DayEnd(m.Day); end > now.unixS {
		return errorsmod.Wrapf(types.ErrDayNotOver, "day: %d ends at %d, chain time is %d", m.Day, end, now.unixS)
	}
	if err := k.checkService(ctx, at.meter, m.Day); err != nil {
		return err
	}
	key := collections.Join(m.Day, at.address)
	if open, err := k.NoBills.Has(ctx, key); err != nil {
		return err
	} else if open {
		return errorsmod.Wrapf(types.ErrNoBillOpen, "day: %d", m.Day)
	}
	seen, withdrawn, err := stored.Get(ctx, k.Withdrawn, key)
	if err != nil || !withdrawn {
		return err
	}
	last, err := k.lastVersion(ctx, m.Day)
	if err != nil {
		return err
	}
	if last <= seen {
		return errorsmod.Wrapf(types.ErrNoBillWithdrawn, "day: %d, book version %d", m.Day, seen)
	}
	return nil
}

func (k Keeper) applyNoBill(ctx context.Context, now moment, m *types.MsgNoBill) error {
	address, err := types.ParseAddress("meter", m.Meter)
	if err != nil {
		return err
	}
	key := collections.Join(m.Day, address)
	if err := k.Withdrawn.Remove(ctx, key); err != nil {
		return err
	}
	if err := k.NoBills.Set(ctx, key, types.NoBill{Meter: m.Meter, Day: m.Day, Height: now.height}); err != nil {
		return err
	}
	return k.log(ctx, types.LogEntry{Kind: types.LogNoBill, Day: m.Day, Meter: m.Meter})
}

func (k Keeper) checkWithdrawNoBill(ctx context.Context, _ moment, at enrolled, m *types.MsgWithdrawNoBill) error {
	if open, err := k.NoBills.Has(ctx, collections.Join(m.Day, at.address)); err != nil {
		return err
	} else if !open {
		return errorsmod.Wrapf(types.ErrNoBillNotOpen, "day: %d", m.Day)
	}
	return nil
}

func (k Keeper) applyWithdrawNoBill(ctx context.Context, _ moment, m *types.MsgWithdrawNoBill) error {
	address, err := types.ParseAddress("meter", m.Meter)
	if err != nil {
		return err
	}
	key := collections.Join(m.Day, address)
	if err := k.NoBills.Remove(ctx, key); err != nil {
		return err
	}
	last, err := k.lastVersion(ctx, m.Day)
	if err != nil {
		return err
	}
	if err := k.Withdrawn.Set(ctx, key, last); err != nil {
		return err
	}
	return k.log(ctx, types.LogEntry{Kind: types.LogNoBillWithdrawn, Day: m.Day, Meter: m.Meter})
}

// membersMeter looks up the meter and wants the signer to be its member.
func (k Keeper) membersMeter(ctx context.Context, member, meter string) (enrolled, error) {
	signer, err := types.ParseAddress("member", member)
	if err != nil {
		return enrolled{}, err
	}
	at, err := k.meter(ctx, "meter", meter)
	if err != nil {
		return enrolled{}, err
	}
	owner, err := types.ParseAddress("member", at.meter.Member)
	if err != nil {
		return enrolled{}, err
	}
	if !bytes.Equal(owner, signer) {
		return enrolled{}, errorsmod.Wrap(txerrors.ErrWrongSigner, "member: expected the member of the meter")
	}
	return at, nil
}
