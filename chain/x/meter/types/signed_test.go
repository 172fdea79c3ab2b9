package types

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

type operatorVectors struct {
	Digests struct {
		NodeKey  string `json:"nodeKey"`
		Rotation string `json:"rotation"`
	} `json:"digests"`
	Cases []struct {
		Name        string `json:"name"`
		ChainID     string `json:"chainId"`
		GenesisHash string `json:"genesisHash"`
		Operator    string `json:"operator"`
		Rotations   []struct {
			N         uint32 `json:"n"`
			Address   string `json:"address"`
			Signature string `json:"signature"`
		} `json:"rotations"`
		Keys []struct {
			Epoch     uint32 `json:"epoch"`
			Key       string `json:"key"`
			Signature string `json:"signature"`
		} `json:"keys"`
		Code string `json:"code"`
	} `json:"cases"`
}

// Meters in TypeScript and C take what this chain takes: all read the same answers. Which epoch is next, and which rotation, the keeper
// says; here it is whose signature it is.
func TestWhatTheOperatorSignsIsThatOfTheVectors(t *testing.T) {
	text, err := os.ReadFile("../../../../sdk/vectors/operator.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors operatorVectors
	if err := json.Unmarshal(text, &vectors); err != nil || len(vectors.Cases) == 0 {
		t.Fatal(err, len(vectors.Cases))
	}
	raw := func(text string) []byte {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	digest := func(text []byte) []byte { d := sha256.Sum256(text); return d[:] }
	first := vectors.Cases[0]
	text = NodeKeyText(first.ChainID, raw(first.GenesisHash), first.Keys[0].Epoch, raw(first.Keys[0].Key))
	if got := digest(text); !bytes.Equal(got, raw(vectors.Digests.NodeKey)) {
		t.Errorf("node key: expected %s, got %x", vectors.Digests.NodeKey, got)
	}
	for _, c := range vectors.Cases {
		operator, bad := raw(c.Operator), false
		for _, r := range c.Rotations {
			next := raw(r.Address)
			if r.N == 1 && c.Code == "ok" {
				if got := digest(RotationText(c.ChainID, r.N, next)); !bytes.Equal(got, raw(vectors.Digests.Rotation)) {
					t.Errorf("rotation: expected %s, got %x", vectors.Digests.Rotation, got)
				}
			}
			bad = bad || CheckSignature("signature", RotationText(c.ChainID, r.N, next), raw(r.Signature), operator) != nil
			operator = next
		}
		for _, k := range c.Keys {
			text := NodeKeyText(c.ChainID, raw(c.GenesisHash), k.Epoch, raw(k.Key))
			bad = bad || CheckSignature("signature", text, raw(k.Signature), operator) != nil
		}
		if want := c.Code == "signature"; bad != want {
			t.Errorf("%s: expected a refusal of the signature: %t", c.Name, want)
		}
	}
}
