package groth16

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
)

var witnesses = []string{"zero", "ones", "most"}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func tinyWitness(t testing.TB, name string) []byte {
	return read(t, "testdata/tiny-"+name+".witness")
}

func tinyProver(t testing.TB) *Prover {
	t.Helper()
	key, err := ReadKey(read(t, "testdata/tiny.zkey"))
	if err != nil {
		t.Fatal(err)
	}
	return NewProver(key)
}

// verificationKey is what snarkjs exported.
type verificationKey struct {
	Alpha [3]string    `json:"vk_alpha_1"`
	Beta  [3][2]string `json:"vk_beta_2"`
	Gamma [3][2]string `json:"vk_gamma_2"`
	Delta [3][2]string `json:"vk_delta_2"`
	IC    [][3]string  `json:"IC"`
}

func vkG1(s [3]string) (p bn254.G1Affine) {
	p.X.SetString(s[0])
	p.Y.SetString(s[1])
	return p
}

func vkG2(s [3][2]string) (p bn254.G2Affine) {
	p.X.SetString(s[0][0], s[0][1])
	p.Y.SetString(s[1][0], s[1][1])
	return p
}

// holds asks the pairing equation, by other code than the prover's.
func holds(t *testing.T, public []*big.Int, proof *Proof) bool {
	t.Helper()
	return holdsUnder(t, "testdata/tiny.vk.json", public, proof)
}

func holdsUnder(t *testing.T, key string, public []*big.Int, proof *Proof) bool {
	t.Helper()
	var vk verificationKey
	if err := json.Unmarshal(read(t, key), &vk); err != nil {
		t.Fatal(err)
	}
	statement := vkG1(vk.IC[0])
	for i, x := range public {
		ic := vkG1(vk.IC[i+1])
		statement.Add(&statement, ic.ScalarMultiplication(&ic, x))
	}
	var minusA bn254.G1Affine
	minusA.Neg(&proof.A)
	ok, err := bn254.PairingCheck(
		[]bn254.G1Affine{minusA, vkG1(vk.Alpha), statement, proof.C},
		[]bn254.G2Affine{proof.B, vkG2(vk.Beta), vkG2(vk.Gamma), vkG2(vk.Delta)},
	)
	return err == nil && ok
}

func publicOf(p *Prover, witness []byte) []*big.Int {
	public := make([]*big.Int, p.key.public)
	for i := range public {
		public[i] = bigOf(limbs(witness[(i+1)*elementBytes:]))
	}
	return public
}

func bigOf(s scalar) *big.Int {
	b := new(big.Int)
	for i := 3; i >= 0; i-- {
		b.Lsh(b, 64).Or(b, new(big.Int).SetUint64(s[i]))
	}
	return b
}

func TestAProofOfATrueStatementHoldsAndOfNoOther(t *testing.T) {
	p := tinyProver(t)
	for _, name := range witnesses {
		witness := tinyWitness(t, name)
		proof, err := p.Prove(witness)
		if err != nil {
			t.Fatal(err)
		}
		public := publicOf(p, witness)
		if !holds(t, public, proof) {
			t.Errorf("%s: the proof was refused", name)
		}
		for i := range public {
			public[i].Add(public[i], big.NewInt(1))
			if holds(t, public, proof) {
				t.Errorf("%s: public input %d was changed and the proof accepted", name, i)
			}
			public[i].Sub(public[i], big.NewInt(1))
		}
		for part, alter := range map[string]func(*Proof){
			"A": func(q *Proof) { q.A.Neg(&q.A) },
			"B": func(q *Proof) { q.B.Neg(&q.B) },
			"C": func(q *Proof) { q.C.Double(&q.C) },
		} {
			altered := *proof
			alter(&altered)
			if holds(t, public, &altered) {
				t.Errorf("%s: %s was altered and the proof accepted", name, part)
			}
		}
	}
}

func TestAFalseWitnessGivesAProofThatDoesNotHold(t *testing.T) {
	p := tinyProver(t)
	witness := tinyWitness(t, "most")
	for i := p.key.public + 1; i < p.key.variables; i++ {
		changed := bytes.Clone(witness)
		changed[i*elementBytes] ^= 1
		if limbs(changed[i*elementBytes:])[0] == modulusR[0] {
			continue // r − 1 became r
		}
		proof, err := p.Prove(changed)
		if err != nil {
			t.Fatal(err)
		}
		if holds(t, publicOf(p, changed), proof) {
			t.Errorf("variable %d is false and the proof was accepted", i)
		}
	}
}

// With blinding fixed, a proof is a function of key and witness. These were written down once; with and without assembly
// (`go test -tags purego`), on every architecture, they come out the same.
func TestWithFixedBlindingTheProofIsTheKnownOne(t *testing.T) {
	p := tinyProver(t)
	var r, s fr.Element
	r.SetUint64(0x0123456789abcdef)
	s.SetString("21888242871839275222246405745257275088548364400416034343698204186575808495616")
	for i, known := range knownProofs {
		proof, err := p.prove(tinyWitness(t, witnesses[i]), r, s)
		if err != nil {
			t.Fatal(err)
		}
		digest := sha256.Sum256(proof.Bytes())
		if got := hex.EncodeToString(digest[:]); got != known {
			t.Errorf("%s: expected %s, got %s", witnesses[i], known, got)
		}
	}
}

func TestEachProofIsBlindedAnew(t *testing.T) {
	p := tinyProver(t)
	first, err1 := p.Prove(tinyWitness(t, "ones"))
	second, err2 := p.Prove(tinyWitness(t, "ones"))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	a, b := first.Bytes(), second.Bytes()
	for i := 0; i < ProofBytes; i += elementBytes {
		if bytes.Equal(a[i:i+elementBytes], b[i:i+elementBytes]) {
			t.Errorf("coordinate %d is the same in both", i/elementBytes)
		}
	}
}

func TestBadWitnessesAreRefusedWithoutAValue(t *testing.T) {
	p := tinyProver(t)
	good := tinyWitness(t, "ones")
	change := func(at int, to []byte) []byte {
		w := bytes.Clone(good)
		copy(w[at:], to)
		return w
	}
	r := make([]byte, elementBytes)
	for i, b := range fr.Modulus().Bytes() {
		r[elementBytes-1-i] = b
	}
	for name, c := range map[string]struct {
		witness []byte
		message string
	}{
		"empty":       {nil, "witness: expected 18 variables of 32 bytes"},
		"short":       {good[:len(good)-1], "witness: expected 18 variables of 32 bytes"},
		"long":        {append(bytes.Clone(good), 0), "witness: expected 18 variables of 32 bytes"},
		"not below r": {change(3*elementBytes, r), "witness: variable 3 is not below r"},
		"no constant": {change(0, []byte{2}), "witness: expected 1 as the first variable"},
	} {
		if _, err := p.Prove(c.witness); !errors.Is(err, ErrWitness) || err.Error() != c.message {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if proof, err := p.Prove(good); err != nil || !holds(t, publicOf(p, good), proof) {
		t.Error("after refusals the prover does not prove on")
	}
}

func TestNothingOfAWitnessStaysInTheProver(t *testing.T) {
	p := tinyProver(t)
	if _, err := p.Prove(tinyWitness(t, "most")); err != nil {
		t.Fatal(err)
	}
	for i, s := range p.scratch.scalars {
		if s != (scalar{}) || i < len(p.scratch.a) && !(p.scratch.a[i].IsZero() && p.scratch.b[i].IsZero() && p.scratch.c[i].IsZero()) {
			t.Fatalf("scalar %d is still there", i)
		}
	}
	for _, d := range p.scratch.windows.digits {
		if d != 0 {
			t.Fatal("a digit is still there")
		}
	}
	for _, points := range [][]bn254.G1Affine{p.g1.sums.now, p.g1.sums.next, p.g1.buckets, p.g1.rows} {
		for i := range points {
			if !points[i].IsInfinity() {
				t.Fatal("a sum is still there")
			}
		}
	}
}
