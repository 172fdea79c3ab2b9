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

// Circuits are all that have keys on a community's chain, in the order of their names: a further one is a further row.
var Circuits = []Circuit{{"clearing", 389}, {"day-bill", 203}, {"substitute", 6}}

// SharedCircuits are those under shared/1.
var SharedCircuits = []Circuit{{"bill-sum", 11}, {"clearing-shared", 293}, {"day-bill", 203}, {"net", 7}}

// Circuits are those of the chain.
func (p Params) Circuits() []Circuit {
	if p.Shared() {
		return SharedCircuits
	}
	return Circuits
}

// DevelopmentKeyIDs are the keys that ship with the project, of every circuit, whatever kind of chain has it: whoever made them can forge
// proofs under them. A production chain refuses them (production.go). src/protocol/genesis/production.ts has the same; both are held to
// circuits/keys/development.json and the keys that it lists.
var DevelopmentKeyIDs = map[string]string{
	"bill-sum":        "d08e8e85e8c5d2de304e8430c5170517d8976492943bc1753f9708cc3a429958",
	"clearing":        "2f023ccc9fc35c2e4bb9c0527095368a904e4b08f3d472170a492b9e32ca7e11",
	"clearing-shared": "072078fc6752bd3a40ef16b6ba542cbb8ead60ce9877a599fcbe3248fddb1904",
	"day-bill":        "2db77628d9e73890aca7854eb1238d21f6fc69e5f130865a8c7bf5377b6d0d6a",
	"net":             "b6aeae408e2cfd70f3787a10d57baa066d2b8a0c6e95cae93244db378ff432b2",
	"substitute":      "5fc3d03f972c3942033ed11ebcc4cfcd84e877fa9883401d0bb5908ce9fde62d",
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
	circuits := g.Params.Circuits()
	if len(g.VerificationKeys) != len(circuits) {
		return wrong("verification_keys: expected %d, one of each circuit, got %d", len(circuits), len(g.VerificationKeys))
	}
	for i, circuit := range circuits {
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
