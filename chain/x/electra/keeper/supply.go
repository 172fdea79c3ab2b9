package keeper

import (
	"bytes"
	"cmp"
	"context"
	"math"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/x/electra/types"
)

// What there is of ELECTRA, and what stands behind it. An attestation counts what lies at the bank at a time in the past, less what was
// confirmed by then and has not left; so whatever was confirmed from that time on may have left since, and is no longer behind anything.

func (k Keeper) checkAttestReserve(ctx sdk.Context, m *types.MsgAttestReserve) error {
	if err := hash("document_hash", m.DocumentHash); err != nil {
		return err
	}
	if m.AmountNel >= types.AmountEnd {
		return errorsmod.Wrapf(types.ErrAmount, "amount_nel: expected less than 2^62, got %d", m.AmountNel)
	}
	unixS, _, err := k.meters.Now(ctx)
	if err != nil {
		return err
	}
	latest, _, err := k.latestAttestation(ctx)
	if err != nil {
		return err
	}
	if m.AsOfUnixS <= latest.AsOfUnixS || m.AsOfUnixS > unixS {
		return errorsmod.Wrapf(types.ErrAttestationTime, "as_of_unix_s: expected after %d, at most chain time %d, got %d", latest.AsOfUnixS,
			unixS, m.AsOfUnixS)
	}
	return nil
}

func (k Keeper) applyAttestReserve(ctx sdk.Context, m *types.MsgAttestReserve) error {
	before := collections.NewPrefixUntilPairRange[int64, uint64](m.AsOfUnixS - 1)
	return cmp.Or(k.Burnt.Clear(ctx, before), k.Attestations.Set(ctx, m.AsOfUnixS, types.Attestation{AsOfUnixS: m.AsOfUnixS,
		AmountNel: m.AmountNel, DocumentHash: m.DocumentHash, Height: ctx.BlockHeight()}))
}

// latestAttestation is the zero value where there is none.
func (k Keeper) latestAttestation(ctx context.Context) (types.Attestation, bool, error) {
	latest, found, err := stored.First(ctx, k.Attestations, new(collections.Range[int64]).Descending())
	return latest.Value, found, err
}

// burntSince is what was confirmed at or after a time: the marks of what was before the latest attestation are gone.
func (k Keeper) burntSince(ctx context.Context, asOf int64) (sum uint64, err error) {
	err = k.Burnt.Walk(ctx, nil, func(key timeOf, amount uint64) (bool, error) {
		if key.K1() >= asOf {
			sum += amount
		}
		return false, nil
	})
	return sum, err
}

func (k Keeper) checkMint(ctx sdk.Context, m *types.MsgMint) error {
	if err := k.notPaused(ctx); err != nil {
		return err
	}
	if _, _, err := k.registered(ctx, "to", m.To); err != nil {
		return err
	}
	if err := steps(m.AmountNel, 1); err != nil {
		return err
	}
	unixS, _, err := k.meters.Now(ctx)
	if err != nil {
		return err
	}
	latest, found, err := k.latestAttestation(ctx)
	if err != nil {
		return err
	}
	if !found || unixS-latest.AsOfUnixS > types.AttestationMaxAgeS {
		return errorsmod.Wrapf(types.ErrAttestationAge, "expected one as of %d or later", unixS-types.AttestationMaxAgeS)
	}
	burnt, err := k.burntSince(ctx, latest.AsOfUnixS)
	if err != nil {
		return err
	}
	if minted, err := k.Minted.Get(ctx); err != nil {
		return err
	} else if m.AmountNel > math.MaxUint64-minted {
		return errorsmod.Wrapf(types.ErrAmount, "amount_nel: expected at most %d, what is minted in all is counted in 64 bits, got %d",
			math.MaxUint64-minted, m.AmountNel)
	}
	if used := k.supply(ctx) + burnt; used > latest.AmountNel || m.AmountNel > latest.AmountNel-used {
		return errorsmod.Wrapf(types.ErrUnbacked, "amount_nel: expected at most the attested %d less supply %d and %d confirmed since, got %d",
			latest.AmountNel, k.supply(ctx), burnt, m.AmountNel)
	}
	return nil
}

func (k Keeper) applyMint(ctx sdk.Context, m *types.MsgMint) error {
	to, _, err := k.registered(ctx, "to", m.To)
	if err != nil {
		return err
	}
	minted, err := k.Minted.Get(ctx)
	if err != nil {
		return err
	}
	return cmp.Or(k.Minted.Set(ctx, minted+m.AmountNel), k.bank.MintCoins(ctx, types.ModuleName, coins(m.AmountNel)),
		k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, to, coins(m.AmountNel)))
}

// checkRedeem holds while paused: at par, at any time.
func (k Keeper) checkRedeem(ctx sdk.Context, m *types.MsgRedeem) error {
	holder, _, err := k.mover(ctx, "holder", m.Holder)
	if err != nil {
		return err
	}
	if err := steps(m.AmountNel, types.RedeemStepNel); err != nil {
		return err
	}
	if n := len(m.Reference); n == 0 || n > types.MaxReferenceBytes || !isPrintable(m.Reference) {
		return errorsmod.Wrapf(types.ErrReference, "reference: expected 1 to %d printable ASCII characters", types.MaxReferenceBytes)
	}
	open, err := stored.OrZero(ctx, k.OpenCount, holder)
	if err != nil {
		return err
	}
	if open >= types.MaxOpenRedemptions {
		return errorsmod.Wrapf(types.ErrOpen, "holder: expected fewer than %d open redemptions", types.MaxOpenRedemptions)
	}
	return k.has(ctx, holder, m.AmountNel)
}

func isPrintable(text string) bool {
	return !bytes.ContainsFunc([]byte(text), func(r rune) bool { return r < ' ' || r > '~' })
}

// applyRedeem locks the amount: it is nobody's to send until the issuer has paid, or refused.
func (k Keeper) applyRedeem(ctx sdk.Context, m *types.MsgRedeem) error {
	holder, _, err := k.registered(ctx, "holder", m.Holder)
	if err != nil {
		return err
	}
	unixS, _, err := k.meters.Now(ctx)
	if err != nil {
		return err
	}
	last, err := stored.LastKey(ctx, k.Redemptions)
	if err != nil {
		return err
	}
	open, err := stored.OrZero(ctx, k.OpenCount, holder)
	if err != nil {
		return err
	}
	id := last + 1
	return cmp.Or(k.Redemptions.Set(ctx, id, types.Redemption{Id: id, Holder: m.Holder, AmountNel: m.AmountNel, Reference: m.Reference,
		UnixS: unixS, State: types.Open}), k.OpenOnes.Set(ctx, id, holder), k.OpenCount.Set(ctx, holder, open+1),
		k.bank.SendCoinsFromAccountToModule(ctx, holder, types.ModuleName, coins(m.AmountNel)))
}

func (k Keeper) checkOpen(ctx context.Context, id uint64) error {
	open, err := k.OpenOnes.Has(ctx, id)
	if err != nil {
		return err
	}
	if !open {
		return errorsmod.Wrapf(types.ErrNoRedemption, "id: expected an open redemption's, got %d", id)
	}
	return nil
}

func (k Keeper) checkConfirmRedemption(ctx sdk.Context, m *types.MsgConfirmRedemption) error {
	if err := k.checkOpen(ctx, m.Id); err != nil {
		return err
	}
	if err := hash("payment_hash", m.PaymentHash); err != nil {
		return err
	}
	other, used, err := stored.Get(ctx, k.Payments, m.PaymentHash)
	if err != nil {
		return err
	}
	if used {
		return errorsmod.Wrapf(types.ErrPaymentUsed, "payment_hash: expected another one than that of redemption %d", other)
	}
	return nil
}

func (k Keeper) applyConfirmRedemption(ctx sdk.Context, m *types.MsgConfirmRedemption) error {
	closed, _, err := k.close(ctx, m.Id, types.Confirmed)
	if err != nil {
		return err
	}
	closed.PaymentHash = m.PaymentHash
	confirmed, err := k.Confirmed.Get(ctx)
	if err != nil {
		return err
	}
	return cmp.Or(k.Redemptions.Set(ctx, m.Id, closed), k.Payments.Set(ctx, m.PaymentHash, m.Id),
		k.Confirmed.Set(ctx, confirmed+closed.AmountNel),
		k.Burnt.Set(ctx, collections.Join(closed.ClosedUnixS, m.Id), closed.AmountNel),
		k.bank.BurnCoins(ctx, types.ModuleName, coins(closed.AmountNel)))
}

func (k Keeper) checkRejectRedemption(ctx sdk.Context, m *types.MsgRejectRedemption) error {
	if err := k.checkOpen(ctx, m.Id); err != nil {
		return err
	}
	if m.Reason != types.WrongReference && m.Reason != types.LegalOrder {
		return errorsmod.Wrapf(types.ErrReason, "reason: expected %s or %s, got %q", types.WrongReference, types.LegalOrder, m.Reason)
	}
	return nil
}

func (k Keeper) applyRejectRedemption(ctx sdk.Context, m *types.MsgRejectRedemption) error {
	closed, holder, err := k.close(ctx, m.Id, types.Rejected)
	if err != nil {
		return err
	}
	closed.Reason = m.Reason
	return cmp.Or(k.Redemptions.Set(ctx, m.Id, closed),
		k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, holder, coins(closed.AmountNel)))
}

// close takes a redemption out of the open ones, and gives it as it will be kept.
func (k Keeper) close(ctx sdk.Context, id uint64, state string) (types.Redemption, []byte, error) {
	r, err := k.Redemptions.Get(ctx, id)
	if err != nil {
		return r, nil, err
	}
	holder, err := k.OpenOnes.Get(ctx, id)
	if err != nil {
		return r, nil, err
	}
	if r.ClosedUnixS, _, err = k.meters.Now(ctx); err != nil {
		return r, nil, err
	}
	r.State = state
	open, err := k.OpenCount.Get(ctx, holder)
	if err != nil {
		return r, nil, err
	}
	count := k.OpenCount.Set(ctx, holder, open-1)
	if open == 1 {
		count = k.OpenCount.Remove(ctx, holder)
	}
	return r, holder, cmp.Or(count, k.OpenOnes.Remove(ctx, id))
}
