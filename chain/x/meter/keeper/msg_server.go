package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/x/meter/types"
)

// msgServer runs the effects. The rules were checked by the ante handler in the very same state, and no transaction
// reaches a message without it, so nothing here can refuse.
type msgServer struct{ k Keeper }

// NewMsgServer serves electra.meter.v1.Msg.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

func apply[R any](s msgServer, ctx context.Context, msg sdk.Msg, response *R) (*R, error) {
	if err := s.k.Apply(sdk.UnwrapSDKContext(ctx), msg); err != nil {
		return nil, err
	}
	return response, nil
}

func (s msgServer) EnrolMeter(ctx context.Context, m *types.MsgEnrolMeter) (*types.MsgEnrolMeterResponse, error) {
	return apply(s, ctx, m, &types.MsgEnrolMeterResponse{})
}

func (s msgServer) RetireMeter(ctx context.Context, m *types.MsgRetireMeter) (*types.MsgRetireMeterResponse, error) {
	return apply(s, ctx, m, &types.MsgRetireMeterResponse{})
}

func (s msgServer) PublishNodeKey(ctx context.Context, m *types.MsgPublishNodeKey) (*types.MsgPublishNodeKeyResponse, error) {
	return apply(s, ctx, m, &types.MsgPublishNodeKeyResponse{})
}

func (s msgServer) SetTariff(ctx context.Context, m *types.MsgSetTariff) (*types.MsgSetTariffResponse, error) {
	return apply(s, ctx, m, &types.MsgSetTariffResponse{})
}

func (s msgServer) Report(ctx context.Context, m *types.MsgReport) (*types.MsgReportResponse, error) {
	return apply(s, ctx, m, &types.MsgReportResponse{})
}

func (s msgServer) CloseDay(ctx context.Context, m *types.MsgCloseDay) (*types.MsgCloseDayResponse, error) {
	return apply(s, ctx, m, &types.MsgCloseDayResponse{})
}

func (s msgServer) DisputeDay(ctx context.Context, m *types.MsgDisputeDay) (*types.MsgDisputeDayResponse, error) {
	return apply(s, ctx, m, &types.MsgDisputeDayResponse{})
}

func (s msgServer) AnchorBook(ctx context.Context, m *types.MsgAnchorBook) (*types.MsgAnchorBookResponse, error) {
	return apply(s, ctx, m, &types.MsgAnchorBookResponse{})
}

func (s msgServer) NoBill(ctx context.Context, m *types.MsgNoBill) (*types.MsgNoBillResponse, error) {
	return apply(s, ctx, m, &types.MsgNoBillResponse{})
}

func (s msgServer) WithdrawNoBill(ctx context.Context, m *types.MsgWithdrawNoBill) (*types.MsgWithdrawNoBillResponse, error) {
	return apply(s, ctx, m, &types.MsgWithdrawNoBillResponse{})
}

func (s msgServer) SetConsensusKey(ctx context.Context, m *types.MsgSetConsensusKey) (*types.MsgSetConsensusKeyResponse, error) {
	return apply(s, ctx, m, &types.MsgSetConsensusKeyResponse{})
}

func (s msgServer) VetoValidator(ctx context.Context, m *types.MsgVetoValidator) (*types.MsgVetoValidatorResponse, error) {
	return apply(s, ctx, m, &types.MsgVetoValidatorResponse{})
}

func (s msgServer) LeaveValidators(ctx context.Context, m *types.MsgLeaveValidators) (*types.MsgLeaveValidatorsResponse, error) {
	return apply(s, ctx, m, &types.MsgLeaveValidatorsResponse{})
}

func (s msgServer) FinalReading(ctx context.Context, m *types.MsgFinalReading) (*types.MsgFinalReadingResponse, error) {
	return apply(s, ctx, m, &types.MsgFinalReadingResponse{})
}

func (s msgServer) ObjectFinalReading(ctx context.Context, m *types.MsgObjectFinalReading) (*types.MsgObjectFinalReadingResponse, error) {
	return apply(s, ctx, m, &types.MsgObjectFinalReadingResponse{})
}

func (s msgServer) RotateOperator(ctx context.Context, m *types.MsgRotateOperator) (*types.MsgRotateOperatorResponse, error) {
	return apply(s, ctx, m, &types.MsgRotateOperatorResponse{})
}

func (s msgServer) VetoRotation(ctx context.Context, m *types.MsgVetoRotation) (*types.MsgVetoRotationResponse, error) {
	return apply(s, ctx, m, &types.MsgVetoRotationResponse{})
}

func (s msgServer) ReplaceOperator(ctx context.Context, m *types.MsgReplaceOperator) (*types.MsgReplaceOperatorResponse, error) {
	return apply(s, ctx, m, &types.MsgReplaceOperatorResponse{})
}

func (s msgServer) SetPrices(ctx context.Context, m *types.MsgSetPrices) (*types.MsgSetPricesResponse, error) {
	return apply(s, ctx, m, &types.MsgSetPricesResponse{})
}

func (s msgServer) ProveBook(ctx context.Context, m *types.MsgProveBook) (*types.MsgProveBookResponse, error) {
	return apply(s, ctx, m, &types.MsgProveBookResponse{})
}

func (s msgServer) SetUplink(ctx context.Context, m *types.MsgSetUplink) (*types.MsgSetUplinkResponse, error) {
	return apply(s, ctx, m, &types.MsgSetUplinkResponse{})
}
