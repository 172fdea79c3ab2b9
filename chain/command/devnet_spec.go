package command

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/cosmos/cosmos-sdk/version"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"electra/app"
	"electra/app/ante"
	"electra/x/meter/types"
)

// What `devnet --spec` reads. Left-out parameters get production's values; an unknown field is an error, so that a
// misspelt one cannot silently mean its default.

type devnetSpec struct {
	ChainID     string         `json:"chainId"`
	GenesisTime string         `json:"genesisTime"` // RFC 3339, whole seconds; empty: now
	Clock       devnetClock    `json:"clock"`
	Params      devnetParams   `json:"params"`
	Operator    string         `json:"operator"`
	Meters      []devnetMeter  `json:"meters"`
	NodeKeys    []devnetKey    `json:"nodeKeys"`
	Tariffs     []devnetTariff `json:"tariffs"`
	// as in a genesis, which is where they go
	VerificationKeys []devnetVerificationKey `json:"verificationKeys"`
	TimeoutCommit    duration                `json:"timeoutCommit"`
	// states of further modules, as in a genesis; left out: nothing has happened in them
	Modules map[string]json.RawMessage `json:"modules"`
	// without anything to say, a block comes only so often; 0 or left out: all the time
	EmptyBlockS uint32       `json:"emptyBlockS"`
	Ports       *devnetPorts `json:"ports"`

	genesisTime time.Time
}

type devnetClock struct {
	StartUnixS int64  `json:"startUnixS"` // left out: the genesis time
	Rate       uint64 `json:"rate"`
}

// devnetParams is types.Params under the spec's names.
type devnetParams struct {
	GraceS           uint64 `json:"graceS"`
	GraceBlocks      uint64 `json:"graceBlocks"`
	LateS            uint64 `json:"lateS"`
	ValidatorDelayS  uint64 `json:"validatorDelayS"`
	ValidatorWindowS uint64 `json:"validatorWindowS"`
	KeyMaxAgeS       uint64 `json:"keyMaxAgeS"`
	KeyOverlapS      uint64 `json:"keyOverlapS"`
	AnchorDueS       uint64 `json:"anchorDueS"`
	LinkDueS         uint64 `json:"linkDueS"`
	TrustPeriodS     uint64 `json:"trustPeriodS"`
	Tick             uint64 `json:"tick"`
	Rule             string `json:"rule"`
}

type devnetMeter struct {
	Address      string `json:"address"`
	Member       string `json:"member"`
	FirstDay     uint32 `json:"firstDay"`
	MaxWhPerSlot uint32 `json:"maxWhPerSlot"`
	Validator    bool   `json:"validator"`
}

type devnetKey struct {
	Epoch uint32 `json:"epoch"`
	Key   string `json:"key"` // hex; base64 is understood too
}

// devnetVerificationKey is types.VerificationKey under the names of a genesis; bytes in base64.
type devnetVerificationKey struct {
	Circuit string `json:"circuit"`
	Alpha   []byte `json:"alpha"`
	Beta    []byte `json:"beta"`
	Gamma   []byte `json:"gamma"`
	Delta   []byte `json:"delta"`
	Ic      []byte `json:"ic"`
}

type devnetTariff struct {
	FromDay        uint32  `json:"fromDay"`
	Rule           string  `json:"rule"`
	RetailNelPerWh []int64 `json:"retailNelPerWh"`
	FeedInNelPerWh []int64 `json:"feedInNelPerWh"`
	FeePerDayNel   decimal `json:"feePerDayNel"`
}

type devnetPorts struct {
	RPC  []int `json:"rpc"`
	P2P  []int `json:"p2p"`
	GRPC []int `json:"grpc"` // left out or 0: no gRPC server
}

// maxMempoolTxBytes leaves a node's mempool a little above the rule, so that the rule's own error is what a sender sees.
const maxMempoolTxBytes = ante.MaxTxBytes + 4096

// duration reads "300ms".
type duration time.Duration

func (d *duration) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return fmt.Errorf("timeoutCommit: expected text such as \"1s\"")
	}
	value, err := time.ParseDuration(text)
	if err != nil || value < time.Millisecond || value > time.Hour {
		return fmt.Errorf("timeoutCommit: expected 1ms to 1h, such as \"1s\", got %q", text)
	}
	*d = duration(value)
	return nil
}

// decimal reads an integer, as a number or as decimal text.
type decimal uint64

func (d *decimal) UnmarshalJSON(raw []byte) error {
	value, err := strconv.ParseUint(strings.Trim(string(raw), `"`), 10, 64)
	if err != nil {
		return fmt.Errorf("feePerDayNel: expected a decimal integer, got %s", raw)
	}
	*d = decimal(value)
	return nil
}

func defaultSpec(kind app.Kind) devnetSpec {
	return devnetSpec{
		Clock:         devnetClock{Rate: 1},
		Params:        devnetParams(types.ProductionParams(kind.Rule)),
		TimeoutCommit: duration(time.Second),
	}
}

func parseSpec(kind app.Kind, raw []byte, now time.Time) (devnetSpec, error) {
	spec := defaultSpec(kind)
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&spec); err != nil {
		return spec, err
	}
	spec.genesisTime = now.UTC().Truncate(time.Second)
	if spec.GenesisTime != "" {
		at, err := time.Parse(time.RFC3339, spec.GenesisTime)
		if err != nil || at.Nanosecond() != 0 {
			return spec, fmt.Errorf("genesisTime: expected RFC 3339 with whole seconds, such as 2026-07-01T00:00:00Z, got %q", spec.GenesisTime)
		}
		spec.genesisTime = at.UTC()
	}
	if spec.Clock.StartUnixS == 0 {
		spec.Clock.StartUnixS = spec.genesisTime.Unix()
	}
	return spec, spec.checkPorts()
}

func (s devnetSpec) checkPorts() error {
	validators := 0
	for _, m := range s.Meters {
		if m.Validator {
			validators++
		}
	}
	if validators == 0 {
		return fmt.Errorf("meters: expected at least one with \"validator\": true")
	}
	if s.Ports == nil {
		return nil
	}
	if len(s.Ports.RPC) != validators || len(s.Ports.P2P) != validators {
		return fmt.Errorf("ports: expected %d of rpc and of p2p, one for each validator", validators)
	}
	if n := len(s.Ports.GRPC); n != 0 && n != validators {
		return fmt.Errorf("ports.grpc: expected none or %d, one for each validator, got %d", validators, n)
	}
	for _, port := range append(append(append([]int{}, s.Ports.RPC...), s.Ports.P2P...), s.Ports.GRPC...) {
		if port < 0 || port > 65535 {
			return fmt.Errorf("ports: expected 1 to 65535, got %d", port)
		}
	}
	return nil
}

type devnetPortsOf struct{ rpc, p2p, grpc int }

func (s devnetSpec) portsOf(i int) devnetPortsOf {
	if s.Ports == nil {
		ports := devnetPortsOf{rpc: 26657 + 10*i, p2p: 26656 + 10*i}
		if i == 0 {
			ports.grpc = 9090
		}
		return ports
	}
	ports := devnetPortsOf{rpc: s.Ports.RPC[i], p2p: s.Ports.P2P[i]}
	if len(s.Ports.GRPC) > 0 {
		ports.grpc = s.Ports.GRPC[i]
	}
	return ports
}

// genesis builds the genesis file; consensus keys are by meter address.
func (s devnetSpec) genesis(kind app.Kind, keys map[string][]byte) (*genutiltypes.AppGenesis, error) {
	enc, err := app.NewEncoding()
	if err != nil {
		return nil, err
	}
	state, err := s.meterState(keys)
	if err != nil {
		return nil, err
	}
	validators, err := app.GenesisValidators(state)
	if err != nil {
		return nil, err
	}
	meter, err := types.GenesisJSON(enc.Codec, state)
	if err != nil {
		return nil, err
	}
	auth, err := enc.Codec.MarshalJSON(authtypes.DefaultGenesisState())
	if err != nil {
		return nil, err
	}
	states := kind.DefaultStates(enc.Codec)
	maps.Copy(states, s.Modules)
	states[authtypes.ModuleName], states[types.ModuleName] = auth, meter
	modules, err := json.MarshalIndent(states, "", "  ")
	if err != nil {
		return nil, err
	}
	return &genutiltypes.AppGenesis{AppName: kind.Name, AppVersion: version.Version, ChainID: s.ChainID,
		GenesisTime: s.genesisTime, InitialHeight: 1, AppState: modules,
		Consensus: &genutiltypes.ConsensusGenesis{Validators: validators, Params: s.consensusParams()}}, nil
}

// consensusParams bounds a block to 2 MiB and lets evidence live as long as a light client trusts a header.
func (s devnetSpec) consensusParams() *cmttypes.ConsensusParams {
	trust := time.Duration(s.Params.TrustPeriodS) * time.Second
	p := cmttypes.DefaultConsensusParams()
	p.Block.MaxBytes = 2 * 1024 * 1024
	p.Block.MaxGas = -1
	p.Evidence.MaxAgeDuration = trust
	p.Evidence.MaxAgeNumBlocks = max(p.Evidence.MaxAgeNumBlocks, int64(trust/time.Duration(s.TimeoutCommit)))
	return p
}

func (s devnetSpec) meterState(keys map[string][]byte) (types.GenesisState, error) {
	state := types.GenesisState{
		Params:   types.Params(s.Params),
		Clock:    types.Clock{StartUnixS: s.Clock.StartUnixS, Rate: s.Clock.Rate},
		Operator: s.Operator,
	}
	for _, k := range s.VerificationKeys {
		state.VerificationKeys = append(state.VerificationKeys, types.VerificationKey(k))
	}
	for _, m := range s.Meters {
		state.Meters = append(state.Meters, types.Meter{Address: m.Address, Member: m.Member, FirstDay: m.FirstDay,
			MaxWhPerSlot: m.MaxWhPerSlot, ConsensusKey: keys[m.Address]})
	}
	for i, k := range s.NodeKeys {
		key, err := keyBytes(k.Key)
		if err != nil {
			return state, fmt.Errorf("nodeKeys[%d].key: %w", i, err)
		}
		state.NodeKeys = append(state.NodeKeys, types.NodeKey{Epoch: k.Epoch, Key: key})
	}
	for _, t := range s.Tariffs {
		state.Tariffs = append(state.Tariffs, types.Tariff{FromDay: t.FromDay, Rule: t.Rule, RetailNelPerWh: t.RetailNelPerWh,
			FeedInNelPerWh: t.FeedInNelPerWh, FeePerDayNel: uint64(t.FeePerDayNel)})
	}
	return state, nil
}

// checkGenesis rehearses the genesis without its sealing keys: whoever holds the operator's key signs them for its hash, and
// so after it is written.
func (s devnetSpec) checkGenesis(kind app.Kind, keys map[string][]byte) error {
	state, err := s.meterState(keys)
	if err != nil {
		return err
	}
	for i := range state.NodeKeys {
		state.NodeKeys[i].Signature = make([]byte, types.SignatureBytes)
	}
	if err := state.Validate(); err != nil {
		return err
	}
	s.NodeKeys = nil
	doc, err := s.genesis(kind, keys)
	if err != nil {
		return err
	}
	return kind.CheckGenesis(doc)
}

func keyBytes(text string) ([]byte, error) {
	if key, err := hex.DecodeString(text); err == nil && len(key) == types.KeyBytes {
		return key, nil
	}
	if key, err := base64.StdEncoding.DecodeString(text); err == nil && len(key) == types.KeyBytes {
		return key, nil
	}
	return nil, fmt.Errorf("expected 32 bytes in hex")
}
