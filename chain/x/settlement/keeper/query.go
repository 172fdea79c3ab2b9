package keeper

import (
	"bytes"
	"context"
	"math/big"

	"cosmossdk.io/collections"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	metertypes "electra/x/meter/types"
	"electra/x/settlement/types"
)

// queryServer answers electra.settlement.v1.Query. What is absent is NotFound.
type queryServer struct{ k Keeper }

// NewQueryServer serves electra.settlement.v1.Query.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

func (q queryServer) Status(ctx context.Context, _ *types.QueryStatusRequest) (*types.QueryStatusResponse, error) {
	answer := &types.QueryStatusResponse{}
	var err error
	if answer.FirstDay, err = q.k.FirstDay.Get(ctx); err != nil {
		return nil, err
	}
	if answer.NextDay, err = q.k.NextDay.Get(ctx); err != nil {
		return nil, err
	}
	if answer.FundNel, err = q.k.Fund.Get(ctx); err != nil {
		return nil, err
	}
	answer.Pools, err = stored.LastKey(ctx, q.k.Pools)
	return answer, err
}

func (q queryServer) Uplink(goCtx context.Context, r *types.QueryUplinkRequest) (*types.QueryUplinkResponse, error) {
	ctx := sdk.UnwrapSDKContext(goCtx)
	uplink, err := metertypes.ParseAddress("uplink", r.Uplink)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	answer := &types.QueryUplinkResponse{}
	if answer.EscrowNel, err = stored.OrZero(ctx, q.k.Escrows, uplink); err != nil {
		return nil, err
	}
	if answer.CreditNel, err = q.k.CreditNel(ctx, uplink); err != nil {
		return nil, err
	}
	if answer.Suspended, err = q.k.IsSuspended(ctx, uplink); err != nil {
		return nil, err
	}
	unpaid, err := books{q.k, ctx}.Unpaid()
	if err != nil {
		return nil, err
	}
	for _, d := range unpaid {
		if d.Party == string(uplink) {
			answer.Debts = append(answer.Debts, types.Debt{Pool: d.Pool, Uplink: r.Uplink, LeftNel: d.LeftNel})
		}
	}
	left, err := q.k.claimsLeft(ctx, uplink)
	if err != nil {
		return nil, err
	}
	answer.ClaimsLeftNel = left.String()
	return answer, nil
}

// claimsLeft is what pools have not given an uplink yet.
func (k Keeper) claimsLeft(ctx context.Context, uplink []byte) (*big.Int, error) {
	sum := new(big.Int)
	err := k.Claims.Walk(ctx, nil, func(key poolOf, amount uint64) (bool, error) {
		if !bytes.Equal(key.K2(), uplink) {
			return false, nil
		}
		pool, err := books{k, ctx}.Pool(key.K1())
		if err == nil {
			sum.Add(sum, new(big.Int).SetUint64(amount-pool.Received(amount)))
		}
		return false, err
	})
	return sum, err
}

func (q queryServer) Period(ctx context.Context, r *types.QueryPeriodRequest) (*types.QueryPeriodResponse, error) {
	period, err := q.k.Periods.Get(ctx, r.FromDay)
	if err != nil {
		return nil, status.Error(codes.NotFound, "from_day: no period of this day is ready")
	}
	answer := &types.QueryPeriodResponse{Period: period}
	err = q.k.Entries.Walk(ctx, collections.NewPrefixedPairRange[uint32, []byte](r.FromDay), func(_ periodOf, e types.Entry) (bool, error) {
		answer.Entries = append(answer.Entries, e)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	awaited, err := q.k.awaited(ctx, r.FromDay)
	for _, uplink := range awaited {
		text, err := metertypes.FormatAddress(uplink)
		if err != nil {
			return nil, err
		}
		answer.Awaited = append(answer.Awaited, text)
	}
	return answer, err
}

func (q queryServer) Pool(ctx context.Context, r *types.QueryPoolRequest) (*types.QueryPoolResponse, error) {
	pool, err := q.k.Pools.Get(ctx, r.Number)
	if err != nil {
		return nil, status.Error(codes.NotFound, "number: no such pool")
	}
	var g types.GenesisState
	if err := q.k.exportPools(ctx, &g); err != nil {
		return nil, err
	}
	answer := &types.QueryPoolResponse{Pool: pool}
	for _, c := range g.Claims {
		if c.Pool == r.Number {
			answer.Claims = append(answer.Claims, c)
		}
	}
	for _, d := range g.Debts {
		if d.Pool == r.Number {
			answer.Debts = append(answer.Debts, d)
		}
	}
	return answer, nil
}
