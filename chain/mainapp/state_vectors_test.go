package mainapp_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"

	tc "electra/internal/testchain"
	tm "electra/internal/testmain"
)

// What light clients read of the state of a main chain that has lived, with proofs: `go test ./mainapp -run Vectors -write` writes it.
const stateVectors = "../../sdk/vectors/main-state.json"

// provenRanges are the ranges of each store that an auditor asks for, by their prefixes (src/protocol/bundle/main-file.ts).
var provenRanges = map[string]map[string]byte{
	"bank": {"supply": 0, "balances": 2},
	"electra": {"roles": 0, "accounts": 1, "attestations": 3, "minted": 4, "confirmed": 5, "redemptions": 6, "frozen": 11, "paused": 12,
		"roleChanges": 15},
	"meter":    {"meters": 3},
	"register": {"development": 0, "keys": 1, "communities": 2, "kept": 3, "pending": 4},
	"settlement": {"firstDay": 0, "nextDay": 1, "fund": 2, "escrows": 3, "periods": 4, "entries": 5, "pools": 6, "claims": 7, "debts": 8,
		"owing": 9, "missing": 10},
}

type storeVector struct {
	Store  string              `json:"store"`
	Ranges map[string][]string `json:"ranges"`
}

// asked is a proof about a key, there or absent, and that of its store.
func asked(t *testing.T, c *tm.Chain, store string, key []byte) (string, string) {
	t.Helper()
	answer, err := c.App.Query(context.Background(),
		&abci.RequestQuery{Path: "/store/" + store + "/key", Data: key, Prove: true, Height: c.Height})
	if err != nil || answer.Code != 0 || answer.ProofOps == nil || len(answer.ProofOps.Ops) != 2 {
		t.Fatalf("%s %x: expected a proof, got %v, %v", store, key, answer, err)
	}
	return base64.StdEncoding.EncodeToString(answer.ProofOps.Ops[0].Data), base64.StdEncoding.EncodeToString(answer.ProofOps.Ops[1].Data)
}

// walked asks for the first possible key, and for that behind each entry.
func walked(t *testing.T, c *tm.Chain, store string, prefix byte) (proofs []string, root string) {
	t.Helper()
	keys := [][]byte{{prefix}}
	entries := c.Store(store).Iterator([]byte{prefix}, []byte{prefix + 1})
	defer entries.Close()
	for ; entries.Valid(); entries.Next() {
		keys = append(keys, append(append([]byte{}, entries.Key()...), 0))
	}
	for _, key := range keys {
		var proof string
		proof, root = asked(t, c, store, key)
		proofs = append(proofs, proof)
	}
	return proofs, root
}

func TestTheStateVectorsAreProvenByTheChain(t *testing.T) {
	c, err := tm.TryStart(t, tm.Document(t, tc.SharedState(4), livedStates(mainEncoding(t).Codec)))
	if err != nil {
		t.Fatal(err)
	}
	c.Block() // a first block has no proofs
	stores := map[string]storeVector{}
	for store, ranges := range provenRanges {
		one := storeVector{Ranges: map[string][]string{}}
		for name, prefix := range ranges {
			one.Ranges[name], one.Store = walked(t, c, store, prefix)
		}
		stores[store] = one
	}
	file, err := json.Marshal(map[string]any{"format": "electra/main/v1", "chainId": c.ID, "height": strconv.FormatInt(c.Height, 10),
		"stores": stores})
	if err != nil {
		t.Fatal(err)
	}
	holdVectors(t, stateVectors, map[string]any{
		"about":   "The state of the main chain that `lived` of main-genesis.json begins: main.json of it, and the app hash it is under.",
		"appHash": hex.EncodeToString(c.AppHash()),
		"file":    json.RawMessage(file),
	})
}
