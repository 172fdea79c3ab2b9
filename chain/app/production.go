package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/cosmos/cosmos-sdk/codec"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	metertypes "electra/x/meter/types"
)

// A validator begins a production chain unless it is told that this one is for development (x/meter/types/production.go says what is
// none).

// InProduction makes the application refuse to begin any other chain.
func (a *App) InProduction() *App {
	a.production = true
	return a
}

// DepartureError refuses a chain that is fit for development alone.
type DepartureError struct{ Departures []string }

func (e DepartureError) Error() string {
	return "not a production chain: " + strings.Join(e.Departures, "; ") + " (refused unless --development is said)"
}

// CheckProduction reads a genesis file and wants one of a production chain, or else returns a DepartureError.
func (k Kind) CheckProduction(file string) error {
	doc, err := genutiltypes.AppGenesisFromFile(file)
	if err != nil {
		return err
	}
	var modules map[string]json.RawMessage
	if err := json.Unmarshal(doc.AppState, &modules); err != nil {
		return fmt.Errorf("app_state: %w", err)
	}
	enc, err := NewEncoding()
	if err != nil {
		return err
	}
	return k.refuseDevelopment(enc.Codec, modules, doc.GenesisTime)
}

func (k Kind) refuseDevelopment(cdc codec.JSONCodec, modules map[string]json.RawMessage, genesisTime time.Time) error {
	state, err := metertypes.ReadGenesis(cdc, modules[metertypes.ModuleName])
	if err != nil {
		return err
	}
	departures := state.Departures(genesisTime.Unix())
	if k.Departures != nil {
		more, err := k.Departures(cdc, modules)
		if err != nil {
			return err
		}
		departures = append(departures, more...)
	}
	if len(departures) > 0 {
		return DepartureError{departures}
	}
	return nil
}
