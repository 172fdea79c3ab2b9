package keeper

import (
	"cmp"
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/internal/txerrors"
	"electra/x/electra/types"
	metertypes "electra/x/meter/types"
)

// Who may hold ELECTRA, and what moves between holders.

func (k Keeper) checkRegisterAccount(ctx sdk.Context, m *types.MsgRegisterAccount) error {
	if err := k.notPaused(ctx); err != nil {
		return err
	}
	registrar, err := metertypes.ParseAddress("registrar", m.Registrar)
	if err != nil {
		return err
	}
	address, err := metertypes.ParseAddress("address", m.Address)
	if err != nil {
		return err
	}
	if m.Kind != types.KindTreasury && m.Kind != types.KindMember && m.Kind != types.KindOther {
		return errorsmod.Wrapf(types.ErrKind, "kind: expected treasury, member or other, got %q", m.Kind)
	}
	if operator, err := k.meters.IsOperator(ctx, registrar); err != nil {
		return err
	} else if !operator {
		if err := k.checkTreasurys(ctx, registrar, m.Kind); err != nil {
			return err
		}
	}
	if known, err := k.Accounts.Has(ctx, address); err != nil {
		return err
	} else if known || k.bank.BlockedAddr(address) {
		return errorsmod.Wrapf(types.ErrRegistered, "address: expected one that is neither registered nor a module's, got %s", m.Address)
	}
	return nil
}

// checkTreasurys: a treasury registers its community's members, and no more than they may need.
func (k Keeper) checkTreasurys(ctx context.Context, registrar []byte, kind string) error {
	account, found, err := stored.Get(ctx, k.Accounts, registrar)
	if err != nil {
		return err
	}
	if !found || account.Kind != types.KindTreasury {
		return errorsmod.Wrap(txerrors.ErrWrongSigner, "registrar: expected the operator or a treasury")
	}
	if kind != types.KindMember {
		return errorsmod.Wrapf(types.ErrKind, "kind: expected member from a treasury, got %q", kind)
	}
	members, err := k.communities.MembersOf(ctx, registrar)
	if err != nil {
		return err
	}
	has, err := stored.OrZero(ctx, k.MembersOf, registrar)
	if err != nil {
		return err
	}
	if most := uint64(members) * types.AccountsPerMember; uint64(has) >= most {
		return errorsmod.Wrapf(types.ErrMembers, "registrar: expected at most %d accounts of its %d members", most, members)
	}
	return nil
}

func (k Keeper) applyRegisterAccount(ctx sdk.Context, m *types.MsgRegisterAccount) error {
	address, err := metertypes.ParseAddress("address", m.Address)
	if err != nil {
		return err
	}
	registrar, err := metertypes.ParseAddress("registrar", m.Registrar)
	if err != nil {
		return err
	}
	k.meters.EnsureAccount(ctx, address)
	if err := k.Accounts.Set(ctx, address, types.Account{Address: m.Address, Kind: m.Kind, Registrar: m.Registrar,
		Height: ctx.BlockHeight()}); err != nil {
		return err
	}
	if operator, err := k.meters.IsOperator(ctx, registrar); err != nil || operator {
		return err
	}
	return k.countMember(ctx, registrar)
}

func (k Keeper) countMember(ctx context.Context, treasury []byte) error {
	has, err := stored.OrZero(ctx, k.MembersOf, treasury)
	if err != nil {
		return err
	}
	return k.MembersOf.Set(ctx, treasury, has+1)
}

// CheckSend holds the rules of a MsgSend: coin and balance are the bank's to look at.
func (k Keeper) CheckSend(ctx sdk.Context, from, to []byte, amount sdk.Coin) error {
	if err := k.notPaused(ctx); err != nil {
		return err
	}
	for _, end := range []struct {
		field   string
		address []byte
	}{{"from_address", from}, {"to_address", to}} {
		if held, err := k.IsHolder(ctx, end.address); err != nil {
			return err
		} else if !held {
			return errorsmod.Wrapf(types.ErrNotRegistered, "%s: %s", end.field, sdk.AccAddress(end.address))
		}
	}
	if frozen, err := k.IsFrozen(ctx, from); err != nil {
		return err
	} else if frozen {
		return errorsmod.Wrapf(types.ErrFrozen, "from_address: %s", sdk.AccAddress(from))
	}
	if !amount.Amount.IsUint64() || amount.Amount.Uint64() < types.MinSendNel {
		return errorsmod.Wrapf(types.ErrAmount, "amount: expected %d %s or more, got %s", types.MinSendNel, types.Denom, amount)
	}
	_, today, err := k.meters.Now(ctx)
	if err != nil {
		return err
	}
	sent, err := stored.OrZero(ctx, k.Sends, collections.Join(today, from))
	if err != nil {
		return err
	}
	if sent >= types.MaxSendsADay {
		return errorsmod.Wrapf(types.ErrSends, "from_address: expected at most %d on day %d", types.MaxSendsADay, today)
	}
	return nil
}

// NoteSend counts a MsgSend.
func (k Keeper) NoteSend(ctx sdk.Context, from, _ []byte, _ sdk.Coin) error {
	_, today, err := k.meters.Now(ctx)
	if err != nil {
		return err
	}
	key := collections.Join(today, from)
	sent, err := stored.OrZero(ctx, k.Sends, key)
	if err != nil {
		return err
	}
	return k.Sends.Set(ctx, key, sent+1)
}

// OnlyHolders stands below whatever moves coins, messages or not: only registered accounts and purses of modules have ELECTRA.
func (k Keeper) OnlyHolders(ctx context.Context, from, to sdk.AccAddress, _ sdk.Coins) (sdk.AccAddress, error) {
	for _, end := range []sdk.AccAddress{from, to} {
		held, err := k.IsHolder(ctx, end)
		if err != nil {
			return nil, err
		}
		if !held && !k.bank.BlockedAddr(end) {
			return nil, errorsmod.Wrapf(types.ErrNotRegistered, "%s", end)
		}
	}
	return to, nil
}

func (k Keeper) checkPayMember(ctx sdk.Context, m *types.MsgPayMember) error {
	if err := k.notPaused(ctx); err != nil {
		return err
	}
	treasury, account, err := k.mover(ctx, "treasury", m.Treasury)
	if err != nil {
		return err
	}
	if account.Kind != types.KindTreasury {
		return errorsmod.Wrap(types.ErrKind, "treasury: expected an account of kind treasury")
	}
	member, of, err := k.registered(ctx, "member", m.Member)
	if err != nil {
		return err
	}
	if of.Kind != types.KindMember {
		return errorsmod.Wrap(types.ErrKind, "member: expected an account of kind member")
	}
	last, err := stored.OrZero(ctx, k.Payouts, collections.Join(treasury, member))
	if err != nil {
		return err
	}
	if m.Counter != last+1 {
		return errorsmod.Wrapf(types.ErrCounter, "counter: expected %d, got %d", last+1, m.Counter)
	}
	if err := steps(m.AmountNel, types.PayoutStepNel); err != nil {
		return err
	}
	return k.has(ctx, treasury, m.AmountNel)
}

func (k Keeper) applyPayMember(ctx sdk.Context, m *types.MsgPayMember) error {
	treasury, err := metertypes.ParseAddress("treasury", m.Treasury)
	if err != nil {
		return err
	}
	member, err := metertypes.ParseAddress("member", m.Member)
	if err != nil {
		return err
	}
	return cmp.Or(k.Payouts.Set(ctx, collections.Join(treasury, member), m.Counter),
		k.bank.SendCoins(ctx, treasury, member, coins(m.AmountNel)))
}
