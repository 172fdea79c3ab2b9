package app

import (
	"encoding/json"
	"fmt"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
)

// ValidateGenesis checks a whole genesis file: what CometBFT wants of it, the chain id, the genesis time, and the
// state of every module.
func ValidateGenesis(file string) error {
	doc, err := genutiltypes.AppGenesisFromFile(file)
	if err != nil {
		return err
	}
	return CheckGenesis(doc)
}

// CheckGenesis is ValidateGenesis on a document in memory. It starts the chain in memory up to the first block,
// because only that finds everything that would stop the real one.
func CheckGenesis(doc *genutiltypes.AppGenesis) error {
	if doc.Consensus == nil {
		return fmt.Errorf("consensus: expected params and validators")
	}
	if doc.GenesisTime.IsZero() {
		return fmt.Errorf("genesis_time: expected one")
	}
	if err := doc.ValidateAndComplete(); err != nil {
		return err
	}
	if gas := doc.Consensus.Params.Block.MaxGas; gas != -1 {
		return fmt.Errorf("consensus.params.block.max_gas: expected -1 (gas is not bounded here, bytes are), got %d", gas)
	}
	enc, err := NewEncoding()
	if err != nil {
		return err
	}
	var modules map[string]json.RawMessage
	if err := json.Unmarshal(doc.AppState, &modules); err != nil {
		return fmt.Errorf("app_state: %w", err)
	}
	return rehearse(doc, enc, modules)
}
