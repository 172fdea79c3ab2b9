package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"electra/internal/stored"
	"electra/x/meter/types"
)

// queryServer answers electra.meter.v1.Query. What is absent is NotFound, what cannot be meant InvalidArgument; lists
// are bounded by their day, by a range, or paged.
type queryServer struct{ k Keeper }

// NewQueryServer serves electra.meter.v1.Query, by gRPC and by ABCI query alike.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

// maxUsedSlots bounds the range of a Used query: a little over a month.
const maxUsedSlots = 40 * types.SlotsPerDay

func (q queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := q.k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	clock, err := q.k.Clock.Get(ctx)
	if err != nil {
		return nil, err
	}
	operator, err := q.k.operatorText(ctx)
	return &types.QueryParamsResponse{Params: params, Clock: clock, Operator: operator}, err
}

func (k Keeper) operatorText(ctx context.Context) (string, error) {
	operator, err := k.Operator.Get(ctx)
	if err != nil {
		return "", err
	}
	return types.FormatAddress(operator)
}

func (q queryServer) Status(goCtx context.Context, _ *types.QueryStatusRequest) (*types.QueryStatusResponse, error) {
	ctx := sdk.UnwrapSDKContext(goCtx)
	now, err := q.k.now(ctx)
	if err != nil {
		return nil, err
	}
	freeze, err := q.k.NextFreeze.Get(ctx)
	if err != nil {
		return nil, err
	}
	late, err := q.k.NextLate.Get(ctx)
	if err != nil {
		return nil, err
	}
	epoch, err := q.k.LatestKeyEpoch(ctx)
	return &types.QueryStatusResponse{Height: now.height, ChainUnixS: now.unixS, NextFreezeDay: freeze, NextLateDay: late,
		LatestKeyEpoch: epoch}, err
}

func (q queryServer) Meters(ctx context.Context, r *types.QueryMetersRequest) (*types.QueryMetersResponse, error) {
	if r.Pagination != nil && r.Pagination.Limit > types.MaxAnswered {
		return nil, status.Errorf(codes.InvalidArgument, "pagination.limit: expected at most %d, got %d", types.MaxAnswered, r.Pagination.Limit)
	}
	meters, page, err := query.CollectionPaginate(ctx, q.k.Meters, r.Pagination,
		func(_ []byte, meter types.Meter) (types.Meter, error) { return meter, nil })
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return &types.QueryMetersResponse{Meters: meters, Pagination: page}, nil
}

func (q queryServer) Meter(ctx context.Context, r *types.QueryMeterRequest) (*types.QueryMeterResponse, error) {
	address, err := queried("address", r.Address)
	if err != nil {
		return nil, err
	}
	meter, err := answer(q.k.Meters.Get(ctx, address))
	return &types.QueryMeterResponse{Meter: meter}, err
}

// NodeKeys are the newest hundred. Older ones seal nothing, and are in the blocks.
func (q queryServer) NodeKeys(ctx context.Context, _ *types.QueryNodeKeysRequest) (*types.QueryNodeKeysResponse, error) {
	last, err := q.k.LatestKeyEpoch(ctx)
	if err != nil {
		return nil, err
	}
	from := uint32(1)
	if last > types.KeysAnswered {
		from = last - types.KeysAnswered + 1
	}
	keys, err := answered(ctx, q.k.NodeKeys, new(collections.Range[uint32]).StartInclusive(from))
	return &types.QueryNodeKeysResponse{NodeKeys: keys}, err
}

// Tariff is the one in force on a day.
func (q queryServer) Tariff(ctx context.Context, r *types.QueryTariffRequest) (*types.QueryTariffResponse, error) {
	tariff, err := q.k.tariffOn(ctx, r.Day)
	if errors.Is(err, collections.ErrNotFound) {
		return nil, status.Errorf(codes.NotFound, "day: no tariff is in force on %d", r.Day)
	}
	return &types.QueryTariffResponse{Tariff: tariff}, err
}

// Commitment is found in the state, or, once the late roster has it, there (then with height 0).
func (q queryServer) Commitment(ctx context.Context, r *types.QueryCommitmentRequest) (*types.QueryCommitmentResponse, error) {
	address, err := queried("meter", r.Meter)
	if err != nil {
		return nil, err
	}
	commitment, found, err := q.k.commitment(ctx, r.Meter, address, r.Day)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, status.Errorf(codes.NotFound, "meter, day: %s has no commitment of day %d", r.Meter, r.Day)
	}
	return &types.QueryCommitmentResponse{Commitment: commitment}, nil
}

func (k Keeper) commitment(ctx context.Context, text string, address []byte, day uint32) (types.Commitment, bool, error) {
	commitment, found, err := stored.Get(ctx, k.Commitments, collections.Join(day, address))
	if err != nil || found {
		return commitment, found, err
	}
	roster, frozen, err := stored.Get(ctx, k.Rosters, collections.Join(day, true))
	if err != nil || !frozen {
		return commitment, false, err
	}
	c, _ := types.RosterCommitment(roster.Encoded, address)
	return types.Commitment{Meter: text, Day: day, Commitment: c}, c != nil, nil
}

func (q queryServer) Roster(ctx context.Context, r *types.QueryRosterRequest) (*types.QueryRosterResponse, error) {
	roster, err := answer(q.k.Rosters.Get(ctx, collections.Join(r.Day, r.Late)))
	return &types.QueryRosterResponse{Roster: roster}, err
}

func (q queryServer) Disputes(ctx context.Context, r *types.QueryDisputesRequest) (*types.QueryDisputesResponse, error) {
	disputes, err := answered(ctx, q.k.Disputes, collections.NewPrefixedPairRange[uint32, []byte](r.Day))
	return &types.QueryDisputesResponse{Disputes: disputes}, err
}

func (q queryServer) Anchors(ctx context.Context, r *types.QueryAnchorsRequest) (*types.QueryAnchorsResponse, error) {
	anchors, err := answered(ctx, q.k.Anchors, collections.NewPrefixedPairRange[uint32, uint32](r.Day))
	return &types.QueryAnchorsResponse{Anchors: anchors}, err
}

// NoBills are the open ones.
func (q queryServer) NoBills(ctx context.Context, r *types.QueryNoBillsRequest) (*types.QueryNoBillsResponse, error) {
	open, err := answered(ctx, q.k.NoBills, collections.NewPrefixedPairRange[uint32, []byte](r.Day))
	return &types.QueryNoBillsResponse{NoBills: open}, err
}

// Used lists the slots from from_slot to to_slot, both included, that the state still marks as reported, and the days
// that those slots touch and the meter has closed. Marks of slots older than the late period are gone: such slots are
// refused whether they were used or not.
func (q queryServer) Used(ctx context.Context, r *types.QueryUsedRequest) (*types.QueryUsedResponse, error) {
	address, err := queried("meter", r.Meter)
	if err != nil {
		return nil, err
	}
	if r.ToSlot < r.FromSlot || r.ToSlot-r.FromSlot >= maxUsedSlots {
		return nil, status.Errorf(codes.InvalidArgument, "to_slot: expected from_slot to from_slot + %d", maxUsedSlots-1)
	}
	var used types.QueryUsedResponse
	for slot := uint64(r.FromSlot); slot <= uint64(r.ToSlot); slot++ {
		if ok, err := q.k.Reports.Has(ctx, collections.Join(uint32(slot), address)); err != nil {
			return nil, err
		} else if ok {
			used.Slots = append(used.Slots, uint32(slot))
		}
	}
	for day := types.DayOfSlot(r.FromSlot); day <= types.DayOfSlot(r.ToSlot); day++ {
		if _, ok, err := q.k.commitment(ctx, r.Meter, address, day); err != nil {
			return nil, err
		} else if ok {
			used.Days = append(used.Days, day)
		}
	}
	return &used, nil
}

func (q queryServer) ValidatorChanges(ctx context.Context, _ *types.QueryValidatorChangesRequest) (
	*types.QueryValidatorChangesResponse, error) {
	changes, err := answered(ctx, q.k.ValidatorChanges, nil)
	if err != nil {
		return nil, err
	}
	power, err := q.k.totalPower(ctx)
	return &types.QueryValidatorChangesResponse{Changes: changes, Power: power}, err
}

func (q queryServer) Log(ctx context.Context, r *types.QueryLogRequest) (*types.QueryLogResponse, error) {
	next, err := q.k.NextSeq.Get(ctx)
	if err != nil {
		return nil, err
	}
	from := max(r.FromSeq, 1)
	if from >= next {
		return &types.QueryLogResponse{NextSeq: next}, nil
	}
	entries, err := answered(ctx, q.k.Log, new(collections.Range[uint64]).StartInclusive(from).EndExclusive(min(next, from+types.MaxAnswered)))
	return &types.QueryLogResponse{Entries: entries, NextSeq: next}, err
}

// FinalReadings are in the order of last days, the first thousand; or a meter's own.
func (q queryServer) FinalReadings(ctx context.Context, r *types.QueryFinalReadingsRequest) (*types.QueryFinalReadingsResponse, error) {
	if r.Meter == "" {
		all, err := answered(ctx, q.k.FinalReadings, nil)
		return &types.QueryFinalReadingsResponse{FinalReadings: all}, err
	}
	address, err := queried("meter", r.Meter)
	if err != nil {
		return nil, err
	}
	meter, known, err := stored.Get(ctx, q.k.Meters, address)
	if err != nil || !known {
		return &types.QueryFinalReadingsResponse{}, err
	}
	reading, found, err := stored.Get(ctx, q.k.FinalReadings, collections.Join(meter.LastDay, address))
	if err != nil || !found {
		return &types.QueryFinalReadingsResponse{}, err
	}
	return &types.QueryFinalReadingsResponse{FinalReadings: []types.FinalReading{reading}}, nil
}

// Rotations are all that were ever in force, and what may come next.
func (q queryServer) Rotations(ctx context.Context, _ *types.QueryRotationsRequest) (*types.QueryRotationsResponse, error) {
	var all types.QueryRotationsResponse
	var err error
	if all.Rotations, err = answered(ctx, q.k.Rotations, nil); err != nil {
		return nil, err
	}
	if all.Queued, err = answered(ctx, q.k.QueuedRotation, nil); err != nil {
		return nil, err
	}
	all.Votes, err = answered(ctx, q.k.OperatorVotes, nil)
	return &all, err
}

// SlotPrices are in the order of slots.
func (q queryServer) SlotPrices(ctx context.Context, r *types.QuerySlotPricesRequest) (*types.QuerySlotPricesResponse, error) {
	if r.Day > types.MaxDay {
		return nil, status.Errorf(codes.InvalidArgument, "day: expected at most %d", uint32(types.MaxDay))
	}
	first := r.Day * types.SlotsPerDay
	prices, err := answered(ctx, q.k.SlotPrices, new(collections.Range[uint32]).StartInclusive(first).EndInclusive(first+types.SlotsPerDay-1))
	return &types.QuerySlotPricesResponse{SlotPrices: prices}, err
}

// Proven are the versions of a day's book that the chain has verified.
func (q queryServer) Proven(ctx context.Context, r *types.QueryProvenRequest) (*types.QueryProvenResponse, error) {
	now, err := q.k.now(sdk.UnwrapSDKContext(ctx))
	if err != nil {
		return nil, err
	}
	books, err := answered(ctx, q.k.Proven, collections.NewPrefixedPairRange[uint32, uint32](r.Day))
	if err != nil {
		return nil, err
	}
	void, err := q.k.isVoid(ctx, now.params, r.Day, now.unixS)
	return &types.QueryProvenResponse{Books: books, Void: void}, err
}

// queried reads an address of a request.
func queried(field, text string) ([]byte, error) {
	address, err := types.ParseAddress(field, text)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return address, nil
}

// answer turns the store's "not found" into gRPC's.
func answer[V any](value V, err error) (V, error) {
	if errors.Is(err, collections.ErrNotFound) {
		err = status.Error(codes.NotFound, "nothing of this key in the state")
	}
	return value, err
}

// answered collects a range in key order, as much of it as one answer may have.
func answered[K, V any](ctx context.Context, m collections.Map[K, V], in collections.Ranger[K]) (all []V, err error) {
	err = m.Walk(ctx, in, func(_ K, value V) (bool, error) {
		all = append(all, value)
		return len(all) == types.MaxAnswered, nil
	})
	return all, err
}
