package groth16

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
)

const (
	elementBytes = 32
	g1Bytes      = 2 * elementBytes
	g2Bytes      = 4 * elementBytes
)

func limbs(b []byte) (l [4]uint64) {
	for i := range l {
		l[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return l
}

func below(a, b [4]uint64) bool {
	var borrow uint64
	for i := range a {
		_, borrow = bits.Sub64(a[i], b[i], borrow)
	}
	return borrow == 1
}

var (
	modulusP = [4]uint64(limbsOfBig(fp.Modulus().Bytes()))
	modulusR = [4]uint64(limbsOfBig(fr.Modulus().Bytes()))
)

func limbsOfBig(bigEndian []byte) (l [4]uint64) {
	for i := range l {
		l[i] = binary.BigEndian.Uint64(bigEndian[24-8*i:])
	}
	return l
}

// A key's coordinates stand in the file just as gnark-crypto holds them in memory: Montgomery form, four little-endian words.
func fieldElement(b []byte) (fp.Element, bool) {
	l := limbs(b)
	return fp.Element(l), below(l, modulusP)
}

// g1 reads an affine point; (0, 0) is infinity, in the file as in gnark-crypto. G1 has no cofactor: on the curve is in the group.
func g1(b []byte) (p bn254.G1Affine, ok bool) {
	x, okX := fieldElement(b)
	y, okY := fieldElement(b[elementBytes:])
	p.X, p.Y = x, y
	return p, okX && okY && (p.IsInfinity() || p.IsOnCurve())
}

// g2 likewise; but on the curve is not enough there (see inGroup).
func g2(b []byte) (p bn254.G2Affine, ok bool) {
	ok = true
	for i, e := range []*fp.Element{&p.X.A0, &p.X.A1, &p.Y.A0, &p.Y.A1} {
		canonical := false
		*e, canonical = fieldElement(b[elementBytes*i:])
		ok = ok && canonical
	}
	return p, ok && (p.IsInfinity() || p.IsOnCurve())
}

// wires are points each of which is to be multiplied by the scalar of its number. Points at infinity, which a key has wherever a
// variable does not occur, add nothing and are left out.
type wires[P any] struct {
	points  []P
	scalars []uint32
}

// readWires reads a section's points; the first one belongs to the scalar numbered `first`.
func readWires[P any](
	all map[uint32][]byte, section uint32, size, first int, read func([]byte) (P, bool), infinite func(*P) bool,
) (w wires[P], err error) {
	for i := 0; i < len(all[section])/size; i++ {
		p, ok := read(all[section][i*size:])
		if !ok {
			return w, badKey("section %d: point %d is not on the curve", section, i)
		}
		if !infinite(&p) {
			w.points, w.scalars = append(w.points, p), append(w.scalars, uint32(first+i))
		}
	}
	return w, nil
}

func (w *wires[P]) append(other wires[P]) {
	w.points, w.scalars = append(w.points, other.points...), append(w.scalars, other.scalars...)
}

// Each trial misses a wrong point at most once in 128 times: no part of the curve outside of the group has a smaller order (10069).
const trials = 20

// inGroup says whether all points are of the group of order r. A part outside of it would show the witness modulo a small number.
// Points are tried together: a sum with random factors below 128 is outside if one of them is, but once in 128 times.
func inGroup(points []bn254.G2Affine) (bool, error) {
	all := wires[bn254.G2Affine]{points, make([]uint32, len(points))}
	for i := range all.scalars {
		all.scalars[i] = uint32(i)
	}
	m := newMultiplierG2()
	factors := &windows{width: 8, count: 1, scalars: len(points), digits: make([]int16, len(points))}
	random := make([]byte, len(points))
	for range trials {
		if _, err := rand.Read(random); err != nil {
			return false, fmt.Errorf("no randomness: %w", err)
		}
		for i, b := range random {
			factors.of(0)[i] = int16(b & 127)
		}
		if sum := m.multiply(&all, factors); !sum.IsInSubGroup() {
			return false, nil
		}
	}
	return true, nil
}
