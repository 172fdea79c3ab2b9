package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/x/electra/types"
)

// msgServer runs the effects: the ante handler has checked the rules in the very same state.
type msgServer struct{ k Keeper }

// NewMsgServer serves electra.electra.v1.Msg.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

func apply[R any](s msgServer, ctx context.Context, msg sdk.Msg, response *R) (*R, error) {
	if err := s.k.Apply(sdk.UnwrapSDKContext(ctx), msg); err != nil {
		return nil, err
	}
	return response, nil
}

func (s msgServer) AttestReserve(ctx context.Context, m *types.MsgAttestReserve) (*types.MsgAttestReserveResponse, error) {
	return apply(s, ctx, m, &types.MsgAttestReserveResponse{})
}

func (s msgServer) Mint(ctx context.Context, m *types.MsgMint) (*types.MsgMintResponse, error) {
	return apply(s, ctx, m, &types.MsgMintResponse{})
}

func (s msgServer) Redeem(ctx context.Context, m *types.MsgRedeem) (*types.MsgRedeemResponse, error) {
	return apply(s, ctx, m, &types.MsgRedeemResponse{})
}

func (s msgServer) ConfirmRedemption(ctx context.Context, m *types.MsgConfirmRedemption) (*types.MsgConfirmRedemptionResponse, error) {
	return apply(s, ctx, m, &types.MsgConfirmRedemptionResponse{})
}

func (s msgServer) RejectRedemption(ctx context.Context, m *types.MsgRejectRedemption) (*types.MsgRejectRedemptionResponse, error) {
	return apply(s, ctx, m, &types.MsgRejectRedemptionResponse{})
}

func (s msgServer) RegisterAccount(ctx context.Context, m *types.MsgRegisterAccount) (*types.MsgRegisterAccountResponse, error) {
	return apply(s, ctx, m, &types.MsgRegisterAccountResponse{})
}

func (s msgServer) PayMember(ctx context.Context, m *types.MsgPayMember) (*types.MsgPayMemberResponse, error) {
	return apply(s, ctx, m, &types.MsgPayMemberResponse{})
}

func (s msgServer) Freeze(ctx context.Context, m *types.MsgFreeze) (*types.MsgFreezeResponse, error) {
	return apply(s, ctx, m, &types.MsgFreezeResponse{})
}

func (s msgServer) Unfreeze(ctx context.Context, m *types.MsgUnfreeze) (*types.MsgUnfreezeResponse, error) {
	return apply(s, ctx, m, &types.MsgUnfreezeResponse{})
}

func (s msgServer) Pause(ctx context.Context, m *types.MsgPause) (*types.MsgPauseResponse, error) {
	return apply(s, ctx, m, &types.MsgPauseResponse{})
}

func (s msgServer) Unpause(ctx context.Context, m *types.MsgUnpause) (*types.MsgUnpauseResponse, error) {
	return apply(s, ctx, m, &types.MsgUnpauseResponse{})
}

func (s msgServer) RotateRole(ctx context.Context, m *types.MsgRotateRole) (*types.MsgRotateRoleResponse, error) {
	return apply(s, ctx, m, &types.MsgRotateRoleResponse{})
}

func (s msgServer) CancelRotation(ctx context.Context, m *types.MsgCancelRotation) (*types.MsgCancelRotationResponse, error) {
	return apply(s, ctx, m, &types.MsgCancelRotationResponse{})
}

func (s msgServer) ReplaceRole(ctx context.Context, m *types.MsgReplaceRole) (*types.MsgReplaceRoleResponse, error) {
	return apply(s, ctx, m, &types.MsgReplaceRoleResponse{})
}
