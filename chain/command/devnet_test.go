package command

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"electra/app"
	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// sample is a spec of four validators and a light meter that leaves out all it can.
func sample(change func(map[string]any)) []byte {
	var meters []map[string]any
	for n := 1; n <= 5; n++ {
		meters = append(meters, map[string]any{"address": tc.Meter(n).Address, "member": tc.Member(n).Address, "firstDay": tc.Today,
			"maxWhPerSlot": 5000, "validator": n != 2})
	}
	tariff := tc.Tariff(tc.Today)
	spec := map[string]any{
		"chainId": tc.ID, "genesisTime": tc.Genesis.Format(time.RFC3339), "operator": tc.Operator.Address, "meters": meters,
		"nodeKeys": []map[string]any{{"epoch": 1, "key": hex.EncodeToString(tc.NodeKey(0))}},
		"tariffs": []map[string]any{{"fromDay": tc.Today, "rule": tariff.Rule, "retailNelPerWh": tariff.RetailNelPerWh,
			"feedInNelPerWh": tariff.FeedInNelPerWh, "feePerDayNel": "250000000"}},
		"verificationKeys": verificationKeys(),
	}
	if change != nil {
		change(spec)
	}
	raw, err := json.Marshal(spec)
	if err != nil {
		panic(err)
	}
	return raw
}

func verificationKeys() (keys []devnetVerificationKey) {
	for _, k := range tc.VerificationKeys() {
		keys = append(keys, devnetVerificationKey(k))
	}
	return keys
}

// sealed signs the sealing keys of a network's genesis, as whoever holds the operator's key does.
func sealed(t *testing.T, homes []devnetHome) {
	t.Helper()
	for _, home := range homes {
		sealedFile(t, filepath.Join(home.Home, "config", "genesis.json"))
	}
}

// sealedFile has the operator sign a genesis' sealing keys, for that genesis.
func sealedFile(t *testing.T, file string) {
	t.Helper()
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := genutiltypes.AppGenesisFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	g := meterState(t, doc)
	hash, err := types.GenesisHash(enc.Codec, doc.ChainID, doc.GenesisTime, doc.InitialHeight, g, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range g.NodeKeys {
		g.NodeKeys[i].Signature = tc.Operator.Sign(types.NodeKeyText(doc.ChainID, hash, k.Epoch, k.Key))
	}
	modules := map[string]json.RawMessage{}
	if err := json.Unmarshal(doc.AppState, &modules); err != nil {
		t.Fatal(err)
	}
	if modules["meter"], err = types.GenesisJSON(enc.Codec, g); err != nil {
		t.Fatal(err)
	}
	if doc.AppState, err = json.Marshal(modules); err != nil {
		t.Fatal(err)
	}
	if err := doc.SaveAs(file); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, raw []byte, out string) (devnetSummary, error) {
	t.Helper()
	spec, err := parseSpec(Community.Kind, raw, time.Unix(1_800_000_000, 999))
	if err != nil {
		return devnetSummary{}, err
	}
	return Community.writeDevnet(spec, out)
}

func meterState(t *testing.T, doc *genutiltypes.AppGenesis) types.GenesisState {
	t.Helper()
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	var modules map[string]json.RawMessage
	if err := json.Unmarshal(doc.AppState, &modules); err != nil {
		t.Fatal(err)
	}
	var g types.GenesisState
	enc.Codec.MustUnmarshalJSON(modules["meter"], &g)
	return g
}

func TestADevnetIsReadyToStart(t *testing.T) {
	summary, err := write(t, sample(nil), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if len(summary.Homes) != 4 || summary.Homes[1].Meter != tc.Meter(3).Address || summary.Homes[2].RPC != "http://127.0.0.1:26677" ||
		summary.Homes[0].GRPC != "127.0.0.1:9090" || summary.Homes[1].GRPC != "" {
		t.Fatalf("%+v", summary)
	}
	if err := app.ValidateGenesis(summary.Genesis); err == nil || !strings.Contains(err.Error(), "node_keys[0].signature") {
		t.Fatalf("expected a genesis whose sealing key waits for the operator's signature, got %v", err)
	}
	sealed(t, summary.Homes)
	genesis, err := os.ReadFile(summary.Genesis)
	if err != nil {
		t.Fatal(err)
	}
	for _, home := range summary.Homes {
		file := filepath.Join(home.Home, "config", "genesis.json")
		if err := app.ValidateGenesis(file); err != nil {
			t.Fatal(err)
		}
		if own, err := os.ReadFile(file); err != nil || string(own) != string(genesis) {
			t.Fatalf("expected one genesis for all: %v", err)
		}
		for _, secret := range []string{"config/node_key.json", "config/priv_validator_key.json"} {
			if info, err := os.Stat(filepath.Join(home.Home, secret)); err != nil || info.Mode().Perm() != 0o600 {
				t.Fatalf("%s: %v, %v", secret, info, err)
			}
		}
		config, err := os.ReadFile(filepath.Join(home.Home, "config", "config.toml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(config), "\n") {
			if strings.Contains(line, "0.0.0.0") && !strings.HasPrefix(strings.TrimSpace(line), "#") {
				t.Errorf("expected everything on 127.0.0.1: %s", line)
			}
		}
		if n := strings.Count(string(config), "@127.0.0.1:"); n != 3 {
			t.Errorf("expected three peers, got %d", n)
		}
		for _, other := range summary.Homes {
			known := strings.Count(string(config), other.NodeID)
			if want := 2; other.NodeID != home.NodeID && known != want {
				t.Errorf("expected %s as a peer that always gets in, named twice, got %d", other.NodeID, known)
			}
		}
	}
	doc, err := genutiltypes.AppGenesisFromFile(summary.Genesis)
	if err != nil {
		t.Fatal(err)
	}
	g := meterState(t, doc)
	if len(doc.Consensus.Validators) != 4 || g.Params.GraceS != 21600 || g.Params.TrustPeriodS != 1209600 || g.Params.Tick != 1000 ||
		g.Clock.StartUnixS != tc.Genesis.Unix() || g.Clock.Rate != 1 || len(g.Meters[1].ConsensusKey) != 0 ||
		g.Tariffs[0].FeePerDayNel != 250_000_000 {
		t.Fatalf("%+v", g)
	}
}

func TestASpecSaysWhatItWants(t *testing.T) {
	summary, err := write(t, sample(func(s map[string]any) {
		s["genesisTime"] = ""
		s["clock"] = map[string]any{"startUnixS": 86400 * 1000, "rate": 900}
		s["params"] = map[string]any{"graceS": 60, "graceBlocks": 1}
		s["meters"].([]map[string]any)[0]["firstDay"] = 999
		s["tariffs"].([]map[string]any)[0]["fromDay"] = 999
		s["tariffs"].([]map[string]any)[0]["feePerDayNel"] = 7
		s["timeoutCommit"] = "20ms"
		s["ports"] = map[string]any{"rpc": []int{1001, 1002, 1003, 1004}, "p2p": []int{2001, 2002, 2003, 2004}}
	}), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := genutiltypes.AppGenesisFromFile(summary.Genesis)
	if err != nil {
		t.Fatal(err)
	}
	g := meterState(t, doc)
	if doc.GenesisTime.Unix() != 1_800_000_000 || doc.GenesisTime.Nanosecond() != 0 || g.Clock.StartUnixS != 86_400_000 ||
		g.Clock.Rate != 900 || g.Params.GraceS != 60 || g.Params.LateS != 2592000 || g.Tariffs[0].FeePerDayNel != 7 ||
		summary.Homes[3].P2P != "tcp://127.0.0.1:2004" || summary.Homes[0].GRPC != "" {
		t.Fatalf("%+v %+v", doc.GenesisTime, g)
	}
}

func TestTimeoutsFollowTheCommit(t *testing.T) {
	at := func(commit time.Duration) *cmtcfg.ConsensusConfig {
		return (devnetSpec{TimeoutCommit: duration(commit)}).cometConfig(t.TempDir(), "m", devnetPortsOf{1, 2, 0}).Consensus
	}
	if fast := at(20 * time.Millisecond); fast.TimeoutPropose > time.Second || fast.PeerGossipSleepDuration > 10*time.Millisecond ||
		fast.TimeoutCommit != 20*time.Millisecond {
		t.Errorf("%+v", fast)
	}
	if slow := at(5 * time.Second); slow.TimeoutPropose != 3*time.Second || slow.PeerGossipSleepDuration != 100*time.Millisecond ||
		!slow.CreateEmptyBlocks || slow.CreateEmptyBlocksInterval != 0 {
		t.Errorf("%+v", slow)
	}
	silent := (devnetSpec{TimeoutCommit: duration(time.Second), EmptyBlockS: 7}).cometConfig(t.TempDir(), "m", devnetPortsOf{1, 2, 0})
	if !silent.Consensus.CreateEmptyBlocks || silent.Consensus.CreateEmptyBlocksInterval != 7*time.Second {
		t.Errorf("%+v", silent.Consensus)
	}
}

func TestAProductionChainIsSilentForAMinuteAtMost(t *testing.T) {
	if c := productionConfig().Consensus; !c.CreateEmptyBlocks || c.CreateEmptyBlocksInterval != time.Minute {
		t.Errorf("expected an empty block a minute, got %v, %v", c.CreateEmptyBlocks, c.CreateEmptyBlocksInterval)
	}
}

func TestAWrongSpecIsRefusedByField(t *testing.T) {
	meter := func(s map[string]any, n int) map[string]any { return s["meters"].([]map[string]any)[n] }
	for field, change := range map[string]func(map[string]any){
		"chain_id":          func(s map[string]any) { s["chainId"] = "electra" },
		"genesisTime":       func(s map[string]any) { s["genesisTime"] = "yesterday" },
		"whole seconds":     func(s map[string]any) { s["genesisTime"] = "2026-07-01T00:00:00.5Z" },
		"operator":          func(s map[string]any) { s["operator"] = "electra1" },
		"meters[2]":         func(s map[string]any) { meter(s, 2)["address"] = "x" },
		"meters[3].address": func(s map[string]any) { meter(s, 3)["address"] = meter(s, 1)["address"] },
		"validator":         func(s map[string]any) { s["meters"] = []map[string]any{} },
		"max_wh_per_slot":   func(s map[string]any) { meter(s, 0)["maxWhPerSlot"] = 1 << 20 },
		"nodeKeys[0].key":   func(s map[string]any) { s["nodeKeys"] = []map[string]any{{"epoch": 1, "key": "00"}} },
		"node_keys[0]": func(s map[string]any) {
			s["nodeKeys"] = []map[string]any{{"epoch": 1, "key": strings.Repeat("00", 32)}}
		},
		"verification_keys": func(s map[string]any) { s["verificationKeys"] = nil },
		"verification_keys[0].delta": func(s map[string]any) {
			keys := verificationKeys()
			keys[0].Delta = keys[0].Gamma
			s["verificationKeys"] = keys
		},
		"tariffs":       func(s map[string]any) { s["tariffs"] = []any{} },
		"feePerDayNel":  func(s map[string]any) { s["tariffs"].([]map[string]any)[0]["feePerDayNel"] = "1.5" },
		"timeoutCommit": func(s map[string]any) { s["timeoutCommit"] = "soon" },
		"ports":         func(s map[string]any) { s["ports"] = map[string]any{"rpc": []int{1}, "p2p": []int{2}} },
		"ports.grpc": func(s map[string]any) {
			s["ports"] = map[string]any{"rpc": []int{1, 2, 3, 4}, "p2p": []int{5, 6, 7, 8}, "grpc": []int{9}}
		},
		"validatr":            func(s map[string]any) { meter(s, 0)["validatr"] = true },
		"params.grace_blocks": func(s map[string]any) { s["params"] = map[string]any{"graceBlocks": 0} },
		"graceS":              func(s map[string]any) { s["params"] = map[string]any{"graceS": "60"} },
	} {
		if _, err := write(t, sample(change), t.TempDir()); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("expected a refusal of %s, got %v", field, err)
		}
	}
}

func TestADevnetIsNotWrittenOverAnother(t *testing.T) {
	out := t.TempDir()
	if _, err := write(t, sample(nil), out); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(out, "node0", "config", "priv_validator_key.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := write(t, sample(nil), out); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Fatalf("expected a refusal, got %v", err)
	}
	if after, err := os.ReadFile(filepath.Join(out, "node0", "config", "priv_validator_key.json")); err != nil ||
		string(after) != string(before) {
		t.Fatalf("expected the keys to stay: %v", err)
	}
}

// Strangers from one address may take every inbound slot of a node; the validators get in beside them. Only where all share one
// address, as here, may an address connect more than once.
func TestADevnetKeepsSlotsForItsOwnNodes(t *testing.T) {
	summary, err := write(t, sample(nil), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for i, home := range summary.Homes {
		config, err := os.ReadFile(filepath.Join(home.Home, "config", "config.toml"))
		if err != nil {
			t.Fatal(err)
		}
		line := regexp.MustCompile(`(?m)^unconditional_peer_ids = "(.*)"$`).FindSubmatch(config)
		if line == nil {
			t.Fatalf("%s: expected unconditional_peer_ids", home.Home)
		}
		ids := strings.Split(string(line[1]), ",")
		if len(ids) != len(summary.Homes)-1 {
			t.Errorf("node %d: expected %d peers that always get in, got %v", i, len(summary.Homes)-1, ids)
		}
		for j, other := range summary.Homes {
			if slices.Contains(ids, other.NodeID) != (i != j) {
				t.Errorf("node %d: expected the other nodes alone, got %v", i, ids)
			}
		}
	}
	if cmtcfg.DefaultConfig().P2P.AllowDuplicateIP {
		t.Error("expected a node that is set up by hand to take an address once")
	}
}
