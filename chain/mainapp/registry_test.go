package mainapp_test

import (
	"encoding/json"
	"os"
	"reflect"
	"runtime/debug"
	"strings"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	tc "electra/internal/testchain"
	tm "electra/internal/testmain"
	"electra/mainapp"
	electratypes "electra/x/electra/types"
	metertypes "electra/x/meter/types"
	settlementtypes "electra/x/settlement/types"
)

// registry/ is what wallets and explorers are told of the main chain, in the form of the chain registry: whoever runs one puts its chain id
// and addresses in. What does not depend on them has to be so.

func registered(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile("../registry/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

func TestWalletsAreToldWhatTheChainIs(t *testing.T) {
	var chain struct {
		ChainID  string `json:"chain_id"`
		Prefix   string `json:"bech32_prefix"`
		Daemon   string `json:"daemon_name"`
		CoinType uint32 `json:"slip44"`
		Fees     struct {
			Tokens []map[string]any `json:"fee_tokens"`
		} `json:"fees"`
		Codebase struct {
			Consensus, SDK struct{ Version string }
		} `json:"codebase"`
	}
	registered(t, "chain.json", &chain)
	if err := metertypes.CheckChainID(chain.ChainID); err != nil {
		t.Error(err)
	}
	if chain.Prefix != metertypes.Bech32Prefix || chain.CoinType != sdk.CoinType {
		t.Errorf("expected the prefix and coin type of accounts, got %s and %d", chain.Prefix, chain.CoinType)
	}
	if _, err := os.Stat("../cmd/" + chain.Daemon); err != nil {
		t.Errorf("daemon_name: expected the command's name: %v", err)
	}
	if len(chain.Fees.Tokens) != 1 || chain.Fees.Tokens[0]["denom"] != mainapp.Denom || chain.Fees.Tokens[0]["high_gas_price"] != 0.0 {
		t.Errorf("fees: expected none, in %s, got %v", mainapp.Denom, chain.Fees.Tokens)
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("expected a test binary to say what it is built of")
	}
	for _, module := range info.Deps {
		switch module.Path {
		case "github.com/cometbft/cometbft":
			sameVersion(t, module, chain.Codebase.Consensus.Version)
		case "github.com/cosmos/cosmos-sdk":
			sameVersion(t, module, chain.Codebase.SDK.Version)
		}
	}
}

func sameVersion(t *testing.T, module *debug.Module, said string) {
	t.Helper()
	if strings.TrimPrefix(module.Version, "v") != said {
		t.Errorf("%s: expected %s, got %s", module.Path, module.Version, said)
	}
}

func TestWalletsAreToldWhatELECTRAIs(t *testing.T) {
	var list struct {
		Assets []struct {
			Description, Base, Display, Name, Symbol string
			Units                                    []struct {
				Denom    string
				Exponent uint32
			} `json:"denom_units"`
		}
	}
	registered(t, "assetlist.json", &list)
	c := tm.Start(t, tc.SharedState(4), nil)
	metadata, found := c.Main.Bank.GetDenomMetaData(c.Context(), mainapp.Denom)
	if !found || len(list.Assets) != 1 {
		t.Fatal("expected one asset, and the chain to have its metadata")
	}
	said := list.Assets[0]
	want := banktypes.Metadata{Description: said.Description, Base: said.Base, Display: said.Display, Name: said.Name, Symbol: said.Symbol}
	for _, u := range said.Units {
		want.DenomUnits = append(want.DenomUnits, &banktypes.DenomUnit{Denom: u.Denom, Exponent: u.Exponent})
	}
	if !reflect.DeepEqual(metadata, want) {
		t.Errorf("expected %+v\ngot %+v", metadata, want)
	}
	if electratypes.Denom != mainapp.Denom || settlementtypes.Denom != mainapp.Denom {
		t.Error("expected one denomination everywhere")
	}
}
