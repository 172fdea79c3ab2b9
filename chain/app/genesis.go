package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/codec"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	metertypes "electra/x/meter/types"
)

// ValidateGenesis checks a whole genesis file: what CometBFT wants of it, the chain id, the genesis time, and the
// state of every module.
func ValidateGenesis(file string) error { return Community.ValidateGenesis(file) }

// CheckGenesis is that of a community, on a document in memory.
func CheckGenesis(doc *genutiltypes.AppGenesis) error { return Community.CheckGenesis(doc) }

// ValidateGenesis checks a whole genesis file of this kind of chain.
func (k Kind) ValidateGenesis(file string) error {
	doc, err := genutiltypes.AppGenesisFromFile(file)
	if err != nil {
		return err
	}
	return k.CheckGenesis(doc)
}

// CheckGenesis is ValidateGenesis on a document in memory.
func (k Kind) CheckGenesis(doc *genutiltypes.AppGenesis) error {
	if err := metertypes.CheckChainID(doc.ChainID); err != nil {
		return err
	}
	if doc.GenesisTime.IsZero() {
		return fmt.Errorf("genesis_time: expected one")
	}
	if doc.GenesisTime.Location() != time.UTC {
		return fmt.Errorf("genesis_time: expected UTC, written with a Z, got %s", doc.GenesisTime)
	}
	if doc.Consensus == nil || doc.Consensus.Params == nil {
		return fmt.Errorf("consensus.params: expected some")
	}
	if err := doc.ValidateAndComplete(); err != nil {
		return err
	}
	if gas := doc.Consensus.Params.Block.MaxGas; gas != -1 {
		return fmt.Errorf("consensus.params.block.max_gas: expected -1 (bytes are bounded here, gas is not), got %d", gas)
	}
	var modules map[string]json.RawMessage
	if err := json.Unmarshal(doc.AppState, &modules); err != nil {
		return fmt.Errorf("app_state: %w", err)
	}
	return k.rehearse(doc, modules)
}

// rehearse validates each module's state and then starts the chain on a throw-away database: only that finds
// everything that would stop the real one.
func (k Kind) rehearse(doc *genutiltypes.AppGenesis, modules map[string]json.RawMessage) error {
	a, err := k.New(log.NewNopLogger(), dbm.NewMemDB(), nil, baseapp.SetChainID(doc.ChainID))
	if err != nil {
		return err
	}
	for name := range modules {
		if _, known := a.mm.Modules[name]; !known {
			return fmt.Errorf("app_state.%s: expected one of %s", name, strings.Join(slices.Sorted(maps.Keys(a.mm.Modules)), ", "))
		}
	}
	if err := a.basic.ValidateGenesis(a.enc.Codec, a.enc.TxConfig, modules); err != nil {
		return err
	}
	_, err = a.InitChain(InitChainOf(doc))
	return err
}

// checkRule wants the meters' genesis to have the rule of this kind of chain.
func (k Kind) checkRule(cdc codec.JSONCodec, modules map[string]json.RawMessage) error {
	if k.Rule == "" {
		return nil
	}
	state, err := metertypes.ReadGenesis(cdc, modules[metertypes.ModuleName])
	if err == nil && state.Params.Rule != k.Rule {
		err = fmt.Errorf("app_state.meter.params.rule: expected %q, the rule of %s, got %q", k.Rule, k.Name, state.Params.Rule)
	}
	return err
}

// InitChainOf is what CometBFT sends the application for a genesis document.
func InitChainOf(doc *genutiltypes.AppGenesis) *abci.RequestInitChain {
	validators := make([]*cmttypes.Validator, len(doc.Consensus.Validators))
	for i, v := range doc.Consensus.Validators {
		validators[i] = cmttypes.NewValidator(v.PubKey, v.Power)
	}
	params := doc.Consensus.Params.ToProto()
	return &abci.RequestInitChain{
		Time: doc.GenesisTime, ChainId: doc.ChainID, InitialHeight: doc.InitialHeight, ConsensusParams: &params,
		Validators: cmttypes.TM2PB.ValidatorUpdates(&cmttypes.ValidatorSet{Validators: validators}), AppStateBytes: doc.AppState,
	}
}
