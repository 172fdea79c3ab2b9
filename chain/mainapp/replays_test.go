package mainapp_test

import (
	"reflect"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	tc "electra/internal/testchain"
	tm "electra/internal/testmain"
	electratypes "electra/x/electra/types"
)

// signedBy is an empty message of a kind, from somebody: whichever field names the signer, it is this one.
func signedBy(t *testing.T, c *tm.Chain, url string, signer tc.Party) sdk.Msg {
	t.Helper()
	made, err := c.App.Encoding().Registry.Resolve(url)
	must(t, err)
	fields := reflect.ValueOf(made).Elem()
	for _, name := range []string{"Operator", "Meter", "Member", "Holder", "Treasury", "Sender", "Uplink", "Guardian", "Issuer", "Attestor",
		"Registrar", "FromAddress"} {
		if field := fields.FieldByName(name); field.IsValid() && field.Kind() == reflect.String {
			field.SetString(signer.Address)
		}
	}
	message, ok := made.(sdk.Msg)
	if !ok {
		t.Fatalf("%s: expected a message", url)
	}
	return message
}

// What was signed for one chain is nothing on another, of whatever kind: the chain's id is under every signature. On its own chain the same
// message comes as far as the rules of its module.
func TestNoMessageIsReplayedOnAnotherChain(t *testing.T) {
	c := tm.Start(t, tc.SharedState(4), nil)
	c.Accepted(tc.Operator, &electratypes.MsgRegisterAccount{Registrar: tc.Operator.Address, Address: tc.Operator.Address,
		Kind: electratypes.KindOther})
	other := *c.Chain
	other.ID = "electra-main-5eed0009"
	kinds := 0
	for _, url := range c.App.Encoding().Registry.ListImplementations(sdk.MsgInterfaceProtoName) {
		message := signedBy(t, c, url, tc.Operator)
		known := strings.HasPrefix(url, "/electra.") || url == sdk.MsgTypeURL(&banktypes.MsgSend{})
		for on, chain := range map[string]*tc.Chain{"this": c.Chain, "another": &other} {
			r, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: chain.Tx(tc.Operator, message)})
			must(t, err)
			replayed := tc.Is(sdkerrors.ErrUnauthorized, r.Codespace, r.Code)
			if known && replayed != (on == "another") {
				t.Errorf("%s, signed for %s chain: got %s %d: %s", url, on, r.Codespace, r.Code, r.Log)
			}
		}
		if known {
			kinds++
			c.RefusedTx(sdkerrors.ErrUnauthorized, other.Tx(tc.Operator, message))
			other.Height, other.Time = c.Height, c.Time
		}
	}
	if kinds < 45 {
		t.Errorf("expected the messages of all five modules, got %d", kinds)
	}
}
