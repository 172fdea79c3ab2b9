// Package keeper is the state machine of x/electra: money that is a claim on an issuer, who may hold it, and who may do what with it
// (docs/electra.md). Every message has a check, which reads, and an effect, which writes and cannot refuse; all doors ask both (app/ante).
package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"
	sdkmath "cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/x/electra/types"
)

type (
	// pair is a treasury and a member, or a role and a meter: raw bytes.
	pair   = collections.Pair[[]byte, []byte]
	dayOf  = collections.Pair[uint32, []byte]
	timeOf = collections.Pair[int64, uint64]
)

// Keeper holds the store's layout. Prefixes and key encodings are part of the protocol: light clients prove single keys.
type Keeper struct {
	bank        types.Bank
	meters      types.Meters
	communities types.Communities
	Schema      collections.Schema

	Roles        collections.Map[string, []byte]           // by name
	Accounts     collections.Map[[]byte, types.Account]    // by address
	MembersOf    collections.Map[[]byte, uint32]           // accounts that a treasury has registered
	Attestations collections.Map[int64, types.Attestation] // by as_of
	Minted       collections.Item[uint64]                  // ever
	Confirmed    collections.Item[uint64]                  // ever
	Redemptions  collections.Map[uint64, types.Redemption] // by number, from 1 on
	OpenOnes     collections.Map[uint64, []byte]           // number → holder
	OpenCount    collections.Map[[]byte, uint32]           // by holder
	Burnt        collections.Map[timeOf, uint64]           // (confirmed at, number) → amount, since the latest attestation's as_of
	Payments     collections.Map[[]byte, uint64]           // payment hash → number
	Frozen       collections.Map[[]byte, types.Frozen]     // by address
	Paused       collections.Item[bool]                    // or not there
	Payouts      collections.Map[pair, uint64]             // (treasury, member) → last counter
	Sends        collections.Map[dayOf, uint32]            // (day, account), of days that are not over
	RoleChanges  collections.Map[string, types.RoleChange] // by role
	RoleVotes    collections.Map[pair, types.RoleVote]     // (role, meter)
}

// NewKeeper lays out the store.
func NewKeeper(cdc codec.BinaryCodec, service store.KVStoreService, bank types.Bank, meters types.Meters,
	communities types.Communities) Keeper {
	sb := collections.NewSchemaBuilder(service)
	prefix := collections.NewPrefix[int]
	twoBytes := collections.PairKeyCodec(collections.BytesKey, collections.BytesKey)
	k := Keeper{
		bank: bank, meters: meters, communities: communities,

		Roles:     collections.NewMap(sb, prefix(0), "roles", collections.StringKey, collections.BytesValue),
		Accounts:  collections.NewMap(sb, prefix(1), "accounts", collections.BytesKey, codec.CollValue[types.Account](cdc)),
		MembersOf: collections.NewMap(sb, prefix(2), "members_of", collections.BytesKey, collections.Uint32Value),
		Attestations: collections.NewMap(sb, prefix(3), "attestations", collections.Int64Key,
			codec.CollValue[types.Attestation](cdc)),
		Minted:    collections.NewItem(sb, prefix(4), "minted", collections.Uint64Value),
		Confirmed: collections.NewItem(sb, prefix(5), "confirmed", collections.Uint64Value),
		Redemptions: collections.NewMap(sb, prefix(6), "redemptions", collections.Uint64Key,
			codec.CollValue[types.Redemption](cdc)),
		OpenOnes:  collections.NewMap(sb, prefix(7), "open", collections.Uint64Key, collections.BytesValue),
		OpenCount: collections.NewMap(sb, prefix(8), "open_count", collections.BytesKey, collections.Uint32Value),
		Burnt: collections.NewMap(sb, prefix(9), "burnt", collections.PairKeyCodec(collections.Int64Key, collections.Uint64Key),
			collections.Uint64Value),
		Payments: collections.NewMap(sb, prefix(10), "payments", collections.BytesKey, collections.Uint64Value),
		Frozen:   collections.NewMap(sb, prefix(11), "frozen", collections.BytesKey, codec.CollValue[types.Frozen](cdc)),
		Paused:   collections.NewItem(sb, prefix(12), "paused", collections.BoolValue),
		Payouts:  collections.NewMap(sb, prefix(13), "payouts", twoBytes, collections.Uint64Value),
		Sends: collections.NewMap(sb, prefix(14), "sends", collections.PairKeyCodec(collections.Uint32Key, collections.BytesKey),
			collections.Uint32Value),
		RoleChanges: collections.NewMap(sb, prefix(15), "role_changes", collections.StringKey, codec.CollValue[types.RoleChange](cdc)),
		RoleVotes:   collections.NewMap(sb, prefix(16), "role_votes", twoBytes, codec.CollValue[types.RoleVote](cdc)),
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

func (k Keeper) balance(ctx context.Context, address []byte) uint64 {
	return k.bank.GetBalance(ctx, address, types.Denom).Amount.Uint64()
}

func (k Keeper) supply(ctx context.Context) uint64 {
	return k.bank.GetSupply(ctx, types.Denom).Amount.Uint64()
}

func (k Keeper) isPaused(ctx context.Context) (bool, error) {
	return k.Paused.Has(ctx)
}
