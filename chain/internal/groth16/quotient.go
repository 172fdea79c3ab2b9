package groth16

import (
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr/fft"
)

// oddCoset is a key's domain with its shift to the odd coset: the domain times a root of unity of twice its order. There the
// vanishing polynomial is a constant, by which the key's H points are divided already.
func oddCoset(n int) *fft.Domain {
	shift := fft.NewDomain(uint64(2*n), fft.WithoutPrecompute()).Generator
	return fft.NewDomain(uint64(n), fft.WithShift(shift))
}

// moveToCoset takes values on the domain to values on the odd coset, in place. Between the two transforms the coefficients are in
// bit-reversed order, which the second one undoes.
func moveToCoset(domain *fft.Domain, values fr.Vector) {
	domain.FFTInverse(values, fft.DIF, fft.WithNbTasks(1))
	domain.FFT(values, fft.DIT, fft.OnCoset(), fft.WithNbTasks(1))
}

// quotient computes what the key's H points are multiplied by, A·B − C on the odd coset, as plain numbers into out.
func (k *Key) quotient(witness []scalar, s *scratch, out []scalar) {
	clear(s.a)
	clear(s.b)
	var product fr.Element
	for i := range k.terms {
		t := &k.terms[i]
		value := fr.Element(witness[t.variable])
		product.Mul(&t.coefficient, &value)
		sum := &s.a[t.constraint]
		if t.isB {
			sum = &s.b[t.constraint]
		}
		sum.Add(sum, &product)
	}
	s.c.Mul(s.a, s.b)
	for _, values := range []fr.Vector{s.a, s.b, s.c} {
		moveToCoset(k.coset, values)
	}
	s.a.Mul(s.a, s.b)
	s.a.Sub(s.a, s.c)
	for i := range out {
		out[i] = s.a[i].Bits()
	}
}
