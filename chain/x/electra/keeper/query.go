package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/x/electra/types"
	metertypes "electra/x/meter/types"
)

// queryServer answers electra.electra.v1.Query. What is absent is NotFound.
type queryServer struct{ k Keeper }

// NewQueryServer serves electra.electra.v1.Query.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

func (q queryServer) Status(goCtx context.Context, _ *types.QueryStatusRequest) (*types.QueryStatusResponse, error) {
	ctx := sdk.UnwrapSDKContext(goCtx)
	g, err := q.k.rolesOf(ctx)
	if err != nil {
		return nil, err
	}
	answer := &types.QueryStatusResponse{Roles: g.Roles, RoleChanges: g.RoleChanges, SupplyNel: q.k.supply(ctx)}
	if answer.Paused, err = q.k.isPaused(ctx); err != nil {
		return nil, err
	}
	if answer.MintedNel, err = q.k.Minted.Get(ctx); err != nil {
		return nil, err
	}
	if answer.ConfirmedNel, err = q.k.Confirmed.Get(ctx); err != nil {
		return nil, err
	}
	if latest, found, err := q.k.latestAttestation(ctx); err != nil {
		return nil, err
	} else if found {
		answer.Attestation = &latest
	}
	unixS, _, err := q.k.meters.Now(ctx)
	if err != nil {
		return nil, err
	}
	answer.RedeemingNel = q.k.locked(ctx)
	open, err := q.k.open(ctx)
	for _, r := range open {
		if unixS-r.UnixS > types.RedeemDueS {
			answer.Overdue++
		}
	}
	return answer, err
}

// open are the open redemptions, the oldest first, as many as an answer has.
func (k Keeper) open(ctx context.Context) (all []types.Redemption, err error) {
	err = k.OpenOnes.Walk(ctx, nil, func(id uint64, _ []byte) (bool, error) {
		r, err := k.Redemptions.Get(ctx, id)
		all = append(all, r)
		return len(all) == types.MaxAnswered, err
	})
	return all, err
}

func (q queryServer) Account(ctx context.Context, r *types.QueryAccountRequest) (*types.QueryAccountResponse, error) {
	address, err := metertypes.ParseAddress("address", r.Address)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	account, found, err := stored.Get(ctx, q.k.Accounts, address)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, status.Error(codes.NotFound, "address: not registered")
	}
	answer := &types.QueryAccountResponse{Account: account, BalanceNel: q.k.balance(ctx, address)}
	if frozen, found, err := stored.Get(ctx, q.k.Frozen, address); err != nil {
		return nil, err
	} else if found {
		answer.Frozen = &frozen
	}
	return answer, nil
}

func (q queryServer) Redemption(ctx context.Context, r *types.QueryRedemptionRequest) (*types.QueryRedemptionResponse, error) {
	redemption, found, err := stored.Get(ctx, q.k.Redemptions, r.Id)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, status.Error(codes.NotFound, "id: no such redemption")
	}
	return &types.QueryRedemptionResponse{Redemption: redemption}, nil
}

func (q queryServer) Redemptions(ctx context.Context, _ *types.QueryRedemptionsRequest) (*types.QueryRedemptionsResponse, error) {
	open, err := q.k.open(ctx)
	return &types.QueryRedemptionsResponse{Redemptions: open}, err
}

func (q queryServer) Payout(ctx context.Context, r *types.QueryPayoutRequest) (*types.QueryPayoutResponse, error) {
	treasury, err := metertypes.ParseAddress("treasury", r.Treasury)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	member, err := metertypes.ParseAddress("member", r.Member)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	counter, err := stored.OrZero(ctx, q.k.Payouts, collections.Join(treasury, member))
	return &types.QueryPayoutResponse{Counter: counter}, err
}
