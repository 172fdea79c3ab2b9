package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/x/settlement/types"
)

// msgServer runs the effects: the ante handler has checked the rules in the very same state.
type msgServer struct{ k Keeper }

// NewMsgServer serves electra.settlement.v1.Msg.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

func apply[R any](s msgServer, ctx context.Context, msg sdk.Msg, response *R) (*R, error) {
	if err := s.k.Apply(sdk.UnwrapSDKContext(ctx), msg); err != nil {
		return nil, err
	}
	return response, nil
}

func (s msgServer) Deposit(ctx context.Context, m *types.MsgDeposit) (*types.MsgDepositResponse, error) {
	return apply(s, ctx, m, &types.MsgDepositResponse{})
}

func (s msgServer) Withdraw(ctx context.Context, m *types.MsgWithdraw) (*types.MsgWithdrawResponse, error) {
	return apply(s, ctx, m, &types.MsgWithdrawResponse{})
}

func (s msgServer) Settle(ctx context.Context, m *types.MsgSettle) (*types.MsgSettleResponse, error) {
	return apply(s, ctx, m, &types.MsgSettleResponse{})
}

func (s msgServer) WithdrawFund(ctx context.Context, m *types.MsgWithdrawFund) (*types.MsgWithdrawFundResponse, error) {
	return apply(s, ctx, m, &types.MsgWithdrawFundResponse{})
}
