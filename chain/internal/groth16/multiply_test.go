package groth16

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
)

var random = rand.New(rand.NewPCG(1, 2))

func randomScalar() scalar {
	e := fr.Element{random.Uint64(), random.Uint64(), random.Uint64(), random.Uint64() >> 3}
	return e.Bits()
}

// edgeScalar is often one that goes wrong easily.
func edgeScalar() scalar {
	most := modulusR
	most[0]--
	edges := []scalar{{}, {1}, {2}, most, {0, 0, 0, 1 << 61}, {1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<61 - 1}, {512}, {513}, {511}}
	if i := random.IntN(2 * len(edges)); i < len(edges) {
		return edges[i]
	}
	return randomScalar()
}

func TestDigitsAddUpToTheirScalar(t *testing.T) {
	for width := 2; width <= 15; width++ {
		all := make([]scalar, 200)
		for i := range all {
			all[i] = edgeScalar()
		}
		w := newWindows(width, len(all))
		w.cut(all)
		for i, s := range all {
			sum := new(big.Int)
			for window := w.count - 1; window >= 0; window-- {
				digit := int64(w.of(window)[i])
				if digit < -(1<<(width-1)) || digit > 1<<(width-1) {
					t.Fatalf("width %d: digit %d", width, digit)
				}
				sum.Lsh(sum, uint(width)).Add(sum, big.NewInt(digit))
			}
			if sum.Cmp(bigOf(s)) != 0 {
				t.Fatalf("width %d: %v became %v", width, bigOf(s), sum)
			}
		}
	}
}

func TestInversesOfAnyNumber(t *testing.T) {
	var work inverses
	values := make(fp.Vector, lanes)
	for n := 1; n <= lanes; n += 1 + n/16 {
		for i := range n {
			values[i] = fp.Element{random.Uint64(), random.Uint64(), random.Uint64(), 1 + random.Uint64()>>4}
		}
		before := append(fp.Vector(nil), values[:n]...)
		work.invert(values[:n])
		for i := range n {
			if before[i].Mul(&before[i], &values[i]); !before[i].IsOne() {
				t.Fatalf("%d values: number %d is not inverse", n, i)
			}
		}
	}
}

// few points, many times: equal ones meet in a bucket, and opposite ones.
func fewPoints(n int) (one []bn254.G1Affine, two []bn254.G2Affine) {
	_, _, g1, g2 := bn254.Generators()
	for range n {
		k := big.NewInt(int64(1 + random.IntN(4+n/2)))
		var p bn254.G1Affine
		var q bn254.G2Affine
		p.ScalarMultiplication(&g1, k)
		q.ScalarMultiplication(&g2, k)
		if random.IntN(2) == 0 {
			p.Neg(&p)
			q.Neg(&q)
		}
		one, two = append(one, p), append(two, q)
	}
	return one, two
}

func numbered(n int) []uint32 {
	numbers := make([]uint32, n)
	for i := range numbers {
		numbers[i] = uint32(i)
	}
	return numbers
}

func TestMultiplyingManyIsMultiplyingEach(t *testing.T) {
	m1, m2 := newMultiplierG1(), newMultiplierG2()
	for _, n := range []int{0, 1, 2, 3, 17, 200, 1500} {
		for _, width := range []int{4, windowWidth} {
			t.Run(fmt.Sprintf("%d points, windows of %d", n, width), func(t *testing.T) {
				one, two := fewPoints(n)
				all := make([]scalar, n)
				for i := range all {
					all[i] = edgeScalar()
				}
				w := newWindows(width, n)
				w.cut(all)
				got1 := m1.multiply(&wires[bn254.G1Affine]{one, numbered(n)}, w)
				got2 := m2.multiply(&wires[bn254.G2Affine]{two, numbered(n)}, w)
				var want1 bn254.G1Jac
				var want2 bn254.G2Jac
				for i := range all {
					var p bn254.G1Affine
					var q bn254.G2Affine
					want1.AddMixed(p.ScalarMultiplication(&one[i], bigOf(all[i])))
					want2.AddMixed(q.ScalarMultiplication(&two[i], bigOf(all[i])))
				}
				if !got1.Equal(&want1) {
					t.Error("G1 differs")
				}
				if !got2.Equal(&want2) {
					t.Error("G2 differs")
				}
			})
		}
	}
}

// All points equal and all scalars too: every addition is the formula's exception.
func TestEqualAndOppositePoints(t *testing.T) {
	_, _, g, h := bn254.Generators()
	for name, opposite := range map[string]bool{"equal": false, "opposite": true} {
		one, two := make([]bn254.G1Affine, 1000), make([]bn254.G2Affine, 1000)
		all := make([]scalar, 1000)
		for i := range one {
			one[i], two[i], all[i] = g, h, scalar{12345, 678}
			if opposite && i%2 == 1 {
				one[i].Neg(&g)
				two[i].Neg(&h)
			}
		}
		w := newWindows(windowWidth, len(all))
		w.cut(all)
		got1 := newMultiplierG1().multiply(&wires[bn254.G1Affine]{one, numbered(1000)}, w)
		got2 := newMultiplierG2().multiply(&wires[bn254.G2Affine]{two, numbered(1000)}, w)
		times := new(big.Int).Mul(bigOf(all[0]), big.NewInt(1000))
		if opposite {
			times.SetUint64(0)
		}
		g.ScalarMultiplication(&g, times)
		h.ScalarMultiplication(&h, times)
		var a bn254.G1Affine
		var b bn254.G2Affine
		if !a.FromJacobian(&got1).Equal(&g) || !b.FromJacobian(&got2).Equal(&h) {
			t.Errorf("%s points differ", name)
		}
		_, _, g, h = bn254.Generators()
	}
}
