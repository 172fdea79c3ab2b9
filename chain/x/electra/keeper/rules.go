package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/rules"
	"electra/internal/stored"
	"electra/internal/txerrors"
	"electra/x/electra/types"
	metertypes "electra/x/meter/types"
)

// messages is the one list of what may be sent, in the order of the proto service.
var messages = rules.Table[Keeper]{
	byRole(types.RoleAttestor, Keeper.checkAttestReserve, Keeper.applyAttestReserve),
	byRole(types.RoleIssuer, Keeper.checkMint, Keeper.applyMint),
	rules.Of("holder", Keeper.checkRedeem, Keeper.applyRedeem),
	byRole(types.RoleIssuer, Keeper.checkConfirmRedemption, Keeper.applyConfirmRedemption),
	byRole(types.RoleIssuer, Keeper.checkRejectRedemption, Keeper.applyRejectRedemption),
	rules.Of("registrar", Keeper.checkRegisterAccount, Keeper.applyRegisterAccount),
	rules.Of("treasury", Keeper.checkPayMember, Keeper.applyPayMember),
	byRole(types.RoleGuardian, Keeper.checkFreeze, Keeper.applyFreeze),
	byRole(types.RoleGuardian, Keeper.checkUnfreeze, Keeper.applyUnfreeze),
	byRole(types.RoleGuardian, Keeper.checkPause, Keeper.applyPause),
	byRole(types.RoleGuardian, Keeper.checkUnpause, Keeper.applyUnpause),
	rules.Of("holder", Keeper.checkRotateRole, Keeper.applyRotateRole),
	byRole(types.RoleGuardian, Keeper.checkCancelRotation, Keeper.applyCancelRotation),
	rules.Of("meter", Keeper.checkReplaceRole, Keeper.applyReplaceRole),
}

type (
	fromAttestor interface{ GetAttestor() string }
	fromIssuer   interface{ GetIssuer() string }
	fromGuardian interface{ GetGuardian() string }
)

// signerOf is the address in the field that a role's message names its signer by.
func signerOf(msg sdk.Msg) string {
	switch m := msg.(type) {
	case fromAttestor:
		return m.GetAttestor()
	case fromIssuer:
		return m.GetIssuer()
	case fromGuardian:
		return m.GetGuardian()
	}
	return ""
}

// byRole makes a message that only the holder of a role sends.
func byRole[M sdk.Msg](role string, check, apply rules.Step[Keeper, M]) rules.Message[Keeper] {
	return rules.Of(role, func(k Keeper, ctx sdk.Context, m M) error {
		if err := k.checkHolder(ctx, role, role, signerOf(m)); err != nil {
			return err
		}
		return check(k, ctx, m)
	}, apply)
}

// checkHolder wants an address to have a role.
func (k Keeper) checkHolder(ctx context.Context, role, field, text string) error {
	address, err := metertypes.ParseAddress(field, text)
	if err != nil {
		return err
	}
	holder, err := k.Roles.Get(ctx, role)
	if err != nil {
		return err
	}
	if !bytes.Equal(holder, address) {
		return errorsmod.Wrapf(txerrors.ErrWrongSigner, "%s: expected the %s", field, role)
	}
	return nil
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

// IsParty says who may send any message of this module: holders, the roles, the operator, meters with power, who vote.
func (k Keeper) IsParty(ctx context.Context, address []byte) (bool, error) {
	if held, err := k.IsHolder(ctx, address); err != nil || held {
		return held, err
	}
	for _, role := range types.Roles {
		holder, err := k.Roles.Get(ctx, role)
		if err != nil {
			return false, err
		}
		if bytes.Equal(holder, address) {
			return true, nil
		}
	}
	if operator, err := k.meters.IsOperator(ctx, address); err != nil || operator {
		return operator, err
	}
	return k.meters.HasPower(ctx, address)
}

// IsHolder says whether an address is registered: only then it holds ELECTRA.
func (k Keeper) IsHolder(ctx context.Context, address []byte) (bool, error) {
	return k.Accounts.Has(ctx, address)
}

// registered wants an address to be a registered account.
func (k Keeper) registered(ctx context.Context, field, text string) ([]byte, types.Account, error) {
	address, err := metertypes.ParseAddress(field, text)
	if err != nil {
		return nil, types.Account{}, err
	}
	account, found, err := stored.Get(ctx, k.Accounts, address)
	if err != nil {
		return nil, account, err
	}
	if !found {
		return nil, account, errorsmod.Wrapf(types.ErrNotRegistered, "%s: %s", field, text)
	}
	return address, account, nil
}

// mover wants an account that may move what it has: registered, and not frozen.
func (k Keeper) mover(ctx context.Context, field, text string) ([]byte, types.Account, error) {
	address, account, err := k.registered(ctx, field, text)
	if err != nil {
		return nil, account, err
	}
	frozen, err := k.IsFrozen(ctx, address)
	if err != nil {
		return nil, account, err
	}
	if frozen {
		return nil, account, errorsmod.Wrapf(types.ErrFrozen, "%s: %s", field, text)
	}
	return address, account, nil
}

// IsFrozen says whether the guardian has frozen an account: settlement asks before a withdrawal.
func (k Keeper) IsFrozen(ctx context.Context, address []byte) (bool, error) {
	return k.Frozen.Has(ctx, address)
}

func (k Keeper) notPaused(ctx context.Context) error {
	paused, err := k.isPaused(ctx)
	if err != nil {
		return err
	}
	if paused {
		return errorsmod.Wrap(types.ErrPaused, "the guardian has paused this")
	}
	return nil
}

// has wants an amount to be there.
func (k Keeper) has(ctx context.Context, address []byte, amountNel uint64) error {
	if balance := k.balance(ctx, address); balance < amountNel {
		return errorsmod.Wrapf(types.ErrBalance, "amount_nel: expected at most %d, got %d", balance, amountNel)
	}
	return nil
}

// steps wants an amount in steps of so many, below the bound of all amounts.
func steps(amountNel, step uint64) error {
	if amountNel == 0 || amountNel%step != 0 || amountNel >= types.AmountEnd {
		return errorsmod.Wrapf(types.ErrAmount, "amount_nel: expected a multiple of %d from %d on, below 2^62, got %d", step, step, amountNel)
	}
	return nil
}

func hash(field string, raw []byte) error {
	if len(raw) != types.HashBytes {
		return errorsmod.Wrapf(types.ErrHash, "%s: expected %d bytes, got %d", field, types.HashBytes, len(raw))
	}
	return nil
}
