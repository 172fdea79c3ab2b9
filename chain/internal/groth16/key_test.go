package groth16

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
)

// at is where a section's bytes begin in a file.
func at(t *testing.T, file []byte, section uint32) int {
	t.Helper()
	offset := 12
	for offset < len(file) {
		kind, length := binary.LittleEndian.Uint32(file[offset:]), binary.LittleEndian.Uint64(file[offset+4:])
		if kind == section {
			return offset + sectionHead
		}
		offset += sectionHead + int(length)
	}
	t.Fatalf("no section %d", section)
	return 0
}

func TestTheProjectsKeysAreRead(t *testing.T) {
	for name, want := range map[string][3]int{"day-bill": {7902, 203, 8192}, "clearing": {15339, 389, 16384}, "substitute": {1195, 6, 2048}} {
		k, err := ReadKey(read(t, "../../../circuits/keys/"+name+".zkey"))
		if err != nil {
			t.Fatal(err)
		}
		if got := [3]int{k.Variables(), k.Public(), k.Domain()}; got != want {
			t.Errorf("%s: expected %v, got %v", name, want, got)
		}
	}
}

func TestPointsAtInfinityAreLeftOut(t *testing.T) {
	k := tinyProver(t).key
	if len(k.b1.points) >= k.variables || len(k.b1.points) != len(k.b2.points) {
		t.Errorf("expected fewer than %d points for B, not %d and %d", k.variables, len(k.b1.points), len(k.b2.points))
	}
}

func put32(b []byte, offset int, value uint32) { binary.LittleEndian.PutUint32(b[offset:], value) }

// outsider is a point on the curve of G2 that is not in its group.
func outsider() []byte {
	q := bn254.GeneratePointNotInG2(bn254.E2{A0: fp.NewElement(5), A1: fp.NewElement(7)})
	var p bn254.G2Affine
	p.FromJacobian(&q)
	out := make([]byte, 0, g2Bytes)
	for _, e := range []fp.Element{p.X.A0, p.X.A1, p.Y.A0, p.Y.A1} {
		for _, limb := range e {
			out = binary.LittleEndian.AppendUint64(out, limb)
		}
	}
	return out
}

func modulusBytes(m *big.Int) []byte {
	b := make([]byte, elementBytes)
	for i, x := range m.Bytes() {
		b[elementBytes-1-i] = x
	}
	return b
}

func TestKeysWithAnythingWrongAreRefused(t *testing.T) {
	good := read(t, "testdata/tiny.zkey")
	header := at(t, good, sectionHeader)
	points := header + 84
	for _, c := range []struct {
		name, message string
		change        func([]byte) []byte
	}{
		{"empty", "expected a .zkey file", func(b []byte) []byte { return nil }},
		{"another magic", "expected a .zkey file", func(b []byte) []byte { b[0] = 'w'; return b }},
		{"another version", "expected version 1, not 2", func(b []byte) []byte { put32(b, 4, 2); return b }},
		{"a byte less", "the file is truncated", func(b []byte) []byte { return b[:len(b)-1] }},
		{"cut in a section's head", "the file is truncated", func(b []byte) []byte { return b[:16] }},
		{"a byte more", "bytes follow the last section", func(b []byte) []byte { return append(b, 0) }},
		{"a huge section", "the file is truncated", func(b []byte) []byte { binary.LittleEndian.PutUint64(b[16:], 1<<63); return b }},
		{"a section twice", "section 1 comes twice", func(b []byte) []byte {
			put32(b, at(t, b, sectionHeader)-sectionHead, sectionProtocol)
			return b
		}},
		{"another protocol", "expected Groth16", func(b []byte) []byte { put32(b, at(t, b, sectionProtocol), 2); return b }},
		{"another field", "expected BN254", func(b []byte) []byte { b[header+4]++; return b }},
		{"another group", "expected BN254", func(b []byte) []byte { b[header+40]++; return b }},
		{"more public inputs than variables", "expected more variables than public inputs", func(b []byte) []byte {
			put32(b, header+76, binary.LittleEndian.Uint32(b[header+72:]))
			return b
		}},
		{"a domain that is no power of two", "expected a power of two", func(b []byte) []byte { put32(b, header+80, 24); return b }},
		{"a domain of none", "expected a power of two", func(b []byte) []byte { put32(b, header+80, 0); return b }},
		{"a domain too large", "expected a power of two", func(b []byte) []byte { put32(b, header+80, 1<<31); return b }},
		{"another domain", "section 9 is missing or has another length", func(b []byte) []byte {
			put32(b, header+80, 2*binary.LittleEndian.Uint32(b[header+80:]))
			return b
		}},
		{"more variables", "section 5 is missing or has another length", func(b []byte) []byte { b[header+72]++; return b }},
		{"alpha off the curve", "alpha, beta, gamma or delta", func(b []byte) []byte { b[points]++; return b }},
		{"delta at infinity", "alpha, beta, gamma or delta", func(b []byte) []byte {
			clear(b[points+2*g1Bytes+2*g2Bytes : points+3*g1Bytes+2*g2Bytes])
			return b
		}},
		{"beta outside of its group", "alpha, beta, gamma or delta", func(b []byte) []byte {
			copy(b[points+2*g1Bytes:], outsider())
			return b
		}},
		{"fewer coefficients than announced", "section 4 has another length", func(b []byte) []byte { b[at(t, b, 4)]++; return b }},
		{"a coefficient of C", "coefficient 0 is out of range", func(b []byte) []byte { put32(b, at(t, b, 4)+4, 2); return b }},
		{"a coefficient of no constraint", "coefficient 0 is out of range", func(b []byte) []byte { put32(b, at(t, b, 4)+8, 32); return b }},
		{"a coefficient of no variable", "coefficient 0 is out of range", func(b []byte) []byte { put32(b, at(t, b, 4)+12, 18); return b }},
		{"a coefficient of r", "coefficient 0 is out of range", func(b []byte) []byte {
			copy(b[at(t, b, 4)+16:], modulusBytes(bigOf(modulusR)))
			return b
		}},
		{"a point of A off the curve", "section 5: point 1 is not on the curve", func(b []byte) []byte { b[at(t, b, 5)+g1Bytes]++; return b }},
		{"a coordinate of p", "section 9: point 0 is not on the curve", func(b []byte) []byte {
			copy(b[at(t, b, 9):], modulusBytes(bigOf(modulusP)))
			return b
		}},
		{"a point of B off the curve", "section 7: point 2 is not on the curve", func(b []byte) []byte {
			b[at(t, b, 7)+2*g2Bytes] ^= 1
			return b
		}},
		{"a point of B outside of its group", "a point of section 7 is not in the group of order r", func(b []byte) []byte {
			copy(b[at(t, b, 7)+3*g2Bytes:], outsider())
			return b
		}},
	} {
		_, err := ReadKey(c.change(bytes.Clone(good)))
		if !errors.Is(err, ErrKey) || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: expected %q, got %v", c.name, c.message, err)
		}
	}
	if _, err := ReadKey(good); err != nil {
		t.Error(err)
	}
}

func FuzzReadKey(f *testing.F) {
	good := read(f, "testdata/tiny.zkey")
	f.Add(good)
	f.Add(good[:200])
	f.Fuzz(func(t *testing.T, file []byte) {
		if k, err := ReadKey(file); err == nil && (k.variables <= k.public || k.domain < 2) {
			t.Error("accepted without sizes")
		}
	})
}
