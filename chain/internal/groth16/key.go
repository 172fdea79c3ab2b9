package groth16

import (
	"encoding/binary"
	"errors"
	"math/bits"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr/fft"
)

// Key is a proving key in memory, every part of it checked.
type Key struct {
	variables int // of the witness, the constant 1 first
	public    int // of them public inputs: those behind the 1
	domain    int // evaluation points, a power of two

	alpha1, beta1, delta1 bn254.G1Affine
	beta2, delta2         bn254.G2Affine

	terms []term // of A and B, constraint by constraint
	coset *fft.Domain

	// What is multiplied by the witness, and in ch also, numbered behind it, by the quotient's values.
	a, b1, ch wires[bn254.G1Affine]
	b2        wires[bn254.G2Affine]
}

// Variables, Public and Domain say the key's sizes.
func (k *Key) Variables() int { return k.variables }
func (k *Key) Public() int    { return k.public }
func (k *Key) Domain() int    { return k.domain }

// A term is one coefficient of a constraint. It stands in the file multiplied twice by the Montgomery factor: so Montgomery's
// product with a witness value as it is, in plain form, comes out in Montgomery form.
type term struct {
	constraint, variable uint32
	isB                  bool
	coefficient          fr.Element
}

const (
	termBytes     = 3*4 + elementBytes
	headerBytes   = 4 + elementBytes + 4 + elementBytes + 3*4 + 3*g1Bytes + 3*g2Bytes
	protocolBytes = 4
	protocol      = 1 // Groth16
	maxLogDomain  = 24
	maxVariables  = 1 << 26
)

// ReadKey reads a .zkey as snarkjs writes it (Groth16 over BN254) and refuses whatever is not one to the last byte.
func ReadKey(file []byte) (*Key, error) {
	all, err := sections(file)
	if err != nil {
		return nil, err
	}
	if p := all[sectionProtocol]; len(p) != protocolBytes || binary.LittleEndian.Uint32(p) != protocol {
		return nil, badKey("expected Groth16")
	}
	k := &Key{}
	if err := k.readHeader(all[sectionHeader]); err != nil {
		return nil, err
	}
	if err := k.readTerms(all[sectionCoefficients]); err != nil {
		return nil, err
	}
	if err := k.readPoints(all); err != nil {
		return nil, err
	}
	k.coset = oddCoset(k.domain)
	return k, nil
}

func (k *Key) readHeader(h []byte) error {
	if len(h) != headerBytes || binary.LittleEndian.Uint32(h) != elementBytes || limbs(h[4:]) != modulusP ||
		binary.LittleEndian.Uint32(h[36:]) != elementBytes || limbs(h[40:]) != modulusR {
		return badKey("expected BN254")
	}
	variables, public, domain := binary.LittleEndian.Uint32(h[72:]), binary.LittleEndian.Uint32(h[76:]), binary.LittleEndian.Uint32(h[80:])
	if variables > maxVariables || public >= variables {
		return badKey("expected more variables than public inputs, and at most %d", maxVariables)
	}
	if bits.OnesCount32(domain) != 1 || domain < 2 || domain > 1<<maxLogDomain {
		return badKey("expected a power of two as domain, at most 2^%d", maxLogDomain)
	}
	k.variables, k.public, k.domain = int(variables), int(public), int(domain)
	h = h[84:]
	allFound := true
	take1 := func() bn254.G1Affine {
		p, ok := g1(h)
		allFound, h = allFound && ok && !p.IsInfinity(), h[g1Bytes:]
		return p
	}
	take2 := func() bn254.G2Affine {
		p, ok := g2(h)
		allFound, h = allFound && ok && !p.IsInfinity() && p.IsInSubGroup(), h[g2Bytes:]
		return p
	}
	k.alpha1, k.beta1, k.beta2 = take1(), take1(), take2()
	take2() // gamma is the verifier's
	k.delta1, k.delta2 = take1(), take2()
	if !allFound {
		return badKey("alpha, beta, gamma or delta is not a point of its group")
	}
	return nil
}

func (k *Key) readTerms(b []byte) error {
	if len(b) < 4 || uint64(len(b)) != 4+uint64(binary.LittleEndian.Uint32(b))*termBytes {
		return badKey("section %d has another length", sectionCoefficients)
	}
	b = b[4:]
	k.terms = make([]term, len(b)/termBytes)
	for i := range k.terms {
		t := b[i*termBytes:]
		matrix, constraint, variable := binary.LittleEndian.Uint32(t), binary.LittleEndian.Uint32(t[4:]), binary.LittleEndian.Uint32(t[8:])
		value := limbs(t[12:])
		if matrix > 1 || int(constraint) >= k.domain || int(variable) >= k.variables || !below(value, modulusR) {
			return badKey("coefficient %d is out of range", i)
		}
		k.terms[i] = term{constraint, variable, matrix == 1, fr.Element(value)}
	}
	return nil
}

func (k *Key) readPoints(all map[uint32][]byte) error {
	private := k.variables - k.public - 1
	for _, want := range []struct{ section, count, size int }{
		{sectionA, k.variables, g1Bytes},
		{sectionB1, k.variables, g1Bytes},
		{sectionB2, k.variables, g2Bytes},
		{sectionC, private, g1Bytes},
		{sectionH, k.domain, g1Bytes},
	} {
		if len(all[uint32(want.section)]) != want.count*want.size {
			return badKey("section %d is missing or has another length", want.section)
		}
	}
	read1 := func(section uint32, first int) (wires[bn254.G1Affine], error) {
		return readWires(all, section, g1Bytes, first, g1, (*bn254.G1Affine).IsInfinity)
	}
	var err error
	if k.a, err = read1(sectionA, 0); err != nil {
		return err
	}
	if k.b1, err = read1(sectionB1, 0); err != nil {
		return err
	}
	if k.ch, err = read1(sectionC, k.public+1); err != nil {
		return err
	}
	h, err := read1(sectionH, k.variables)
	if err != nil {
		return err
	}
	k.ch.append(h)
	if k.b2, err = readWires(all, sectionB2, g2Bytes, 0, g2, (*bn254.G2Affine).IsInfinity); err != nil {
		return err
	}
	if ok, err := inGroup(k.b2.points); err != nil || !ok {
		return errors.Join(err, badKey("a point of section %d is not in the group of order r", sectionB2))
	}
	return nil
}
