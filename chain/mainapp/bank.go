package mainapp

import (
	"context"
	"encoding/json"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/bank"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"electra/internal/strict"
	"electra/internal/txerrors"
	metertypes "electra/x/meter/types"
)

// Denom is the one denomination: 10^-9 ELECTRA.
const Denom = "nelectra"

// The main chain has the SDK's bank for balances alone. Of its messages one may be sent, MsgSend, and the rules of that are asked of
// whoever says who may hold ELECTRA; in all doors, as of every other message.

// SendRules says whether somebody may send, and takes note of what was sent. Check reads, Note writes and does not fail but where the
// store fails. Balances are the bank's to look at.
type SendRules interface {
	IsHolder(ctx context.Context, address []byte) (bool, error)
	CheckSend(ctx sdk.Context, from, to []byte, amount sdk.Coin) error
	NoteSend(ctx sdk.Context, from, to []byte, amount sdk.Coin) error
}

// sends is MsgSend, judged.
type sends struct {
	bank  bankkeeper.BaseKeeper
	rules SendRules
}

const sendBytes = 1 << 10

func (sends) Package() string        { return "cosmos.bank.v1beta1" }
func (sends) Knows(m sdk.Msg) bool   { _, ok := m.(*banktypes.MsgSend); return ok }
func (sends) MaxBytes(m sdk.Msg) int { return sendBytes }
func (sends) Alone(sdk.Msg) bool     { return false }

func (s sends) IsParty(ctx context.Context, address []byte) (bool, error) {
	return s.rules.IsHolder(ctx, address)
}

// parts reads a message: one coin of the one denomination between two accounts.
func parts(m sdk.Msg) (from, to []byte, amount sdk.Coin, err error) {
	send, ok := m.(*banktypes.MsgSend)
	if !ok {
		return nil, nil, amount, errorsmod.Wrapf(txerrors.ErrMessageType, "expected MsgSend, got %s", sdk.MsgTypeURL(m))
	}
	if from, err = metertypes.ParseAddress("from_address", send.FromAddress); err != nil {
		return nil, nil, amount, err
	}
	if to, err = metertypes.ParseAddress("to_address", send.ToAddress); err != nil {
		return nil, nil, amount, err
	}
	if len(send.Amount) != 1 || send.Amount[0].Denom != Denom || !send.Amount[0].IsValid() || !send.Amount[0].IsPositive() ||
		!send.Amount[0].Amount.IsInt64() {
		return nil, nil, amount, errorsmod.Wrapf(ErrSendAmount, "amount: expected one coin of %s, 1 to 2^63-1", Denom)
	}
	return from, to, send.Amount[0], nil
}

func (s sends) Check(ctx sdk.Context, m sdk.Msg) error {
	from, to, amount, err := parts(m)
	if err != nil {
		return err
	}
	if s.bank.BlockedAddr(to) {
		return errorsmod.Wrap(ErrSendTo, "to_address: expected no module's account")
	}
	if err := s.rules.CheckSend(ctx, from, to, amount); err != nil {
		return err
	}
	if has := s.bank.GetBalance(ctx, from, Denom); has.IsLT(amount) {
		return errorsmod.Wrapf(ErrSendBalance, "amount: expected at most %s, got %s", has, amount)
	}
	return nil
}

func (s sends) Apply(ctx sdk.Context, m sdk.Msg) error {
	from, to, amount, err := parts(m)
	if err != nil {
		return err
	}
	if err := s.bank.SendCoins(ctx, from, to, sdk.NewCoins(amount)); err != nil {
		return err
	}
	return s.rules.NoteSend(ctx, from, to, amount)
}

// sendServer does for good what sends has rehearsed, and nothing else that the bank could.
type sendServer struct {
	*banktypes.UnimplementedMsgServer
	sends sends
}

func (s sendServer) Send(ctx context.Context, m *banktypes.MsgSend) (*banktypes.MsgSendResponse, error) {
	return &banktypes.MsgSendResponse{}, s.sends.Apply(sdk.UnwrapSDKContext(ctx), m)
}

// bankBasic is the bank's with a genesis of one denomination, read in one spelling.
type bankBasic struct{ bank.AppModuleBasic }

// Metadata names the denomination to wallets.
var Metadata = banktypes.Metadata{Description: "A claim of one unit of account on the issuer", Base: Denom, Display: "electra",
	Name: "ELECTRA", Symbol: "ELECTRA", DenomUnits: []*banktypes.DenomUnit{{Denom: Denom}, {Denom: "electra", Exponent: 9}}}

func (bankBasic) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	state := banktypes.DefaultGenesisState()
	state.DenomMetadata = []banktypes.Metadata{Metadata}
	return cdc.MustMarshalJSON(state)
}

func (bankBasic) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	_, err := readBank(cdc, raw)
	return err
}

func readBank(cdc codec.JSONCodec, raw json.RawMessage) (state banktypes.GenesisState, err error) {
	if err := strict.Read(cdc, banktypes.ModuleName, raw, &state); err != nil {
		return state, err
	}
	if err := state.Validate(); err != nil {
		return state, errorsmod.Wrapf(ErrBankGenesis, "app_state.bank: %s", err)
	}
	if !state.Params.DefaultSendEnabled || len(state.SendEnabled) > 0 || len(state.Params.SendEnabled) > 0 { //nolint:staticcheck // decoded
		return state, errorsmod.Wrap(ErrBankGenesis, "app_state.bank.params: expected sending switched on, and no exception")
	}
	for _, coin := range state.Supply {
		if coin.Denom != Denom {
			return state, errorsmod.Wrapf(ErrBankGenesis, "app_state.bank.supply: expected %s alone, got %s", Denom, coin.Denom)
		}
	}
	for i, balance := range state.Balances {
		if len(balance.Coins) != 1 || balance.Coins[0].Denom != Denom {
			return state, errorsmod.Wrapf(ErrBankGenesis, "app_state.bank.balances[%d]: expected one coin of %s", i, Denom)
		}
	}
	if len(state.Balances) > 0 && len(state.Supply) == 0 {
		return state, errorsmod.Wrap(ErrBankGenesis, "app_state.bank.supply: expected the sum of all balances")
	}
	return state, nil
}

// bankModule is the bank without messages but MsgSend.
type bankModule struct {
	bank.AppModule
	keeper bankkeeper.BaseKeeper
	sends  sends
}

var (
	_ module.HasGenesis  = bankModule{}
	_ module.HasServices = bankModule{}
)

func (m bankModule) RegisterServices(cfg module.Configurator) {
	banktypes.RegisterMsgServer(cfg.MsgServer(), sendServer{sends: m.sends})
	banktypes.RegisterQueryServer(cfg.QueryServer(), m.keeper)
}

func (bankModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return bankBasic{}.DefaultGenesis(cdc)
}

func (bankModule) ValidateGenesis(cdc codec.JSONCodec, config client.TxEncodingConfig, raw json.RawMessage) error {
	return bankBasic{}.ValidateGenesis(cdc, config, raw)
}

// InitGenesis panics on a state that does not validate, as the SDK expects: a chain must not start from it.
func (m bankModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, raw json.RawMessage) {
	state, err := readBank(cdc, raw)
	if err != nil {
		panic(err)
	}
	m.keeper.InitGenesis(ctx, &state)
}

func newBankModule(cdc codec.Codec, keeper bankkeeper.BaseKeeper, accounts banktypes.AccountKeeper, ours sends) bankModule {
	return bankModule{AppModule: bank.NewAppModule(cdc, keeper, accounts, nil), keeper: keeper, sends: ours}
}
