package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

// msgServer does for good what the ante handler has rehearsed.
type msgServer struct{ k Keeper }

// NewMsgServer carries messages out.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

func apply[R any](s msgServer, ctx context.Context, m sdk.Msg, response R) (R, error) {
	return response, s.k.Apply(sdk.UnwrapSDKContext(ctx), m)
}

func (s msgServer) RegisterCommunity(ctx context.Context, m *types.MsgRegisterCommunity) (*types.MsgRegisterCommunityResponse, error) {
	return apply(s, ctx, m, &types.MsgRegisterCommunityResponse{})
}

func (s msgServer) Veto(ctx context.Context, m *types.MsgVeto) (*types.MsgVetoResponse, error) {
	return apply(s, ctx, m, &types.MsgVetoResponse{})
}

func (s msgServer) UpdateClient(ctx context.Context, m *types.MsgUpdateClient) (*types.MsgUpdateClientResponse, error) {
	return apply(s, ctx, m, &types.MsgUpdateClientResponse{})
}

func (s msgServer) Conflict(ctx context.Context, m *types.MsgConflict) (*types.MsgConflictResponse, error) {
	return apply(s, ctx, m, &types.MsgConflictResponse{})
}

func (s msgServer) Suspend(ctx context.Context, m *types.MsgSuspend) (*types.MsgSuspendResponse, error) {
	return apply(s, ctx, m, &types.MsgSuspendResponse{})
}

func (s msgServer) Resume(ctx context.Context, m *types.MsgResume) (*types.MsgResumeResponse, error) {
	return apply(s, ctx, m, &types.MsgResumeResponse{})
}

func (s msgServer) ReplaceTreasury(ctx context.Context, m *types.MsgReplaceTreasury) (*types.MsgReplaceTreasuryResponse, error) {
	return apply(s, ctx, m, &types.MsgReplaceTreasuryResponse{})
}

type queryServer struct{ k Keeper }

// NewQueryServer answers questions about the committed state.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

func (s queryServer) Community(ctx context.Context, r *types.QueryCommunityRequest) (*types.QueryCommunityResponse, error) {
	uplink, err := metertypes.ParseAddress("uplink", r.Uplink)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	c, found, err := stored.Get(ctx, s.k.Communities, uplink)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, status.Errorf(codes.NotFound, "uplink: no community is registered behind %s", r.Uplink)
	}
	latest, _, err := s.k.latest(ctx, uplink)
	return &types.QueryCommunityResponse{Community: &c, Latest: &latest}, err
}

func (s queryServer) Communities(ctx context.Context, _ *types.QueryCommunitiesRequest) (*types.QueryCommunitiesResponse, error) {
	all, err := stored.Values(ctx, s.k.Communities, nil)
	return &types.QueryCommunitiesResponse{Communities: all}, err
}

func (s queryServer) Pending(ctx context.Context, _ *types.QueryPendingRequest) (*types.QueryPendingResponse, error) {
	all, err := stored.Values(ctx, s.k.Pending, nil)
	return &types.QueryPendingResponse{Pending: all}, err
}
