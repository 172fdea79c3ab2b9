// Package testkeys makes verification keys for tests: sound points that nobody proves anything with.
package testkeys

import (
	"math/big"

	"github.com/consensys/gnark-crypto/ecc/bn254"

	"electra/internal/vk"
)

// Of is a key for so many public inputs: small multiples of the generators.
func Of(circuit string, publicInputs int) vk.Key {
	_, _, one, two := bn254.Generators()
	g1 := func(n int64) []byte {
		raw := new(bn254.G1Affine).ScalarMultiplication(&one, big.NewInt(n)).RawBytes()
		return raw[:]
	}
	g2 := func(n int64) []byte { return G2(new(bn254.G2Affine).ScalarMultiplication(&two, big.NewInt(n))) }
	k := vk.Key{Circuit: circuit, Alpha: g1(2), Beta: g2(3), Gamma: g2(1), Delta: g2(5)}
	for i := 0; i <= publicInputs; i++ {
		k.IC = append(k.IC, g1(int64(7+i))...)
	}
	return k
}

// G2 is a point in the order of a genesis: c0 before c1. gnark-crypto writes c1 first.
func G2(p *bn254.G2Affine) []byte {
	var raw []byte
	for _, e := range []interface {
		Bytes() [vk.CoordinateBytes]byte
	}{&p.X.A0, &p.X.A1, &p.Y.A0, &p.Y.A1} {
		bytes := e.Bytes()
		raw = append(raw, bytes[:]...)
	}
	return raw
}
