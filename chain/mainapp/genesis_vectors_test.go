package mainapp_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"electra/app"
	tc "electra/internal/testchain"
	tm "electra/internal/testmain"
	"electra/mainapp"
	electratypes "electra/x/electra/types"
	metertypes "electra/x/meter/types"
	registertypes "electra/x/register/types"
	settlementtypes "electra/x/settlement/types"
)

// What TypeScript reads of a main chain's genesis: `go test ./mainapp -run Vectors -write` writes it.
const genesisVectors = "../../sdk/vectors/main-genesis.json"

type genesisVector struct {
	Name       string          `json:"name"`
	Document   json.RawMessage `json:"document"`
	Hash       string          `json:"hash"`
	Departures []string        `json:"departures"` // of the further modules
}

func mainEncoding(t *testing.T) app.Encoding {
	t.Helper()
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	if err := mainapp.Kind().RegisterTypes(enc); err != nil {
		t.Fatal(err)
	}
	return enc
}

func nel(amount int64) sdk.Coins { return sdk.NewCoins(sdk.NewInt64Coin(mainapp.Denom, amount)) }

// livedStates are those of a chain that has money, a community and somebody's escrow.
func livedStates(cdc codec.JSONCodec) map[string]json.RawMessage {
	treasury, member, uplink := tc.Member(1).Address, tc.Member(2).Address, tc.Meter(1).Address
	hash := bytes.Repeat([]byte{9}, 32)
	bank := banktypes.DefaultGenesisState()
	bank.DenomMetadata = []banktypes.Metadata{mainapp.Metadata}
	bank.Balances = banktypes.SanitizeGenesisBalances([]banktypes.Balance{{Address: treasury, Coins: nel(900)},
		{Address: member, Coins: nel(1 << 60)},
		{Address: authtypes.NewModuleAddress("electra").String(), Coins: nel(10_000_000)},
		{Address: authtypes.NewModuleAddress("settlement").String(), Coins: nel(5_000_003)}})
	for _, balance := range bank.Balances {
		bank.Supply = bank.Supply.Add(balance.Coins...)
	}
	supply := bank.Supply[0].Amount.Uint64()
	accounts := []electratypes.Account{{Address: treasury, Kind: "treasury", Registrar: tc.Operator.Address, Height: 3},
		{Address: member, Kind: "member", Registrar: treasury, Height: 4}}
	if bytes.Compare(tc.Member(1).Key.PubKey().Address(), tc.Member(2).Key.PubKey().Address()) > 0 {
		accounts[0], accounts[1] = accounts[1], accounts[0]
	}
	electra := electratypes.GenesisState{
		Roles: []electratypes.Role{{Role: "attestor", Address: tc.NewParty("attestor").Address},
			{Role: "guardian", Address: tc.NewParty("guardian").Address}, electratypes.TestRoles[2]},
		Accounts:     accounts,
		Attestations: []electratypes.Attestation{{AsOfUnixS: 1_782_864_000, AmountNel: 1 << 61, DocumentHash: hash, Height: 5}},
		MintedNel:    supply + 20_000_000, ConfirmedNel: 20_000_000,
		Redemptions: []electratypes.Redemption{
			{Id: 1, Holder: member, AmountNel: 20_000_000, Reference: "IBAN 1", UnixS: 1_782_864_100, State: "confirmed", ClosedUnixS: 1_782_864_200,
				PaymentHash: hash},
			{Id: 2, Holder: member, AmountNel: 10_000_000, Reference: "IBAN 1", UnixS: 1_782_864_300, State: "open"}},
		Frozen: []electratypes.Frozen{{Account: member, ReasonHash: hash, Height: 6}}, Paused: true,
		Payouts:     []electratypes.Payout{{Treasury: treasury, Member: member, Counter: 7}},
		RoleChanges: []electratypes.RoleChange{{Role: "guardian", Address: tc.NewParty("next").Address, DueUnixS: 1_783_864_000}},
	}
	settlement := settlementtypes.GenesisState{FirstDay: 20_630, NextDay: 20_630, FundNel: 3,
		Escrows: []settlementtypes.Escrow{{Uplink: uplink, AmountNel: 5_000_000}}}
	clock := metertypes.Clock{StartUnixS: 1_782_864_000, Rate: 1, GenesisUnixS: 1_782_864_000}
	register := registertypes.DefaultGenesis()
	register.Development = false
	register.Communities = []registertypes.Community{{Uplink: uplink, ChainId: "electra-rural-00000001", GenesisHash: hash, Clock: clock,
		CreditNel: 1000, Members: 13, Height: 8, UnixS: 1_782_865_000, Suspended: "vote", SuspendedUnixS: 1_782_866_000}}
	kept := registertypes.Kept{Uplink: uplink, Height: 77, Hash: hash, UnixNs: 1_782_864_000_123_456_789, NextValidatorsHash: hash}
	register.Kept, register.NextId = []registertypes.Kept{kept}, 5
	register.Pending = []registertypes.Pending{{Id: 3, Uplink: uplink, Checkpoint: &kept, Height: 9, DueUnixS: 1_783_465_000,
		VetoedBy: []string{tc.Meter(2).Address}}}
	return map[string]json.RawMessage{"bank": cdc.MustMarshalJSON(bank), "electra": cdc.MustMarshalJSON(&electra),
		"settlement": cdc.MustMarshalJSON(&settlement), "register": cdc.MustMarshalJSON(&register)}
}

func genesisVectorOf(t *testing.T, name string, others map[string]json.RawMessage) genesisVector {
	t.Helper()
	doc := tm.Document(t, tc.SharedState(4), others)
	c, err := tm.TryStart(t, doc)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := c.App.Meters.GenesisHash.Get(c.Context())
	if err != nil {
		t.Fatal(err)
	}
	var states map[string]json.RawMessage
	if err := json.Unmarshal(doc.AppState, &states); err != nil {
		t.Fatal(err)
	}
	departures, err := mainapp.Kind().Departures(c.App.Encoding().Codec, states)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]any{"chain_id": doc.ChainID, "genesis_time": doc.GenesisTime.UTC().Format(time.RFC3339),
		"initial_height": "1", "app_state": states})
	if err != nil {
		t.Fatal(err)
	}
	return genesisVector{name, text, hex.EncodeToString(hash), departures}
}

func TestTheGenesisVectorsAreWhatTheMainChainBeginsFrom(t *testing.T) {
	fields := map[string][]fieldVector{}
	for _, pkg := range mainPackages {
		found, err := gogoproto.HybridResolver.FindDescriptorByName(protoreflect.FullName(pkg + ".GenesisState"))
		if err != nil {
			t.Fatal(err)
		}
		name := map[string]string{"cosmos.bank.v1beta1": "bank", "electra.settlement.v1": "settlement", "electra.electra.v1": "electra",
			"electra.register.v1": "register"}[pkg]
		fields[name] = fieldsOf(found.(protoreflect.MessageDescriptor))
	}
	holdVectors(t, genesisVectors, map[string]any{
		"about": "Geneses of a main chain as the chain begins from them, with their hashes and what production would not have; and the fields " +
			"of its further modules' states.",
		"fields":  fields,
		"geneses": []genesisVector{genesisVectorOf(t, "fresh", nil), genesisVectorOf(t, "lived", livedStates(mainEncoding(t).Codec))},
	})
}
