package mainapp_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"electra/app"
	tc "electra/internal/testchain"
	tm "electra/internal/testmain"
	"electra/internal/txerrors"
	"electra/mainapp"
	metertypes "electra/x/meter/types"
)

func send(from, to tc.Party, nel int64) *banktypes.MsgSend {
	return &banktypes.MsgSend{FromAddress: from.Address, ToAddress: to.Address, Amount: sdk.NewCoins(sdk.NewInt64Coin(mainapp.Denom, nel))}
}

func TestTheMainChainBeginsAndTakesNoDayWithoutEvidence(t *testing.T) {
	c := tm.Start(t, tc.SharedState(4), nil)
	c.Accepted(tc.Operator, tc.EnrolMeter(tc.Meter(9), tc.Member(9), tc.Today+1))
	c.Refused(metertypes.ErrEvidence, tc.Meter(1), tc.CloseDay(tc.Meter(1), tc.Today-1))
}

func TestOfTheBanksMessagesNoneButMsgSendIsKnown(t *testing.T) {
	c := tm.Start(t, tc.SharedState(4), nil)
	meter := tc.Meter(1)
	coins := sdk.NewCoins(sdk.NewInt64Coin(mainapp.Denom, 1))
	for name, message := range map[string]sdk.Msg{
		"MsgMultiSend": &banktypes.MsgMultiSend{Inputs: []banktypes.Input{{Address: meter.Address, Coins: coins}},
			Outputs: []banktypes.Output{{Address: tc.Meter(2).Address, Coins: coins}}},
		"MsgSetSendEnabled": &banktypes.MsgSetSendEnabled{Authority: meter.Address},
		"MsgUpdateParams":   &banktypes.MsgUpdateParams{Authority: meter.Address},
	} {
		if !strings.Contains(c.Refused(txerrors.ErrMessageType, meter, message), "cosmos.bank.v1beta1") {
			t.Errorf("%s: expected a refusal that names what may be sent", name)
		}
	}
	c.Refused(txerrors.ErrStranger, meter, send(meter, tc.Meter(2), 1))
}

// A community's chain has nothing to transfer, though the code of a bank is among what the SDK links.
func TestTheCommunitysChainHasNoBank(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	main := tm.Start(t, tc.SharedState(4), nil)
	c.RefusedTx(sdkerrors.ErrTxDecode, main.Tx(tc.Meter(1), send(tc.Meter(1), tc.Meter(2), 1)))
	answer, err := c.App.Query(context.Background(), &abci.RequestQuery{Path: "/store/bank/key", Data: []byte{0}})
	if err == nil && answer.Code == 0 {
		t.Error("expected no store of a bank")
	}
	if app.Community.Basics != nil || app.Community.Stores != nil || app.Community.Extend != nil || len(app.Community.Purses) > 0 {
		t.Error("expected a community's chain to have accounts, parameters of CometBFT and meters alone")
	}
	doc := tm.Document(t, tc.SharedState(4), nil)
	if err := app.CheckGenesis(doc); err == nil || !strings.Contains(err.Error(), "expected one of auth, consensus, meter") {
		t.Errorf("expected a community's chain not to begin from a genesis with a bank, got %v", err)
	}
}

// Its meters are communities: absent where they are silent, settled by what the rule keeps.
func TestTheMainChainBeginsByTheRuleOfCommunitiesAlone(t *testing.T) {
	doc := tm.Document(t, tc.State(4), nil)
	const names = `app_state.meter.params.rule: expected "shared/1", the rule of electra-main, got ""`
	if err := mainapp.Kind().CheckGenesis(doc); err == nil || !strings.Contains(err.Error(), names) {
		t.Errorf("expected genesis validate to name the rule, got %v", err)
	}
	if _, err := tm.TryStart(t, doc); err == nil || !strings.Contains(err.Error(), names) {
		t.Errorf("expected a node to name the rule, got %v", err)
	}
	if err := mainapp.Kind().CheckGenesis(tm.Document(t, tc.SharedState(4), nil)); err != nil {
		t.Error(err)
	}
}

func TestAGenesisOfTheMainChainIsReadInOneSpelling(t *testing.T) {
	doc := tm.Document(t, tc.SharedState(4), nil)
	if err := mainapp.Kind().CheckGenesis(doc); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(map[string]any){
		"another denomination": func(bank map[string]any) {
			bank["supply"] = []any{map[string]any{"denom": "other", "amount": "1"}}
			bank["balances"] = []any{map[string]any{"address": tc.Meter(1).Address, "coins": bank["supply"]}}
		},
		"sending switched off": func(bank map[string]any) { bank["params"].(map[string]any)["default_send_enabled"] = false },
		"a field left out":     func(bank map[string]any) { delete(bank, "send_enabled") },
		"an unknown field":     func(bank map[string]any) { bank["more"] = "1" },
	} {
		var states map[string]any
		if err := json.Unmarshal(doc.AppState, &states); err != nil {
			t.Fatal(err)
		}
		change(states["bank"].(map[string]any))
		altered := *doc
		altered.AppState, _ = json.Marshal(states)
		if err := mainapp.Kind().CheckGenesis(&altered); err == nil || !strings.Contains(err.Error(), "app_state.bank") {
			t.Errorf("%s: expected a refusal that names the bank, got %v", name, err)
		}
	}
}

// The hash that meters and auditors know a chain by is of all that it begins with.
func TestTheHashOfAGenesisIsOfEveryModulesState(t *testing.T) {
	hashOf := func(others map[string]json.RawMessage) string {
		c := tm.Start(t, tc.SharedState(4), others)
		hash, err := c.App.Meters.GenesisHash.Get(c.Context())
		if err != nil {
			t.Fatal(err)
		}
		return string(hash)
	}
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	state := banktypes.DefaultGenesisState()
	if hashOf(nil) == hashOf(map[string]json.RawMessage{"bank": enc.Codec.MustMarshalJSON(state)}) {
		t.Error("expected another state of the bank to be another genesis")
	}
}

func TestAnExportOfTheMainChainBeginsAgain(t *testing.T) {
	c := tm.Start(t, tc.SharedState(4), nil)
	exported, err := mainapp.Kind().Export(log.NewNopLogger(), c.DB, nil, -1)
	if err != nil {
		t.Fatal(err)
	}
	var states map[string]json.RawMessage
	if err := json.Unmarshal(exported.AppState, &states); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"auth", "meter", "bank"} {
		if _, there := states[name]; !there {
			t.Errorf("expected the state of %s in an export", name)
		}
	}
	if _, err := mainapp.New(log.NewNopLogger(), dbm.NewMemDB(), nil); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(app.Community.Stores, "bank") {
		t.Error("expected no store of a bank in a community's chain")
	}
}
