// Package keeper is the state machine of x/meter.
//
// Every message has a check (the rules of protocol section 5; reads only) and an effect (writes only, cannot refuse).
// The ante handler runs both, message by message, so that a transaction's second message is judged by the state its
// first one leaves; the message server runs the effects again where they count. EndBlock moves what time moves:
// days that end and freeze, validator changes that fall due, marks that grow old.
package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/x/meter/types"
)

type (
	// dayMeter is the key of what exists once per meter and day: the day, then the 20 address bytes.
	dayMeter = collections.Pair[uint32, []byte]
	// slotMeter is the same for a slot.
	slotMeter = collections.Pair[uint32, []byte]
	// rosterKey is the day and whether it is the late roster.
	rosterKey = collections.Pair[uint32, bool]
)

// Keeper holds the store's layout. The prefixes and key encodings are part of the protocol: light clients prove
// single keys (chain/README.md lists them). All integers in keys are big-endian, addresses are raw bytes.
type Keeper struct {
	accounts types.AccountKeeper
	Schema   collections.Schema

	Params   collections.Item[types.Params]
	Clock    collections.Item[types.Clock]
	Operator collections.Item[[]byte]

	VerificationKeys collections.Map[string, types.VerificationKey] // by circuit
	GenesisHash      collections.Item[[]byte]                       // of the genesis that this chain began with

	Meters        collections.Map[[]byte, types.Meter] // by address
	MeterCount    collections.Item[uint32]             // of Meters: counting them would walk all
	Members       collections.Map[[]byte, bool]        // every address that is some meter's member
	ConsensusKeys collections.Map[[]byte, []byte]      // consensus key -> meter, ever
	Load          collections.Map[uint32, int64]       // day -> change of the sum of max_wh_per_slot on that day

	NodeKeys collections.Map[uint32, types.NodeKey] // by epoch
	Tariffs  collections.Map[uint32, types.Tariff]  // by first day

	Reports     collections.Map[slotMeter, bool]
	Commitments collections.Map[dayMeter, types.Commitment] // until the late roster holds them
	Rosters     collections.Map[rosterKey, types.Roster]
	Disputes    collections.Map[dayMeter, types.Dispute]
	Anchors     collections.Map[collections.Pair[uint32, uint32], types.Anchor] // (day, version)
	NoBills     collections.Map[dayMeter, types.NoBill]                         // the open ones
	Withdrawn   collections.Map[dayMeter, uint32]                               // the last book version seen at withdrawal

	DayStarts    collections.Map[uint32, types.DayStart] // b(d) of days over but not frozen
	NextDayStart collections.Item[uint32]                // the least day without b(d)
	NextFreeze   collections.Item[uint32]                // the least day without Roster
	FrozenAt     collections.Map[uint32, int64]          // chain time of the freeze, until the day's LateRoster
	NextLate     collections.Item[uint32]                // the least day without LateRoster

	FinalReadings collections.Map[dayMeter, types.FinalReading] // by last day and meter

	Rotations      collections.Map[uint32, types.Rotation]     // of the operator, in force, by number
	QueuedRotation collections.Map[uint32, types.Rotation]     // the next one, while it waits
	OperatorVotes  collections.Map[[]byte, types.OperatorVote] // by meter, of the next number

	SlotPrices collections.Map[uint32, types.SlotPrices] // by slot, over the tariff of its day

	Uplinks collections.Map[uint32, types.Uplink] // by first day: on which main chain this one shares

	Proven      collections.Map[collections.Pair[uint32, uint32], types.Proven] // (day, version)
	ProvenLinks collections.Map[[]byte, types.ProvenLink]                       // by meter, of its latest proven version 1
	ProvenLate  collections.Map[dayMeter, types.ProvenLate]                     // billed as metered by a proven version > 1
	Bills       collections.Map[dayMeter, types.ProvenBill]                     // under shared/1, until they are settled
	ProveParts  collections.Map[uint32, types.ProvePart]                        // of the whole that waits for its last part
	ProofsNow   collections.Item[uint32]                                        // transactions with proofs of this block; forgotten with it

	Log     collections.Map[uint64, types.LogEntry] // by number, from 1 on without a gap
	NextSeq collections.Item[uint64]                // the number of the next entry of the log

	Validators       collections.Map[[]byte, uint64]                                         // consensus key -> power
	ValidatorChanges collections.Map[collections.Pair[int64, []byte], types.ValidatorChange] // by (due, key)
	AppliedChanges   collections.Map[uint64, types.AppliedChange]                            // in order, the last window's

	verdicts *verdicts

	communities types.Communities // of a main chain; elsewhere nil
}

// NewKeeper lays out the store; ofBlock is one that is empty in each block.
func NewKeeper(cdc codec.BinaryCodec, service store.KVStoreService, ofBlock store.TransientStoreService,
	accounts types.AccountKeeper) Keeper {
	sb := collections.NewSchemaBuilder(service)
	passing := collections.NewSchemaBuilderFromAccessor(ofBlock.OpenTransientStore)
	prefix := collections.NewPrefix[int]
	perDay := collections.PairKeyCodec(collections.Uint32Key, collections.BytesKey)
	k := Keeper{
		accounts: accounts,

		Params:   collections.NewItem(sb, prefix(0), "params", codec.CollValue[types.Params](cdc)),
		Clock:    collections.NewItem(sb, prefix(1), "clock", codec.CollValue[types.Clock](cdc)),
		Operator: collections.NewItem(sb, prefix(2), "operator", collections.BytesValue),

		VerificationKeys: collections.NewMap(sb, prefix(26), "verification_keys", collections.StringKey,
			codec.CollValue[types.VerificationKey](cdc)),
		GenesisHash: collections.NewItem(sb, prefix(27), "genesis_hash", collections.BytesValue),

		Meters:        collections.NewMap(sb, prefix(3), "meters", collections.BytesKey, codec.CollValue[types.Meter](cdc)),
		Members:       collections.NewMap(sb, prefix(4), "members", collections.BytesKey, collections.BoolValue),
		ConsensusKeys: collections.NewMap(sb, prefix(5), "consensus_keys", collections.BytesKey, collections.BytesValue),
		Load:          collections.NewMap(sb, prefix(6), "load", collections.Uint32Key, collections.Int64Value),

		NodeKeys: collections.NewMap(sb, prefix(7), "node_keys", collections.Uint32Key, codec.CollValue[types.NodeKey](cdc)),
		Tariffs:  collections.NewMap(sb, prefix(8), "tariffs", collections.Uint32Key, codec.CollValue[types.Tariff](cdc)),

		Reports:     collections.NewMap(sb, prefix(9), "reports", perDay, collections.BoolValue),
		Commitments: collections.NewMap(sb, prefix(10), "commitments", perDay, codec.CollValue[types.Commitment](cdc)),
		Rosters: collections.NewMap(sb, prefix(11), "rosters",
			collections.PairKeyCodec(collections.Uint32Key, collections.BoolKey), codec.CollValue[types.Roster](cdc)),
		Disputes: collections.NewMap(sb, prefix(12), "disputes", perDay, codec.CollValue[types.Dispute](cdc)),
		Anchors: collections.NewMap(sb, prefix(13), "anchors",
			collections.PairKeyCodec(collections.Uint32Key, collections.Uint32Key), codec.CollValue[types.Anchor](cdc)),
		NoBills:   collections.NewMap(sb, prefix(14), "no_bills", perDay, codec.CollValue[types.NoBill](cdc)),
		Withdrawn: collections.NewMap(sb, prefix(15), "withdrawn_no_bills", perDay, collections.Uint32Value),

		DayStarts:    collections.NewMap(sb, prefix(16), "day_starts", collections.Uint32Key, codec.CollValue[types.DayStart](cdc)),
		NextDayStart: collections.NewItem(sb, prefix(17), "next_day_start", collections.Uint32Value),
		NextFreeze:   collections.NewItem(sb, prefix(18), "next_freeze_day", collections.Uint32Value),
		NextLate:     collections.NewItem(sb, prefix(19), "next_late_day", collections.Uint32Value),

		FrozenAt: collections.NewMap(sb, prefix(23), "frozen_at", collections.Uint32Key, collections.Int64Value),

		Validators: collections.NewMap(sb, prefix(20), "validators", collections.BytesKey, collections.Uint64Value),
		ValidatorChanges: collections.NewMap(sb, prefix(21), "validator_changes",
			collections.PairKeyCodec(collections.Int64Key, collections.BytesKey), codec.CollValue[types.ValidatorChange](cdc)),
		AppliedChanges: collections.NewMap(sb, prefix(22), "applied_changes", collections.Uint64Key, codec.CollValue[types.AppliedChange](cdc)),

		// One range proof from an entry to NextSeq, its right neighbour, shows the log from there to its end.
		Log:     collections.NewMap(sb, prefix(24), "log", collections.Uint64Key, codec.CollValue[types.LogEntry](cdc)),
		NextSeq: collections.NewItem(sb, prefix(25), "next_seq", collections.Uint64Value),

		FinalReadings: collections.NewMap(sb, prefix(28), "final_readings", perDay, codec.CollValue[types.FinalReading](cdc)),

		Rotations:      collections.NewMap(sb, prefix(29), "rotations", collections.Uint32Key, codec.CollValue[types.Rotation](cdc)),
		QueuedRotation: collections.NewMap(sb, prefix(30), "queued_rotation", collections.Uint32Key, codec.CollValue[types.Rotation](cdc)),
		OperatorVotes:  collections.NewMap(sb, prefix(31), "operator_votes", collections.BytesKey, codec.CollValue[types.OperatorVote](cdc)),

		MeterCount: collections.NewItem(sb, prefix(33), "meter_count", collections.Uint32Value),

		SlotPrices: collections.NewMap(sb, prefix(32), "slot_prices", collections.Uint32Key, codec.CollValue[types.SlotPrices](cdc)),

		Uplinks: collections.NewMap(sb, prefix(types.UplinkStorePrefix), "uplinks", collections.Uint32Key, codec.CollValue[types.Uplink](cdc)),

		Proven: collections.NewMap(sb, prefix(34), "proven",
			collections.PairKeyCodec(collections.Uint32Key, collections.Uint32Key), codec.CollValue[types.Proven](cdc)),
		ProvenLinks: collections.NewMap(sb, prefix(35), "proven_links", collections.BytesKey, codec.CollValue[types.ProvenLink](cdc)),
		ProvenLate:  collections.NewMap(sb, prefix(36), "proven_late", perDay, codec.CollValue[types.ProvenLate](cdc)),
		ProveParts:  collections.NewMap(sb, prefix(37), "prove_parts", collections.Uint32Key, codec.CollValue[types.ProvePart](cdc)),
		Bills:       collections.NewMap(sb, prefix(38), "bills", perDay, codec.CollValue[types.ProvenBill](cdc)),
		ProofsNow:   collections.NewItem(passing, prefix(0), "proofs_now", collections.Uint32Value),

		verdicts: newVerdicts(),
	}
	if _, err := passing.Build(); err != nil {
		panic(err)
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err) // a layout that contradicts itself: a programming error, found by any test
	}
	k.Schema = schema
	return k
}

// moment is what the rules know of time: parameters, chain time and the day it lies in.
type moment struct {
	params types.Params
	unixS  int64
	today  uint32
	height int64
}

func (k Keeper) now(ctx sdk.Context) (moment, error) {
	params, err := k.Params.Get(ctx)
	if err != nil {
		return moment{}, err
	}
	clock, err := k.Clock.Get(ctx)
	if err != nil {
		return moment{}, err
	}
	unixS := clock.At(ctx.BlockTime())
	return moment{params: params, unixS: unixS, today: types.DayOf(unixS), height: ctx.BlockHeight()}, nil
}

// setOf writes what exists once per day (or slot) and meter.
func setOf[V any](ctx context.Context, m collections.Map[dayMeter, V], day uint32, meter string, value V) error {
	address, err := types.ParseAddress("meter", meter)
	if err != nil {
		return err
	}
	return m.Set(ctx, collections.Join(day, address), value)
}
