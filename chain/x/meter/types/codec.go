package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
)

// RegisterInterfaces names the messages to the codec.
func RegisterInterfaces(r codectypes.InterfaceRegistry) {
	r.RegisterImplementations((*sdk.Msg)(nil),
		&MsgEnrolMeter{}, &MsgRetireMeter{}, &MsgPublishNodeKey{}, &MsgSetTariff{}, &MsgReport{}, &MsgCloseDay{},
		&MsgDisputeDay{}, &MsgAnchorBook{}, &MsgNoBill{}, &MsgWithdrawNoBill{})
	msgservice.RegisterMsgServiceDesc(r, &_Msg_serviceDesc)
}
