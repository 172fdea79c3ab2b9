package types

import (
	"electra/internal/verifier"
	"electra/internal/vk"
)

// The verification keys of a community (protocol section 9.5). Genesis carries the points themselves; whatever else names a
// key (books, verdicts) does so by the id that is computed of them.

// Circuit is one statement that is proven.
type Circuit struct {
	Name         string
	PublicInputs int
}

// Circuits are all that have keys, in the order of their names: a further one is a further row.
var Circuits = []Circuit{{"clearing", 389}, {"day-bill", 203}, {"substitute", 6}}

// DevelopmentKeyIDs are the keys that ship with the project: whoever made them can forge proofs under them. A production chain
// refuses them (production.go).
var DevelopmentKeyIDs = map[string]string{
	"clearing":   "2f023ccc9fc35c2e4bb9c0527095368a904e4b08f3d472170a492b9e32ca7e11",
	"day-bill":   "2db77628d9e73890aca7854eb1238d21f6fc69e5f130865a8c7bf5377b6d0d6a",
	"substitute": "5fc3d03f972c3942033ed11ebcc4cfcd84e877fa9883401d0bb5908ce9fde62d",
}

func (k VerificationKey) key() vk.Key {
	return vk.Key{Circuit: k.Circuit, Alpha: k.Alpha, Beta: k.Beta, Gamma: k.Gamma, Delta: k.Delta, IC: k.Ic}
}

// ID names the key by its points.
func (k VerificationKey) ID() string { return k.key().ID() }

// ForVerifying is the key with its points read.
func (k VerificationKey) ForVerifying(publicInputs int) (*verifier.Key, error) {
	return verifier.NewKey(k.key(), publicInputs)
}

// validateVerificationKeys wants one sound key of each circuit.
func (g GenesisState) validateVerificationKeys() error {
	if len(g.VerificationKeys) != len(Circuits) {
		return wrong("verification_keys: expected %d, one of each circuit, got %d", len(Circuits), len(g.VerificationKeys))
	}
	for i, circuit := range Circuits {
		k := g.VerificationKeys[i]
		if k.Circuit != circuit.Name {
			return wrong("verification_keys[%d].circuit: expected %q, got %q", i, circuit.Name, k.Circuit)
		}
		if err := k.key().Check(circuit.PublicInputs); err != nil {
			return wrong("verification_keys[%d].%s", i, err)
		}
	}
	return nil
}
