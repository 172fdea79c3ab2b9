package groth16

import (
	"crypto/rand"
	"fmt"
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
)

// Proof is three points; (−A, −B, C) would do as well, so it identifies nothing.
type Proof struct {
	A bn254.G1Affine
	B bn254.G2Affine
	C bn254.G1Affine
}

// ProofBytes is the length of a proof as bytes.
const ProofBytes = 2*g1Bytes + g2Bytes

// Bytes are the coordinates, big-endian and plain: A.x A.y B.x0 B.x1 B.y0 B.y1 C.x C.y.
func (p *Proof) Bytes() []byte {
	out := make([]byte, 0, ProofBytes)
	for _, e := range []interface{ Bytes() [elementBytes]byte }{
		&p.A.X, &p.A.Y, &p.B.X.A0, &p.B.X.A1, &p.B.Y.A0, &p.B.Y.A1, &p.C.X, &p.C.Y,
	} {
		b := e.Bytes()
		out = append(out, b[:]...)
	}
	return out
}

// The windows' width suits some ten thousand scalars, half of them small.
const windowWidth = 10

// scratch is what a proof needs besides the key, kept from one to the next and cleared in between.
type scratch struct {
	a, b, c fr.Vector
	scalars []scalar // witness, then quotient
	windows *windows
}

// Prover proves with one key, one proof at a time.
type Prover struct {
	key     *Key
	scratch scratch
	g1      *multiplierG1
	g2      *multiplierG2
}

// NewProver makes a prover.
func NewProver(key *Key) *Prover {
	v := func() fr.Vector { return make(fr.Vector, key.domain) }
	scalars := key.variables + key.domain
	return &Prover{
		key:     key,
		scratch: scratch{v(), v(), v(), make([]scalar, scalars), newWindows(windowWidth, scalars)},
		g1:      newMultiplierG1(),
		g2:      newMultiplierG2(),
	}
}

// Prove proves what the witness says: all variables as 32 little-endian bytes each, the constant 1 first. Whether they satisfy the
// constraints is not looked at; the proof of a false witness does not verify. Each proof is blinded anew.
func (p *Prover) Prove(witness []byte) (*Proof, error) {
	r, err := blinding()
	if err != nil {
		return nil, err
	}
	s, err := blinding()
	if err != nil {
		return nil, err
	}
	return p.prove(witness, r, s)
}

// blinding is 64 random bytes mod r: as good as uniform.
func blinding() (e fr.Element, err error) {
	var b [64]byte
	if _, err := rand.Read(b[:]); err != nil {
		return e, fmt.Errorf("no randomness: %w", err)
	}
	e.SetBytes(b[:])
	clear(b[:])
	return e, nil
}

func (p *Prover) prove(witness []byte, r, s fr.Element) (*Proof, error) {
	defer p.forget()
	k := p.key
	if err := p.read(witness); err != nil {
		return nil, err
	}
	k.quotient(p.scratch.scalars[:k.variables], &p.scratch, p.scratch.scalars[k.variables:])
	p.scratch.windows.cut(p.scratch.scalars)

	a := p.g1.multiply(&k.a, p.scratch.windows)
	b1 := p.g1.multiply(&k.b1, p.scratch.windows)
	b2 := p.g2.multiply(&k.b2, p.scratch.windows)
	c := p.g1.multiply(&k.ch, p.scratch.windows)
	return p.blind(a, b1, b2, c, r, s), nil
}

// blind finishes: A + α + rδ, B + β + sδ, and C + s·A + r·B − rs·δ with these A and B.
func (p *Prover) blind(a, b1 bn254.G1Jac, b2 bn254.G2Jac, c bn254.G1Jac, r, s fr.Element) *Proof {
	k := p.key
	var minusRS fr.Element
	minusRS.Mul(&r, &s).Neg(&minusRS)
	delta1 := jac1(&k.delta1)
	a.AddMixed(&k.alpha1)
	a.AddAssign(times1(&delta1, &r))
	b1.AddMixed(&k.beta1)
	b1.AddAssign(times1(&delta1, &s))
	var delta2 bn254.G2Jac
	delta2.FromAffine(&k.delta2)
	b2.AddMixed(&k.beta2)
	b2.AddAssign(delta2.ScalarMultiplication(&delta2, number(&s)))
	c.AddAssign(times1(&a, &s))
	c.AddAssign(times1(&b1, &r))
	c.AddAssign(times1(&delta1, &minusRS))
	proof := &Proof{}
	proof.A.FromJacobian(&a)
	proof.B.FromJacobian(&b2)
	proof.C.FromJacobian(&c)
	return proof
}

func jac1(p *bn254.G1Affine) (j bn254.G1Jac) {
	j.FromAffine(p)
	return j
}

func times1(p *bn254.G1Jac, s *fr.Element) *bn254.G1Jac {
	return new(bn254.G1Jac).ScalarMultiplication(p, number(s))
}

func number(e *fr.Element) *big.Int { return e.BigInt(new(big.Int)) }

func (p *Prover) read(witness []byte) error {
	k := p.key
	if len(witness) != k.variables*elementBytes {
		return fmt.Errorf("%w: expected %d variables of %d bytes", ErrWitness, k.variables, elementBytes)
	}
	for i := 0; i < k.variables; i++ {
		p.scratch.scalars[i] = limbs(witness[i*elementBytes:])
		if !below(p.scratch.scalars[i], modulusR) {
			return fmt.Errorf("%w: variable %d is not below r", ErrWitness, i)
		}
	}
	if p.scratch.scalars[0] != (scalar{1}) {
		return fmt.Errorf("%w: expected 1 as the first variable", ErrWitness)
	}
	return nil
}

// forget clears, as far as Go lets one, what the witness left behind.
func (p *Prover) forget() {
	s := &p.scratch
	clear(s.a)
	clear(s.b)
	clear(s.c)
	clear(s.scalars)
	clear(s.windows.digits)
	p.g1.clear()
	p.g2.clear()
}
