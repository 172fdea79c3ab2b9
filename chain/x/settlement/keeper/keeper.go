// Package keeper is the state machine of x/settlement: what communities owe each other for seven days, proven from their bills, and how it
// is paid (docs/main-chain.md). The rule of payment is x/settlement/pools; here it is given a store. Every message has a check, which
// reads, and an effect, which writes and cannot refuse; all doors ask both (app/ante).
package keeper

import (
	"context"
	"math/big"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"
	sdkmath "cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/x/settlement/pools"
	"electra/x/settlement/types"
)

type (
	// periodOf is the first day of a period and an uplink, poolOf a pool's number and an uplink.
	periodOf = collections.Pair[uint32, []byte]
	poolOf   = collections.Pair[uint64, []byte]
	uplinkOf = collections.Pair[[]byte, uint32]
)

// Keeper holds the store's layout. Prefixes and key encodings are part of the protocol: light clients prove single keys.
type Keeper struct {
	bank        types.Bank
	holders     types.Holders
	communities types.Communities
	meters      types.Meters
	Schema      collections.Schema

	FirstDay collections.Item[uint32]               // of the first period
	NextDay  collections.Item[uint32]               // of the next period that is not ready
	Fund     collections.Item[uint64]               // fees and rounding
	Escrows  collections.Map[[]byte, uint64]        // by uplink
	Periods  collections.Map[uint32, types.Period]  // by first day
	Waiting  collections.Map[uint32, bool]          // periods of which an entry is still to come
	Entries  collections.Map[periodOf, types.Entry] // once each
	Pools    collections.Map[uint64, types.Pool]    // by number, from 1 on
	Claims   collections.Map[poolOf, uint64]        // of pools
	Debts    collections.Map[poolOf, uint64]        // what is left of each; paid ones are gone
	Owing    collections.Map[[]byte, int64]         // uplink → since when it has debts
	Missing  collections.Map[uplinkOf, bool]        // entries that did not come in time
}

// NewKeeper lays out the store.
func NewKeeper(cdc codec.BinaryCodec, service store.KVStoreService, bank types.Bank, holders types.Holders,
	communities types.Communities, meters types.Meters) Keeper {
	sb := collections.NewSchemaBuilder(service)
	prefix := collections.NewPrefix[int]
	perPeriod := collections.PairKeyCodec(collections.Uint32Key, collections.BytesKey)
	perPool := collections.PairKeyCodec(collections.Uint64Key, collections.BytesKey)
	k := Keeper{
		bank: bank, holders: holders, communities: communities, meters: meters,

		FirstDay: collections.NewItem(sb, prefix(0), "first_day", collections.Uint32Value),
		NextDay:  collections.NewItem(sb, prefix(1), "next_day", collections.Uint32Value),
		Fund:     collections.NewItem(sb, prefix(2), "fund", collections.Uint64Value),
		Escrows:  collections.NewMap(sb, prefix(3), "escrows", collections.BytesKey, collections.Uint64Value),
		Periods:  collections.NewMap(sb, prefix(4), "periods", collections.Uint32Key, codec.CollValue[types.Period](cdc)),
		Entries:  collections.NewMap(sb, prefix(5), "entries", perPeriod, codec.CollValue[types.Entry](cdc)),
		Pools:    collections.NewMap(sb, prefix(6), "pools", collections.Uint64Key, codec.CollValue[types.Pool](cdc)),
		Claims:   collections.NewMap(sb, prefix(7), "claims", perPool, collections.Uint64Value),
		Debts:    collections.NewMap(sb, prefix(8), "debts", perPool, collections.Uint64Value),
		Owing:    collections.NewMap(sb, prefix(9), "owing", collections.BytesKey, collections.Int64Value),
		Missing: collections.NewMap(sb, prefix(10), "missing", collections.PairKeyCodec(collections.BytesKey, collections.Uint32Key),
			collections.BoolValue),
		Waiting: collections.NewMap(sb, prefix(11), "waiting", collections.Uint32Key, collections.BoolValue),
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err) // a layout that contradicts itself: a programming error, found by any test
	}
	k.Schema = schema
	return k
}

func coins(amountNel uint64) sdk.Coins {
	return sdk.NewCoins(sdk.NewCoin(types.Denom, sdkmath.NewIntFromUint64(amountNel)))
}

// setOrRemove keeps no zeros.
func setOrRemove[K any](ctx context.Context, m collections.Map[K, uint64], key K, amount uint64) error {
	if amount == 0 {
		return m.Remove(ctx, key)
	}
	return m.Set(ctx, key, amount)
}

// books is the store as a pass over pools sees it. Parties are raw addresses.
type books struct {
	Keeper
	ctx context.Context
}

func (b books) Unpaid() (all []pools.Debt, err error) {
	err = b.Debts.Walk(b.ctx, nil, func(key poolOf, left uint64) (bool, error) {
		all = append(all, pools.Debt{Pool: key.K1(), Party: string(key.K2()), LeftNel: left})
		return false, nil
	})
	return all, err
}

func (b books) SetLeft(pool uint64, party string, leftNel uint64) error {
	return setOrRemove(b.ctx, b.Debts, collections.Join(pool, []byte(party)), leftNel)
}

func (b books) Pool(pool uint64) (pools.Pool, error) {
	kept, err := b.Pools.Get(b.ctx, pool)
	if err != nil {
		return pools.Pool{}, err
	}
	return poolOfState(kept)
}

// poolOfState reads the sums of a pool.
func poolOfState(kept types.Pool) (pools.Pool, error) {
	claims, err := types.ParseSum("claims_nel", kept.ClaimsNel)
	if err != nil {
		return pools.Pool{}, err
	}
	paid, err := types.ParseSum("paid_nel", kept.PaidNel)
	return pools.Pool{ClaimsNel: claims, PaidNel: paid}, err
}

func (b books) SetPaid(pool uint64, paidNel *big.Int) error {
	kept, err := b.Pools.Get(b.ctx, pool)
	if err != nil {
		return err
	}
	kept.PaidNel = paidNel.String()
	return b.Keeper.Pools.Set(b.ctx, pool, kept)
}

func (b books) Claims(pool uint64) (all []pools.Claim, err error) {
	err = b.Keeper.Claims.Walk(b.ctx, collections.NewPrefixedPairRange[uint64, []byte](pool), func(key poolOf, amount uint64) (bool, error) {
		all = append(all, pools.Claim{Party: string(key.K2()), AmountNel: amount})
		return false, nil
	})
	return all, err
}

func (b books) Escrow(party string) (uint64, error) {
	return stored.OrZero(b.ctx, b.Escrows, []byte(party))
}

func (b books) SetEscrow(party string, amountNel uint64) error {
	return setOrRemove(b.ctx, b.Escrows, []byte(party), amountNel)
}

func (b books) AddToFund(amountNel uint64) error {
	fund, err := b.Fund.Get(b.ctx)
	if err != nil {
		return err
	}
	return b.Fund.Set(b.ctx, fund+amountNel)
}
