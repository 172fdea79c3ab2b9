package vk_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"electra/internal/vk"
)

type vector struct {
	Name         string `json:"name"`
	Circuit      string `json:"circuit"`
	PublicInputs int    `json:"publicInputs"`
	Alpha        string `json:"alpha"`
	Beta         string `json:"beta"`
	Gamma        string `json:"gamma"`
	Delta        string `json:"delta"`
	IC           string `json:"ic"`
	ID           string `json:"id"`
	Field        string `json:"field"`
}

func (v vector) key(t *testing.T) vk.Key {
	t.Helper()
	bytes := func(text string) []byte {
		raw, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	return vk.Key{Circuit: v.Circuit, Alpha: bytes(v.Alpha), Beta: bytes(v.Beta), Gamma: bytes(v.Gamma), Delta: bytes(v.Delta),
		IC: bytes(v.IC)}
}

// Auditors and the node read keys by src/reader/verifier/key-bytes.ts. Both read the same answers.
func TestKeysAreThoseOfTheVectors(t *testing.T) {
	raw, err := os.ReadFile("../../../sdk/vectors/verification-keys.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Keys    []vector `json:"keys"`
		Refused []vector `json:"refused"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Keys) == 0 || len(file.Refused) == 0 {
		t.Fatal("no case")
	}
	for _, v := range file.Keys {
		k := v.key(t)
		if err := k.Check(v.PublicInputs); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
		if id := k.ID(); id != v.ID {
			t.Errorf("%s: expected id %s, got %s", v.Name, v.ID, id)
		}
	}
	for _, v := range file.Refused {
		if err := v.key(t).Check(v.PublicInputs); err == nil || !strings.HasPrefix(err.Error(), v.Field+":") {
			t.Errorf("%s: expected a refusal of %s, got %v", v.Name, v.Field, err)
		}
	}
}
