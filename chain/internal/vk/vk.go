// Package vk reads verification keys of Groth16 over BN254 as a genesis carries them, and names them by their points (protocol
// section 9.5). Two files with the same points have the same secret behind them, whatever else stands in them; so a key is
// its points and nothing else.
package vk

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
)

const (
	// CoordinateBytes is one coordinate, big-endian; G1Bytes and G2Bytes are points: x then y, Fp2 as c0 then c1.
	CoordinateBytes = fp.Bytes
	G1Bytes         = 2 * CoordinateBytes
	G2Bytes         = 4 * CoordinateBytes

	tag = "electra/vk/v1"
)

// Key is a verification key as bytes: what its id is made of.
type Key struct {
	Circuit                   string
	Alpha, Beta, Gamma, Delta []byte
	IC                        []byte
}

// ID is SHA-256("electra/vk/v1" ‖ circuit ‖ 0x00 ‖ alpha ‖ beta ‖ gamma ‖ delta ‖ count u32 ‖ IC…) in lower-case hex. The count of
// points in IC is big-endian, as the coordinates are. It says nothing of a key that Check refuses.
func (k Key) ID() string {
	h := sha256.New()
	h.Write([]byte(tag + k.Circuit + "\x00"))
	for _, part := range [][]byte{k.Alpha, k.Beta, k.Gamma, k.Delta} {
		h.Write(part)
	}
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(k.IC)/G1Bytes)))
	h.Write(k.IC)
	return hex.EncodeToString(h.Sum(nil))
}

// Points are a key's, tested.
type Points struct {
	Alpha              bn254.G1Affine
	Beta, Gamma, Delta bn254.G2Affine
	IC                 []bn254.G1Affine
}

// Check wants a key for so many public inputs: every coordinate below p, every point on its curve, in the subgroup of order r and not
// infinity, and gamma other than ±delta, with which anybody forges any proof. The error begins with the field.
func (k Key) Check(publicInputs int) error {
	_, err := k.Points(publicInputs)
	return err
}

// Points are those of a key that Check takes.
func (k Key) Points(publicInputs int) (p Points, err error) {
	if p.Alpha, err = g1("alpha", k.Alpha); err != nil {
		return p, err
	}
	if p.Beta, err = g2("beta", k.Beta); err != nil {
		return p, err
	}
	if p.Gamma, err = g2("gamma", k.Gamma); err != nil {
		return p, err
	}
	if p.Delta, err = g2("delta", k.Delta); err != nil {
		return p, err
	}
	if want := (publicInputs + 1) * G1Bytes; len(k.IC) != want {
		return p, fmt.Errorf("ic: expected %d bytes, %d points, got %d", want, publicInputs+1, len(k.IC))
	}
	p.IC = make([]bn254.G1Affine, publicInputs+1)
	for i := range p.IC {
		if p.IC[i], err = g1(fmt.Sprintf("ic[%d]", i), k.IC[i*G1Bytes:(i+1)*G1Bytes]); err != nil {
			return p, err
		}
	}
	if p.Gamma.X.Equal(&p.Delta.X) {
		return p, fmt.Errorf("delta: expected another point than ±gamma: with this key anybody forges any proof")
	}
	return p, nil
}

// coordinates reads big-endian numbers below p into elements.
func coordinates(field string, raw []byte, into ...*fp.Element) error {
	if len(raw) != len(into)*CoordinateBytes {
		return fmt.Errorf("%s: expected %d bytes, got %d", field, len(into)*CoordinateBytes, len(raw))
	}
	for i, e := range into {
		if err := e.SetBytesCanonical(raw[i*CoordinateBytes : (i+1)*CoordinateBytes]); err != nil {
			return fmt.Errorf("%s: expected coordinates below the field order p", field)
		}
	}
	return nil
}

// g1 reads a point of G1, which has no cofactor: on the curve is in the group.
func g1(field string, raw []byte) (p bn254.G1Affine, err error) {
	if err := coordinates(field, raw, &p.X, &p.Y); err != nil {
		return p, err
	}
	if p.IsInfinity() {
		return p, fmt.Errorf("%s: expected a point other than infinity", field)
	}
	if !p.IsOnCurve() {
		return p, fmt.Errorf("%s: expected a point on the curve", field)
	}
	return p, nil
}

// g2 reads a point of G2: on the twisted curve is not enough.
func g2(field string, raw []byte) (p bn254.G2Affine, err error) {
	if err := coordinates(field, raw, &p.X.A0, &p.X.A1, &p.Y.A0, &p.Y.A1); err != nil {
		return p, err
	}
	if p.IsInfinity() {
		return p, fmt.Errorf("%s: expected a point other than infinity", field)
	}
	if !p.IsOnCurve() {
		return p, fmt.Errorf("%s: expected a point on the twisted curve", field)
	}
	if !p.IsInSubGroup() {
		return p, fmt.Errorf("%s: expected a point of the subgroup of order r", field)
	}
	return p, nil
}
