package app

import (
	"encoding/json"
	"fmt"
	"io"

	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"

	metertypes "electra/x/meter/types"
)

// Export reads the state at a height (-1: the latest) as the genesis of a chain that goes on where this one stopped:
// initial height is the next one, and the validators are those with power. The caller sets genesis_time to when the
// chain resumes; an earlier one than the export's chain time is refused.
func (k Kind) Export(logger log.Logger, db dbm.DB, trace io.Writer, height int64,
	opts ...func(*baseapp.BaseApp)) (servertypes.ExportedApp, error) {
	a, err := k.build(logger, db, trace, opts...)
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	if height == -1 {
		err = a.LoadLatestVersion()
	} else {
		err = a.LoadVersion(height)
	}
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	return a.export()
}

func (a *App) export() (servertypes.ExportedApp, error) {
	height := a.LastBlockHeight()
	ctx, err := a.CreateQueryContextWithCheckHeader(height, false, false)
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	modules, err := a.mm.ExportGenesis(ctx, a.enc.Codec)
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	state, err := json.MarshalIndent(modules, "", "  ")
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	var g metertypes.GenesisState
	if err := a.enc.Codec.UnmarshalJSON(modules[metertypes.ModuleName], &g); err != nil {
		return servertypes.ExportedApp{}, err
	}
	validators, err := GenesisValidators(g)
	return servertypes.ExportedApp{AppState: state, Validators: validators, Height: height + 1,
		ConsensusParams: a.GetConsensusParams(ctx)}, err
}

// GenesisValidators are the validators of a genesis state as CometBFT writes them into a genesis file.
func GenesisValidators(g metertypes.GenesisState) ([]cmttypes.GenesisValidator, error) {
	names := map[string]string{}
	for _, m := range g.Meters {
		names[string(m.ConsensusKey)] = m.Address
	}
	var validators []cmttypes.GenesisValidator
	for _, key := range g.ActiveKeys() {
		pk, err := cryptocodec.ToCmtPubKeyInterface(&ed25519.PubKey{Key: key})
		if err != nil {
			return nil, fmt.Errorf("consensus_key of %s: %w", names[string(key)], err)
		}
		validators = append(validators, cmttypes.GenesisValidator{Address: sdk.ConsAddress(pk.Address()).Bytes(), PubKey: pk,
			Power: metertypes.EqualPower, Name: names[string(key)]})
	}
	return validators, nil
}
