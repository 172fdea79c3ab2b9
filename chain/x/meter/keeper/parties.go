package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

// Who may sign at all: the operator, the meters and their members. Everybody else is a stranger, refused before a
// signature is looked at.

// IsParty says whether an address belongs to the community.
func (k Keeper) IsParty(ctx context.Context, address []byte) (bool, error) {
	operator, err := k.Operator.Get(ctx)
	if err != nil {
		return false, err
	}
	if bytes.Equal(operator, address) {
		return true, nil
	}
	if ok, err := k.Meters.Has(ctx, address); err != nil || ok {
		return ok, err
	}
	return k.Members.Has(ctx, address)
}

// checkOperator wants the message's operator field to be the chain's operator.
func (k Keeper) checkOperator(ctx context.Context, text string) error {
	address, err := types.ParseAddress("operator", text)
	if err != nil {
		return err
	}
	operator, err := k.Operator.Get(ctx)
	if err != nil {
		return err
	}
	if !bytes.Equal(operator, address) {
		return errorsmod.Wrap(txerrors.ErrWrongSigner, "operator: expected the operator of this chain")
	}
	return nil
}

// meter looks up an enrolled meter named in a message.
func (k Keeper) meter(ctx context.Context, field, text string) (enrolled, error) {
	address, err := types.ParseAddress(field, text)
	if err != nil {
		return enrolled{}, err
	}
	meter, found, err := stored.Get(ctx, k.Meters, address)
	if err != nil {
		return enrolled{}, err
	}
	if !found {
		return enrolled{}, errorsmod.Wrapf(types.ErrMeterUnknown, "%s: %s", field, text)
	}
	return enrolled{address, meter}, nil
}

// signingMeter is meter, for the signer itself: whoever is not enrolled is the wrong signer.
func (k Keeper) signingMeter(ctx context.Context, text string) (enrolled, error) {
	at, err := k.meter(ctx, "meter", text)
	if errorsmod.IsOf(err, types.ErrMeterUnknown) {
		err = errorsmod.Wrap(txerrors.ErrWrongSigner, "meter: expected an enrolled meter")
	}
	return at, err
}

// EnsureAccount lets an address sign: SetPubKeyDecorator learns its public key from its first transaction. Nobody signs for a module: with
// a plain account in the place of its own the bank would move nothing to it any more.
func (k Keeper) EnsureAccount(ctx context.Context, address []byte) {
	if !k.accounts.HasAccount(ctx, address) && !k.isModules(address) {
		k.accounts.SetAccount(ctx, k.accounts.NewAccountWithAddress(ctx, sdk.AccAddress(address)))
	}
}

func (k Keeper) isModules(address []byte) bool {
	for _, purse := range k.accounts.GetModulePermissions() {
		if bytes.Equal(purse.GetAddress(), address) {
			return true
		}
	}
	return false
}

// checkMeterDay wants firstDay <= day <= lastDay; it holds after retirement too, for the days before it.
func checkMeterDay(meter types.Meter, day uint32) error {
	if day > types.MaxDay {
		return errorsmod.Wrapf(types.ErrDayRange, "day: expected at most %d, got %d", uint32(types.MaxDay), day)
	}
	if day < meter.FirstDay {
		return errorsmod.Wrapf(types.ErrBeforeFirstDay, "day: expected at least %d, got %d", meter.FirstDay, day)
	}
	if meter.LastDay != 0 && day > meter.LastDay {
		return errorsmod.Wrapf(types.ErrAfterLastDay, "day: expected at most %d, got %d", meter.LastDay, day)
	}
	return nil
}
