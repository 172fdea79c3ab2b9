package types

import (
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"testing"
)

type snarkjsKey struct {
	Alpha []string   `json:"vk_alpha_1"`
	Beta  [][]string `json:"vk_beta_2"`
	Gamma [][]string `json:"vk_gamma_2"`
	Delta [][]string `json:"vk_delta_2"`
	IC    [][]string `json:"IC"`
}

// coordinates writes decimal numbers as 32 bytes each.
func coordinates(t *testing.T, numbers ...string) (raw []byte) {
	t.Helper()
	for _, text := range numbers {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok {
			t.Fatalf("expected a number, got %q", text)
		}
		raw = append(raw, n.FillBytes(make([]byte, 32))...)
	}
	return raw
}

type developmentKey struct {
	Name         string `json:"circuit"`
	PublicInputs int    `json:"publicInputs"`
}

// A chain of any kind names each of them for what it is.
func TestAChainOfDevelopmentKeysDeparts(t *testing.T) {
	state := GenesisState{VerificationKeys: []VerificationKey{{Circuit: "net", Gamma: []byte{1}}}}
	for name, expected := range map[string]bool{state.VerificationKeys[0].ID(): true, strings.Repeat("0", 64): false} {
		before := DevelopmentKeyIDs["net"]
		DevelopmentKeyIDs["net"] = name
		departs := strings.Contains(strings.Join(state.Departures(0), "; "), "development keys (net)")
		DevelopmentKeyIDs["net"] = before
		if departs != expected {
			t.Errorf("%s: expected to depart: %t", name, expected)
		}
	}
}

// The keys that ship with the project are known as such, by their points, so that no production chain begins with them.
func TestTheDevelopmentKeysAreKnown(t *testing.T) {
	raw, err := os.ReadFile("../../../../circuits/keys/development.json")
	if err != nil {
		t.Fatal(err)
	}
	var shipped struct{ Keys []developmentKey }
	if err := json.Unmarshal(raw, &shipped); err != nil {
		t.Fatal(err)
	}
	if len(shipped.Keys) == 0 || len(DevelopmentKeyIDs) != len(shipped.Keys) {
		t.Fatalf("expected the %d that ship with the project, got %v", len(shipped.Keys), DevelopmentKeyIDs)
	}
	for _, circuit := range shipped.Keys {
		raw, err := os.ReadFile("../../../../circuits/keys/" + circuit.Name + ".vk.json")
		if err != nil {
			t.Fatal(err)
		}
		var s snarkjsKey
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatal(err)
		}
		g2 := func(p [][]string) []byte { return coordinates(t, append(append([]string{}, p[0]...), p[1]...)...) }
		k := VerificationKey{Circuit: circuit.Name, Alpha: coordinates(t, s.Alpha[:2]...), Beta: g2(s.Beta), Gamma: g2(s.Gamma),
			Delta: g2(s.Delta)}
		for _, p := range s.IC {
			k.Ic = append(k.Ic, coordinates(t, p[:2]...)...)
		}
		if err := k.key().Check(circuit.PublicInputs); err != nil {
			t.Errorf("%s: %v", circuit.Name, err)
		}
		if id := k.ID(); id != DevelopmentKeyIDs[circuit.Name] {
			t.Errorf("%s: expected id %s, got %s", circuit.Name, DevelopmentKeyIDs[circuit.Name], id)
		}
	}
}
