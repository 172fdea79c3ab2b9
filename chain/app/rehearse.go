package app

import (
	"encoding/json"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
)

// rehearse validates each module's state and then runs InitChain on a throw-away database.
func rehearse(doc *genutiltypes.AppGenesis, enc Encoding, modules map[string]json.RawMessage) (err error) {
	a, err := New(log.NewNopLogger(), dbm.NewMemDB(), nil, baseapp.SetChainID(doc.ChainID))
	if err != nil {
		return err
	}
	for name := range modules {
		if _, known := a.mm.Modules[name]; !known {
			return fmt.Errorf("app_state.%s: expected one of auth, consensus, meter", name)
		}
	}
	if err := a.basic.ValidateGenesis(enc.Codec, enc.TxConfig, modules); err != nil {
		return err
	}
	defer func() {
		if r := recover(); r != nil { // InitGenesis reports by panicking
			err = fmt.Errorf("%v", r)
		}
	}()
	_, err = a.InitChain(InitChainOf(doc))
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
		Validators: cmttypes.TM2PB.ValidatorUpdates(cmttypes.NewValidatorSet(validators)), AppStateBytes: doc.AppState,
	}
}
