package groth16

import (
	"encoding/json"
	"math/big"
	"testing"
)

// The known answers of the project's circuits folder: a real day copied, and a zero day, under the project's own key.
func TestTheKnownSubstitutesAreProven(t *testing.T) {
	var file struct {
		Cases []struct {
			ID           string   `json:"id"`
			PublicInputs []string `json:"publicInputs"`
			Witness      []byte   `json:"witness"`
		} `json:"cases"`
	}
	const circuits = "../../../circuits/"
	if err := json.Unmarshal(read(t, circuits+"testdata/substitute.json"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) != 2 {
		t.Fatalf("expected 2 cases, got %d", len(file.Cases))
	}
	key, err := ReadKey(read(t, circuits+"keys/substitute.zkey"))
	if err != nil {
		t.Fatal(err)
	}
	p := NewProver(key)
	for _, c := range file.Cases {
		public := publicOf(p, c.Witness)
		for i, want := range c.PublicInputs {
			if public[i].String() != want {
				t.Errorf("%s: public input %d: expected %s, got %s", c.ID, i, want, public[i])
			}
		}
		proof, err := p.Prove(c.Witness)
		if err != nil {
			t.Fatal(err)
		}
		if !holdsUnder(t, circuits+"keys/substitute.vk.json", public, proof) {
			t.Errorf("%s: the proof was refused", c.ID)
		}
		public[0].Add(public[0], big.NewInt(1))
		if holdsUnder(t, circuits+"keys/substitute.vk.json", public, proof) {
			t.Errorf("%s: another C was accepted", c.ID)
		}
	}
}
