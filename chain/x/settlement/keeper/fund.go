package keeper

import (
	"cmp"
	"context"
	"math/big"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/txerrors"
	"electra/x/settlement/types"
)

// Fees and rounding are the operator's to take, and nothing else of the fund.

func (k Keeper) checkWithdrawFund(ctx sdk.Context, m *types.MsgWithdrawFund) error {
	operator, err := k.holder(ctx, "operator", m.Operator)
	if err != nil {
		return err
	}
	if is, err := k.meters.IsOperator(ctx, operator); err != nil {
		return err
	} else if !is {
		return errorsmod.Wrap(txerrors.ErrWrongSigner, "operator: expected the operator of this chain")
	}
	if err := checkMove(m.AmountNel); err != nil {
		return err
	}
	if frozen, err := k.holders.IsFrozen(ctx, operator); err != nil {
		return err
	} else if frozen {
		return errorsmod.Wrapf(types.ErrFrozen, "operator: %s", m.Operator)
	}
	fund, err := k.Fund.Get(ctx)
	if err != nil {
		return err
	}
	contested, err := k.contested(ctx)
	if err != nil {
		return err
	}
	if free := new(big.Int).Sub(new(big.Int).SetUint64(fund), contested); free.Cmp(new(big.Int).SetUint64(m.AmountNel)) < 0 {
		return errorsmod.Wrapf(types.ErrEscrow, "amount_nel: expected to leave %s of %d, of weeks with entries missing or late, got %d",
			contested, fund, m.AmountNel)
	}
	return nil
}

// contested is what came into the fund of weeks of which an entry is missing, or came too late: it is no fee, but what somebody was to be
// given. Who sends entries is the exchange's to choose, so its operator may not gain by one that it withholds.
func (k Keeper) contested(ctx context.Context) (*big.Int, error) {
	missing := map[uint32]bool{}
	err := k.Missing.Walk(ctx, nil, func(key uplinkOf, _ bool) (bool, error) {
		missing[key.K2()] = true
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	sum := new(big.Int)
	err = k.Pools.Walk(ctx, nil, func(number uint64, kept types.Pool) (bool, error) {
		pool, err := poolOfState(kept)
		if err != nil || pool.OfFund().Sign() == 0 {
			return err != nil, err
		}
		whole := !missing[kept.FromDay]
		if whole {
			whole, err = k.isWhole(ctx, number, kept.FromDay)
		}
		if err == nil && !whole {
			sum.Add(sum, pool.OfFund())
		}
		return err != nil, err
	})
	return sum, err
}

// isWhole says whether a pool has all entries of its week.
func (k Keeper) isWhole(ctx context.Context, number uint64, fromDay uint32) (bool, error) {
	whole := true
	err := k.Entries.Walk(ctx, collections.NewPrefixedPairRange[uint32, []byte](fromDay), func(_ periodOf, e types.Entry) (bool, error) {
		whole = e.Pool == number || e.AmountNel == 0
		return !whole, nil
	})
	return whole, err
}

func (k Keeper) applyWithdrawFund(ctx sdk.Context, m *types.MsgWithdrawFund) error {
	operator, err := k.holder(ctx, "operator", m.Operator)
	if err != nil {
		return err
	}
	fund, err := k.Fund.Get(ctx)
	if err != nil {
		return err
	}
	return cmp.Or(k.Fund.Set(ctx, fund-m.AmountNel),
		k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, operator, coins(m.AmountNel)))
}
