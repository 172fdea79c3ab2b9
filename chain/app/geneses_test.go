package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	cmttypes "github.com/cometbft/cometbft/types"

	"electra/internal/canonical"
)

// The table of geneses that TypeScript reads too (src/protocol/genesis/geneses.test.ts): the same answer, and the same field, to each.

type genesisCase struct {
	What string `json:"what"`
	Of   string `json:"of"`
	Set  []struct {
		At    []any           `json:"at"`
		Value json.RawMessage `json:"value"`
	} `json:"set"`
	Text       []string `json:"text"`
	Field      string   `json:"field"`
	Departures []string `json:"departures"`
}

func genesisTable(t *testing.T) (documents map[string]json.RawMessage, cases []genesisCase) {
	t.Helper()
	raw, err := os.ReadFile("../../sdk/vectors/geneses.json")
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Fresh      json.RawMessage `json:"fresh"`
		Continued  json.RawMessage `json:"continued"`
		Shared     json.RawMessage `json:"shared"`
		SharedPast json.RawMessage `json:"sharedPast"`
		Cases      []genesisCase   `json:"cases"`
	}
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	return map[string]json.RawMessage{"fresh": table.Fresh, "continued": table.Continued, "shared": table.Shared,
		"sharedPast": table.SharedPast}, table.Cases
}

// changed puts a value at a path, or takes the place away.
func changed(node any, at []any, value json.RawMessage) any {
	key, rest := at[0], at[1:]
	var inner any
	if len(rest) == 0 && value != nil {
		if err := json.Unmarshal(value, &inner); err != nil {
			panic(err)
		}
	}
	switch n := node.(type) {
	case map[string]any:
		name := key.(string)
		switch {
		case len(rest) > 0:
			n[name] = changed(n[name], rest, value)
		case value == nil:
			delete(n, name)
		default:
			n[name] = inner
		}
		return n
	case []any:
		i := int(key.(float64))
		switch {
		case len(rest) > 0:
			n[i] = changed(n[i], rest, value)
		case value == nil:
			return slices.Delete(n, i, i+1)
		case i == len(n):
			return append(n, inner)
		default:
			n[i] = inner
		}
		return n
	}
	panic(fmt.Sprintf("%v: no such place", at))
}

// file writes what a node would be given: the same document, with what CometBFT and the SDK have besides.
func (c genesisCase) file(t *testing.T, document json.RawMessage) string {
	t.Helper()
	var tree any
	if err := json.Unmarshal(document, &tree); err != nil {
		t.Fatal(err)
	}
	for _, set := range c.Set {
		tree = changed(tree, set.At, set.Value)
	}
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	if once, err := canonical.Text(text); err == nil {
		text = once
	}
	if c.Text != nil {
		text = []byte(strings.Replace(string(text), c.Text[0], c.Text[1], 1))
	}
	params, err := cmtjson.Marshal(withoutGasLimit())
	if err != nil {
		t.Fatal(err)
	}
	whole := strings.Replace(string(text), `"meter":`, `"auth":{"params":{"max_memo_characters":"256","tx_sig_limit":"7",`+
		`"tx_size_cost_per_byte":"10","sig_verify_cost_ed25519":"590","sig_verify_cost_secp256k1":"1000"},"accounts":[]},"meter":`, 1)
	whole = strings.Replace(whole, `"initial_height":"1"`, `"initial_height":1`, 1)
	whole = strings.Replace(whole, `"initial_height":"906"`, `"initial_height":906`, 1)
	whole = strings.Replace(whole, `"initial_height":"-1"`, `"initial_height":-1`, 1)
	whole = strings.TrimSuffix(whole, "}") + `,"consensus":{"params":` + string(params) + `}}`
	path := filepath.Join(t.TempDir(), "genesis.json")
	if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func withoutGasLimit() *cmttypes.ConsensusParams {
	p := cmttypes.DefaultConsensusParams()
	p.Block.MaxGas = -1
	return p
}

func TestGenesesGetTheAnswersThatTypeScriptGives(t *testing.T) {
	documents, cases := genesisTable(t)
	for _, c := range cases {
		file := c.file(t, documents[c.Of])
		err := ValidateGenesis(file)
		field := strings.TrimPrefix(c.Field, "^")
		switch {
		case field == "" && err != nil:
			t.Errorf("%s, %s: expected to be valid, got %v", c.Of, c.What, err)
		case field != "" && err == nil:
			t.Errorf("%s, %s: expected a refusal of %s", c.Of, c.What, field)
		case field != "" && field == c.Field && !strings.Contains(err.Error(), field): // the words for a document's own form are CometBFT's
			t.Errorf("%s, %s: expected a refusal of %s, got %v", c.Of, c.What, field, err)
		}
		if field != "" {
			continue
		}
		var departure DepartureError
		if err := Community.CheckProduction(file); err != nil && !errors.As(err, &departure) {
			t.Errorf("%s, %s: %v", c.Of, c.What, err)
		}
		if !slices.Equal(departure.Departures, c.Departures) {
			t.Errorf("%s, %s: expected departures %q, got %q", c.Of, c.What, c.Departures, departure.Departures)
		}
	}
}
