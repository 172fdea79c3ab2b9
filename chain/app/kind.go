package app

import (
	"encoding/json"
	"io"

	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"
	storetypes "cosmossdk.io/store/types"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/types/module"

	"electra/app/ante"
	metertypes "electra/x/meter/types"
)

// Kind is a kind of chain. Every one has accounts, CometBFT's parameters and meters, the same doors and the same proposals; a kind
// says what is there beside them.
type Kind struct {
	Name    string                  // in CometBFT's handshake and in genesis
	Rule    string                  // by which its meters share, where a chain of this kind can have one alone
	Basics  []module.AppModuleBasic // of its further modules: names, messages, genesis without content
	Stores  []string                // of its further modules
	Passing []string                // stores that are empty in each block
	Purses  map[string][]string     // module accounts, with what the bank lets them do
	// Departures are everything in the states of its further modules that production would not have; nil: there is nothing to look at.
	Departures func(codec.JSONCodec, map[string]json.RawMessage) ([]string, error)
	// Extend makes the further modules of an application. It may give the meters what they ask of another module.
	Extend func(*App, Stores) (Extension, error)
}

// Stores are those of the further modules, by name.
type Stores struct {
	KV      map[string]*storetypes.KVStoreKey
	Passing map[string]*storetypes.TransientStoreKey
}

// Extension is what Kind.Extend has made: modules, which begin and end genesis and blocks after the meters in this order, and those
// whose messages may be sent.
type Extension struct {
	Modules []module.AppModule
	Parties []ante.Module
}

// Community is the kind of electrad: there is no bank in it, so there is nothing to transfer.
var Community = Kind{Name: Name, Purses: map[string][]string{}}

// New builds an application of this kind and loads its latest state.
func (k Kind) New(logger log.Logger, db dbm.DB, trace io.Writer, opts ...func(*baseapp.BaseApp)) (*App, error) {
	a, err := k.build(logger, db, trace, opts...)
	if err != nil {
		return nil, err
	}
	return a, a.LoadLatestVersion()
}

// DefaultStates are those of the further modules with which nothing has happened yet.
func (k Kind) DefaultStates(cdc codec.JSONCodec) map[string]json.RawMessage {
	states := map[string]json.RawMessage{}
	for _, basic := range k.Basics {
		if with, ok := basic.(module.HasGenesisBasics); ok {
			states[basic.Name()] = with.DefaultGenesis(cdc)
		}
	}
	return states
}

func (k Kind) storeNames(own ...string) []string { return append(own, k.Stores...) }

func (k Kind) moduleNames() []string {
	var names []string
	for _, basic := range k.Basics {
		names = append(names, basic.Name())
	}
	return names
}

// othersOf are the states of a genesis that its hash is of beside the meters'.
func (k Kind) othersOf(states map[string]json.RawMessage) metertypes.OtherStates {
	others := metertypes.OtherStates{}
	for _, name := range k.moduleNames() {
		if raw, there := states[name]; there {
			others[name] = raw
		}
	}
	return others
}
