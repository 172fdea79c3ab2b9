// Package verifier says whether proofs of Groth16 over BN254 hold, many of one circuit at once (docs/prove-book.md). Every validator asks
// it for a verdict that becomes part of consensus: so it draws nothing, depends on no clock and no core, and its verdict is the same where
// curve arithmetic is plain Go (build tag purego).
package verifier

import (
	"bytes"
	"fmt"

	"github.com/consensys/gnark-crypto/ecc/bn254"
)

// A proof is A ‖ B ‖ C, compressed.
const (
	ProofBytes = 2*g1Bytes + g2Bytes

	g1Bytes = bn254.SizeOfG1AffineCompressed
	g2Bytes = bn254.SizeOfG2AffineCompressed

	flags   = 0b11 << 6
	smaller = 0b10 << 6
	larger  = 0b11 << 6
)

// Proof is three points of their groups, none of them infinity.
type Proof struct {
	A, C bn254.G1Affine
	B    bn254.G2Affine
}

// ReadProof reads the one encoding of a proof. A proof is never an identity: (−A, −B, C) holds where (A, B, C) does.
func ReadProof(raw []byte) (p Proof, err error) {
	if len(raw) != ProofBytes {
		return p, fmt.Errorf("proof: expected %d bytes, got %d", ProofBytes, len(raw))
	}
	a, b, c := raw[:g1Bytes], raw[g1Bytes:g1Bytes+g2Bytes], raw[g1Bytes+g2Bytes:]
	if err := readG1("proof.a", a, &p.A); err != nil {
		return p, err
	}
	if err := readG2("proof.b", b, &p.B); err != nil {
		return p, err
	}
	return p, readG1("proof.c", c, &p.C)
}

// Bytes is the inverse of ReadProof.
func (p Proof) Bytes() []byte {
	a, b, c := p.A.Bytes(), p.B.Bytes(), p.C.Bytes()
	return append(append(a[:], b[:]...), c[:]...)
}

// isCompressed wants the flags of a point that is there: the library takes infinity too, which passes its test of the subgroup, and
// uncompressed points.
func isCompressed(first byte) bool {
	return first&flags == smaller || first&flags == larger
}

func readG1(field string, raw []byte, into *bn254.G1Affine) error {
	if !isCompressed(raw[0]) {
		return fmt.Errorf("%s: expected a compressed point other than infinity", field)
	}
	if _, err := into.SetBytes(raw); err != nil {
		return fmt.Errorf("%s: expected the x of a point of the curve, below p", field)
	}
	if again := into.Bytes(); !bytes.Equal(again[:], raw) {
		return fmt.Errorf("%s: expected the one encoding of a point", field)
	}
	return nil
}

func readG2(field string, raw []byte, into *bn254.G2Affine) error {
	if !isCompressed(raw[0]) {
		return fmt.Errorf("%s: expected a compressed point other than infinity", field)
	}
	if _, err := into.SetBytes(raw); err != nil {
		return fmt.Errorf("%s: expected the x of a point of the twisted curve's subgroup of order r, coordinates below p", field)
	}
	if again := into.Bytes(); !bytes.Equal(again[:], raw) {
		return fmt.Errorf("%s: expected the one encoding of a point", field)
	}
	return nil
}
