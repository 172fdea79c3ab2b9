// Package keeper is the register of communities on the main chain: which chain stands behind an uplink, which headers of it were accepted,
// and what its state says of a day. Messages have rules and effects as those of x/meter have; whatever somebody else than the community
// decides waits, and more than a third of the power can say no.
package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"

	"electra/internal/stored"
	"electra/x/register/types"
)

// uplinkHeight is the key of a kept header: the uplink's 20 address bytes, then the height.
type uplinkHeight = collections.Pair[[]byte, uint64]

// uplinkMeter is the key of a vote about an uplink.
type uplinkMeter = collections.Pair[[]byte, []byte]

// Keeper holds the store's layout. The prefixes are part of the protocol: light clients prove single keys.
type Keeper struct {
	meters  types.Meters
	debts   types.Debts
	holders types.Holders
	Schema  collections.Schema

	Development   collections.Item[bool]
	CommunityKeys collections.Map[string, types.CircuitKey] // by circuit
	Communities   collections.Map[[]byte, types.Community]  // by uplink
	Kept          collections.Map[uplinkHeight, types.Kept]
	Pending       collections.Map[uint64, types.Pending] // by number
	NextID        collections.Item[uint64]
	SuspendVotes  collections.Map[uplinkMeter, types.SuspendVote]
}

// NewKeeper lays out the store.
func NewKeeper(cdc codec.BinaryCodec, service store.KVStoreService, meters types.Meters, debts types.Debts, holders types.Holders) Keeper {
	sb := collections.NewSchemaBuilder(service)
	prefix := collections.NewPrefix[int]
	k := Keeper{
		meters: meters, debts: debts, holders: holders,

		Development: collections.NewItem(sb, prefix(0), "development", collections.BoolValue),
		CommunityKeys: collections.NewMap(sb, prefix(1), "community_keys", collections.StringKey,
			codec.CollValue[types.CircuitKey](cdc)),
		Communities: collections.NewMap(sb, prefix(2), "communities", collections.BytesKey, codec.CollValue[types.Community](cdc)),
		Kept: collections.NewMap(sb, prefix(3), "kept", collections.PairKeyCodec(collections.BytesKey, collections.Uint64Key),
			codec.CollValue[types.Kept](cdc)),
		Pending: collections.NewMap(sb, prefix(4), "pending", collections.Uint64Key, codec.CollValue[types.Pending](cdc)),
		NextID:  collections.NewItem(sb, prefix(5), "next_id", collections.Uint64Value),
		SuspendVotes: collections.NewMap(sb, prefix(6), "suspend_votes", collections.PairKeyCodec(collections.BytesKey, collections.BytesKey),
			codec.CollValue[types.SuspendVote](cdc)),
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err) // a layout that contradicts itself: a programming error, found by any test
	}
	k.Schema = schema
	return k
}

// CreditNel is what a community's escrow may not fall below by its own wish.
func (k Keeper) CreditNel(ctx context.Context, uplink []byte) (uint64, error) {
	c, _, err := stored.Get(ctx, k.Communities, uplink)
	return c.CreditNel, err
}

// IsStopped says whether a community was suspended: what is in its escrow stays.
func (k Keeper) IsStopped(ctx context.Context, uplink []byte) (bool, error) {
	c, _, err := stored.Get(ctx, k.Communities, uplink)
	return c.Suspended != "", err
}

// MembersOf is how many members the community of a treasury has; 0 where it is nobody's treasury.
func (k Keeper) MembersOf(ctx context.Context, treasury []byte) (members uint32, err error) {
	err = k.Communities.Walk(ctx, nil, func(uplink []byte, c types.Community) (bool, error) {
		account, err := k.treasuryOf(ctx, uplink)
		if err == nil && string(account) == string(treasury) {
			members = max(members, c.Members)
		}
		return false, err
	})
	return members, err
}
