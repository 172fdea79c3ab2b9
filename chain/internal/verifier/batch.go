package verifier

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc"
	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"electra/internal/vk"
)

const (
	batchTag = "electra/batch/v1"

	coefficientBytes = 16
)

// Key is what the proofs of one circuit are verified by.
type Key struct {
	id                 []byte
	alpha              bn254.G1Affine
	beta, gamma, delta bn254.G2Affine
	ic                 []bn254.G1Affine
}

// NewKey reads a key for so many public inputs, with all tests of its points.
func NewKey(k vk.Key, publicInputs int) (*Key, error) {
	points, err := k.Points(publicInputs)
	if err != nil {
		return nil, fmt.Errorf("key of %s: %w", k.Circuit, err)
	}
	id, err := hex.DecodeString(k.ID())
	if err != nil {
		return nil, err
	}
	return &Key{id, points.Alpha, points.Beta, points.Gamma, points.Delta, points.IC}, nil
}

// Claim is that a proof holds for public inputs, in the circuit's order.
type Claim struct {
	Inputs []fr.Element
	Proof  Proof
}

// Batch are claims of one circuit.
type Batch struct {
	key    *Key
	claims []Claim
}

// NewBatch wants as many public inputs of each claim as the key is for.
func NewBatch(key *Key, claims []Claim) (Batch, error) {
	for i, c := range claims {
		if want := len(key.ic) - 1; len(c.Inputs) != want {
			return Batch{}, fmt.Errorf("proof %d: expected %d public inputs, got %d", i, want, len(c.Inputs))
		}
	}
	return Batch{key, claims}, nil
}

// Seed is a hash over all that the verdict depends on.
func (b Batch) Seed() [sha256.Size]byte {
	h := sha256.New()
	h.Write([]byte(batchTag))
	h.Write(b.key.id)
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(b.claims))))
	for _, c := range b.claims {
		for i := range c.Inputs {
			raw := c.Inputs[i].Bytes()
			h.Write(raw[:])
		}
		h.Write(c.Proof.Bytes())
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// FirstBad names the first claim that does not hold, -1 where all hold.
func (b Batch) FirstBad() int {
	if len(b.claims) == 0 || b.holds() {
		return -1
	}
	first, last := 0, len(b.claims) // one of these does not hold, and all before do
	for last-first > 1 {
		middle := first + (last-first)/2
		if (Batch{b.key, b.claims[first:middle]}).holds() {
			first = middle
		} else {
			last = middle
		}
	}
	return first
}

// coefficients follow from all that is verified: every validator computes the same ones, and whoever would change a proof to suit them
// changes them. 0 would drop a proof from the equation.
func (b Batch) coefficients() []fr.Element {
	seed := b.Seed()
	all := make([]fr.Element, len(b.claims))
	for i := range all {
		sum := sha256.Sum256(binary.LittleEndian.AppendUint32(seed[:], uint32(i)))
		all[i].SetBytes(sum[:coefficientBytes])
		if all[i].IsZero() {
			all[i].SetOne()
		}
	}
	return all
}

// holds asks one equation for all claims, with N + 3 pairings and one final exponentiation:
//
//	Π e(c_i·A_i, B_i) · e(−Σ c_i·alpha, beta) · e(−Σ c_i·V_i, gamma) · e(−Σ c_i·C_i, delta) = 1,  V_i = IC_0 + Σ input_j·IC_{j+1}
//
// Of the library's pairings it takes the one without kept lines: the one with them overwrites what it was given, and fails the second time.
func (b Batch) holds() bool {
	coefficients := b.coefficients()
	var sum fr.Element
	weights := make([]fr.Element, len(b.key.ic))
	cs := make([]bn254.G1Affine, len(b.claims))
	scaled := make([]bn254.G1Jac, len(b.claims))
	for i, claim := range b.claims {
		c := &coefficients[i]
		sum.Add(&sum, c)
		for j := range claim.Inputs {
			var term fr.Element
			term.Mul(c, &claim.Inputs[j])
			weights[j+1].Add(&weights[j+1], &term)
		}
		cs[i] = claim.Proof.C
		var a bn254.G1Jac
		scaled[i].ScalarMultiplication(a.FromAffine(&claim.Proof.A), c.BigInt(new(big.Int)))
	}
	weights[0] = sum
	publics, err := sumG1(b.key.ic, weights)
	if err != nil {
		return false
	}
	private, err := sumG1(cs, coefficients)
	if err != nil {
		return false
	}
	var alpha bn254.G1Affine
	alpha.ScalarMultiplication(&b.key.alpha, sum.BigInt(new(big.Int)))
	left := bn254.BatchJacobianToAffineG1(scaled)
	right := make([]bn254.G2Affine, 0, len(b.claims)+3)
	for _, claim := range b.claims {
		right = append(right, claim.Proof.B)
	}
	for _, p := range []*bn254.G1Affine{&alpha, &publics, &private} {
		left = append(left, *new(bn254.G1Affine).Neg(p))
	}
	right = append(right, b.key.beta, b.key.gamma, b.key.delta)
	is, err := bn254.PairingCheck(left, right)
	return err == nil && is
}

// sumG1 uses one core: a validator has others to do.
func sumG1(points []bn254.G1Affine, scalars []fr.Element) (sum bn254.G1Affine, err error) {
	_, err = sum.MultiExp(points, scalars, ecc.MultiExpConfig{NbTasks: 1})
	return sum, err
}
