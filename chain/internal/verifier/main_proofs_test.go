package verifier_test

import (
	"math/big"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"electra/internal/verifier"
	"electra/internal/vk"
)

// Real proofs of the circuits of a chain of communities, under the development keys (src/reader/verifier/main-proofs.test.ts asks
// TypeScript the same): they hold for their public inputs, and for no others.

type snarkjsKey struct {
	Alpha [3]string    `json:"vk_alpha_1"`
	Beta  [3][2]string `json:"vk_beta_2"`
	Gamma [3][2]string `json:"vk_gamma_2"`
	Delta [3][2]string `json:"vk_delta_2"`
	IC    [][3]string  `json:"IC"`
}

func coordinates(t *testing.T, numbers ...string) (raw []byte) {
	t.Helper()
	for _, text := range numbers {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok {
			t.Fatalf("expected a number, got %q", text)
		}
		raw = append(raw, n.FillBytes(make([]byte, vk.CoordinateBytes))...)
	}
	return raw
}

func developmentKey(t *testing.T, circuit string) *verifier.Key {
	t.Helper()
	var s snarkjsKey
	readJSON(t, "../../../circuits/keys/"+circuit+".vk.json", &s)
	g2 := func(p [3][2]string) []byte { return coordinates(t, p[0][0], p[0][1], p[1][0], p[1][1]) }
	k := vk.Key{Circuit: circuit, Alpha: coordinates(t, s.Alpha[:2]...), Beta: g2(s.Beta), Gamma: g2(s.Gamma), Delta: g2(s.Delta)}
	for _, p := range s.IC {
		k.IC = append(k.IC, coordinates(t, p[:2]...)...)
	}
	key, err := verifier.NewKey(k, len(s.IC)-1)
	must(t, err)
	return key
}

type snarkjsProof struct {
	A, C [2]string
	B    [2][2]string
}

func (p snarkjsProof) read(t *testing.T) (out verifier.Proof) {
	t.Helper()
	out.A.X.SetBytes(coordinates(t, p.A[0]))
	out.A.Y.SetBytes(coordinates(t, p.A[1]))
	out.B.X.A0.SetBytes(coordinates(t, p.B[0][0]))
	out.B.X.A1.SetBytes(coordinates(t, p.B[0][1]))
	out.B.Y.A0.SetBytes(coordinates(t, p.B[1][0]))
	out.B.Y.A1.SetBytes(coordinates(t, p.B[1][1]))
	out.C.X.SetBytes(coordinates(t, p.C[0]))
	out.C.Y.SetBytes(coordinates(t, p.C[1]))
	return out
}

func TestRealProofsOfCommunitiesHold(t *testing.T) {
	var file struct {
		Proofs []struct {
			Circuit      string
			PublicInputs []string
			Proof        snarkjsProof
		} `json:"proofs"`
	}
	readJSON(t, "../../../src/reader/verifier/testdata/main-proofs.json", &file)
	if len(file.Proofs) != 3 {
		t.Fatalf("expected one of each circuit but the bill's, got %d", len(file.Proofs))
	}
	for _, p := range file.Proofs {
		key := developmentKey(t, p.Circuit)
		var inputs []fr.Element
		for _, text := range p.PublicInputs {
			var e fr.Element
			if _, err := e.SetString(text); err != nil {
				t.Fatal(err)
			}
			inputs = append(inputs, e)
		}
		// through the 128 bytes that a message has
		proof, err := verifier.ReadProof(p.Proof.read(t).Bytes())
		must(t, err)
		firstBad := func() int {
			batch, err := verifier.NewBatch(key, []verifier.Claim{{Inputs: inputs, Proof: proof}})
			must(t, err)
			return batch.FirstBad()
		}
		if firstBad() >= 0 {
			t.Errorf("%s: expected the proof to hold", p.Circuit)
		}
		var one fr.Element
		one.SetOne()
		last := len(inputs) - 1
		inputs[last].Add(&inputs[last], &one)
		if firstBad() < 0 {
			t.Errorf("%s: expected the proof not to hold for another last input", p.Circuit)
		}
	}
}
