package types

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/canonical"
)

// A genesis has one spelling and one hash. Readers of JSON differ in what they let through (a key that stands twice, another
// name or another writing of a value, a field left out), and a community that starts from one file must not read it in two ways. So the
// state is taken only in the form in which this chain writes it, spaces and the order of keys aside; and the hash of that goes into
// the chain's state, where one proof shows it: auditors hold a whole genesis.json against it (protocol section 9.5).

// ReadGenesis reads the state of this module, in its one spelling.
func ReadGenesis(cdc codec.JSONCodec, raw json.RawMessage) (g GenesisState, err error) {
	given, err := canonical.Text(raw)
	if err != nil {
		return g, wrong("app_state.%s.%s", ModuleName, err)
	}
	if err := cdc.UnmarshalJSON(raw, &g); err != nil {
		return g, wrong("app_state.%s.%s: %s", ModuleName, blame(cdc, raw), err)
	}
	ours, err := canonicalState(cdc, g)
	if err != nil {
		return g, err
	}
	if !bytes.Equal(given, ours) {
		return g, wrong("app_state.%s.%s: expected every field in the writing of `electrad export`; the first other one: %s", ModuleName,
			parts(given, ours), difference(given, ours))
	}
	return g, nil
}

// canonicalState goes by way of protobuf, which has one form of nothing: no bytes are null.
func canonicalState(cdc codec.JSONCodec, g GenesisState) ([]byte, error) {
	wire, err := g.Marshal()
	if err != nil {
		return nil, err
	}
	var same GenesisState
	if err := same.Unmarshal(wire); err != nil {
		return nil, err
	}
	raw, err := GenesisJSON(cdc, same)
	if err != nil {
		return nil, err
	}
	return canonical.Text(raw)
}

// difference quotes where two texts part.
func difference(given, ours []byte) string {
	at := 0
	for at < len(given) && at < len(ours) && given[at] == ours[at] {
		at++
	}
	around := func(text []byte) []byte { return text[min(max(0, at-30), len(text)):min(at+30, len(text))] }
	return fmt.Sprintf("%q, expected %q", around(given), around(ours))
}

// GenesisHash is SHA-256 of the canonical text of {app_state: {meter}, chain_id, genesis_time, initial_height}: all that a reader of
// the chain takes from its genesis. Heights are decimal strings there, the time has whole seconds. Signatures of sealing keys are of
// this hash, and null in it.
//
// On a chain with further modules whose state is in its genesis, app_state has theirs beside the meters', as they stand in the file.
func GenesisHash(cdc codec.JSONCodec, chainID string, genesisTime time.Time, initialHeight int64, g GenesisState,
	others OtherStates) ([]byte, error) {
	g.NodeKeys = slices.Clone(g.NodeKeys)
	for i := range g.NodeKeys {
		g.NodeKeys[i].Signature = nil
	}
	state, err := canonicalState(cdc, g)
	if err != nil {
		return nil, err
	}
	head := map[string]string{"chain_id": chainID, "genesis_time": genesisTime.UTC().Format(time.RFC3339),
		"initial_height": strconv.FormatInt(max(initialHeight, 1), 10)}
	states := map[string]json.RawMessage{ModuleName: state}
	maps.Copy(states, others)
	document := map[string]any{"app_state": states}
	for name, text := range head {
		document[name] = text
	}
	raw, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	text, err := canonical.Text(raw)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(text)
	return hash[:], nil
}

// OtherStates are those of the modules beside this one, as they stand in a genesis.
type OtherStates map[string]json.RawMessage

type otherStates struct{}

// In hands the states on to whoever begins from the genesis.
func (s OtherStates) In(ctx sdk.Context) sdk.Context { return ctx.WithValue(otherStates{}, s) }

// OtherStatesOf are those that In has put there.
func OtherStatesOf(ctx sdk.Context) OtherStates {
	others, _ := ctx.Value(otherStates{}).(OtherStates)
	return others
}
