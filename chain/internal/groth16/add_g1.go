package groth16

import (
	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
)

// A reference names a point of a list, or its negative: twice the index, plus one for the negative.
type reference = uint32

// pairs are additions to be done together: out[to[i]] becomes the sum of what left[i] and right[i] refer to.
type pairs struct {
	n               int
	left, right, to [lanes]uint32
}

// An exception is a sum for which the formula has no answer.
type exception[P any] struct {
	lane int
	sum  P
}

// adderG1 adds affine points. The slope's division makes affine addition dear for one pair and cheap for many.
type adderG1 struct {
	x1, y1, x2, y2, slope, below, spare fp.Vector
	inverses                            inverses
	exceptions                          []exception[bn254.G1Affine]
}

func newAdderG1() *adderG1 {
	v := func() fp.Vector { return make(fp.Vector, lanes) }
	return &adderG1{x1: v(), y1: v(), x2: v(), y2: v(), slope: v(), below: v(), spare: v()}
}

func (*adderG1) at(points []bn254.G1Affine, r reference) bn254.G1Affine {
	p := points[r>>1]
	if r&1 == 1 {
		p.Y.Neg(&p.Y)
	}
	return p
}

func (*adderG1) infinite(p *bn254.G1Affine) bool { return p.Y.IsZero() } // no point of odd order has y = 0

func (a *adderG1) clear() {
	for _, v := range []fp.Vector{a.x1, a.y1, a.x2, a.y2, a.slope, a.below, a.spare, a.inverses.products[:]} {
		clear(v)
	}
}

func (a *adderG1) add(points []bn254.G1Affine, p *pairs, out []bn254.G1Affine) {
	n := p.n
	for i := 0; i < n; i++ {
		l, r := &points[p.left[i]>>1], &points[p.right[i]>>1]
		a.x1[i], a.y1[i], a.x2[i], a.y2[i] = l.X, l.Y, r.X, r.Y
		if p.left[i]&1 == 1 {
			a.y1[i].Neg(&l.Y)
		}
		if p.right[i]&1 == 1 {
			a.y2[i].Neg(&r.Y)
		}
	}
	x1, y1, x2, y2, slope, below, spare := a.x1[:n], a.y1[:n], a.x2[:n], a.y2[:n], a.slope[:n], a.below[:n], a.spare[:n]
	below.Sub(x2, x1)
	slope.Sub(y2, y1)
	a.except(n)
	a.inverses.invert(below)
	slope.Mul(slope, below)
	// x3 = slope² − x1 − x2, y3 = slope·(x1 − x3) − y1
	spare.Mul(slope, slope)
	spare.Sub(spare, x1)
	spare.Sub(spare, x2)
	x1.Sub(x1, spare)
	x1.Mul(x1, slope)
	x1.Sub(x1, y1)
	for i := 0; i < n; i++ {
		out[p.to[i]] = bn254.G1Affine{X: spare[i], Y: x1[i]}
	}
	for i := range a.exceptions {
		out[p.to[a.exceptions[i].lane]] = a.exceptions[i].sum
	}
}

// except finds the lanes that the formula does not fit: it doubles by the tangent's slope, and sets aside the sum of what is, or
// with the other makes, infinity.
func (a *adderG1) except(n int) {
	clear(a.exceptions)
	a.exceptions = a.exceptions[:0]
	aside := func(i int, x, y fp.Element) {
		a.exceptions = append(a.exceptions, exception[bn254.G1Affine]{i, bn254.G1Affine{X: x, Y: y}})
		a.below[i].SetOne()
	}
	for i := 0; i < n; i++ {
		switch {
		case a.y1[i].IsZero():
			aside(i, a.x2[i], a.y2[i])
		case a.y2[i].IsZero():
			aside(i, a.x1[i], a.y1[i])
		case !a.below[i].IsZero():
		case !a.slope[i].IsZero():
			aside(i, fp.Element{}, fp.Element{})
		default:
			a.below[i].Double(&a.y1[i])
			a.slope[i].Square(&a.x1[i])
			fp.MulBy3(&a.slope[i])
		}
	}
}
