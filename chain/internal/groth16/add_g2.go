package groth16

import (
	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fp"
)

// column is a vector of elements a0 + a1·u of the field's quadratic extension, u² = −1.
type column struct{ a0, a1 fp.Vector }

func newColumn() column { return column{make(fp.Vector, lanes), make(fp.Vector, lanes)} }

func (c column) first(n int) column { return column{c.a0[:n], c.a1[:n]} }

func (c column) get(i int) bn254.E2 { return bn254.E2{A0: c.a0[i], A1: c.a1[i]} }

func (c column) set(i int, e *bn254.E2) { c.a0[i], c.a1[i] = e.A0, e.A1 }

func (c column) setSigned(i int, e *bn254.E2, r reference) {
	if r&1 == 1 {
		c.a0[i].Neg(&e.A0)
		c.a1[i].Neg(&e.A1)
	} else {
		c.set(i, e)
	}
}

func (c column) isZero(i int) bool { return c.a0[i].IsZero() && c.a1[i].IsZero() }

func (c column) sub(a, b column) {
	c.a0.Sub(a.a0, b.a0)
	c.a1.Sub(a.a1, b.a1)
}

// adderG2 is adderG1 over the extension field.
type adderG2 struct {
	x1, y1, x2, y2, slope, below column
	s, t, u                      fp.Vector
	inverses                     inverses
	exceptions                   []exception[bn254.G2Affine]
}

func newAdderG2() *adderG2 {
	c, v := newColumn, func() fp.Vector { return make(fp.Vector, lanes) }
	return &adderG2{x1: c(), y1: c(), x2: c(), y2: c(), slope: c(), below: c(), s: v(), t: v(), u: v()}
}

func (*adderG2) at(points []bn254.G2Affine, r reference) bn254.G2Affine {
	p := points[r>>1]
	if r&1 == 1 {
		p.Y.Neg(&p.Y)
	}
	return p
}

func (*adderG2) infinite(p *bn254.G2Affine) bool { return p.Y.IsZero() }

func (a *adderG2) clear() {
	for _, c := range []column{a.x1, a.y1, a.x2, a.y2, a.slope, a.below} {
		clear(c.a0)
		clear(c.a1)
	}
	for _, v := range []fp.Vector{a.s, a.t, a.u, a.inverses.products[:]} {
		clear(v)
	}
}

// mul by Karatsuba's three products; c may be x or y.
func (a *adderG2) mul(c, x, y column) {
	n := len(c.a0)
	s, t, u := a.s[:n], a.t[:n], a.u[:n]
	s.Add(x.a0, x.a1)
	t.Add(y.a0, y.a1)
	u.Mul(s, t)
	s.Mul(x.a0, y.a0)
	t.Mul(x.a1, y.a1)
	c.a0.Sub(s, t)
	u.Sub(u, s)
	c.a1.Sub(u, t)
}

func (a *adderG2) square(c, x column) {
	n := len(c.a0)
	s, t, u := a.s[:n], a.t[:n], a.u[:n]
	s.Add(x.a0, x.a1)
	t.Sub(x.a0, x.a1)
	u.Mul(x.a0, x.a1)
	c.a0.Mul(s, t)
	c.a1.Add(u, u)
}

// invert by 1/(a0 + a1·u) = (a0 − a1·u)/(a0² + a1²).
func (a *adderG2) invert(c column) {
	n := len(c.a0)
	s, t := a.s[:n], a.t[:n]
	s.Mul(c.a0, c.a0)
	t.Mul(c.a1, c.a1)
	s.Add(s, t)
	a.inverses.invert(s)
	c.a0.Mul(c.a0, s)
	c.a1.Mul(c.a1, s)
	clear(t)
	c.a1.Sub(t, c.a1)
}

func (a *adderG2) add(points []bn254.G2Affine, p *pairs, out []bn254.G2Affine) {
	n := p.n
	for i := 0; i < n; i++ {
		l, r := &points[p.left[i]>>1], &points[p.right[i]>>1]
		a.x1.set(i, &l.X)
		a.x2.set(i, &r.X)
		a.y1.setSigned(i, &l.Y, p.left[i])
		a.y2.setSigned(i, &r.Y, p.right[i])
	}
	x1, y1, x2, y2, slope, below := a.x1.first(n), a.y1.first(n), a.x2.first(n), a.y2.first(n), a.slope.first(n), a.below.first(n)
	below.sub(x2, x1)
	slope.sub(y2, y1)
	a.except(n)
	a.invert(below)
	a.mul(slope, slope, below)
	a.square(below, slope)
	below.sub(below, x1)
	below.sub(below, x2) // x3
	x1.sub(x1, below)
	a.mul(x1, x1, slope)
	x1.sub(x1, y1) // y3
	for i := 0; i < n; i++ {
		out[p.to[i]] = bn254.G2Affine{X: below.get(i), Y: x1.get(i)}
	}
	for i := range a.exceptions {
		out[p.to[a.exceptions[i].lane]] = a.exceptions[i].sum
	}
}

// except as in G1.
func (a *adderG2) except(n int) {
	clear(a.exceptions)
	a.exceptions = a.exceptions[:0]
	one := bn254.E2{}
	one.SetOne()
	aside := func(i int, sum bn254.G2Affine) {
		a.exceptions = append(a.exceptions, exception[bn254.G2Affine]{i, sum})
		a.below.set(i, &one)
	}
	for i := 0; i < n; i++ {
		switch {
		case a.y1.isZero(i):
			aside(i, bn254.G2Affine{X: a.x2.get(i), Y: a.y2.get(i)})
		case a.y2.isZero(i):
			aside(i, bn254.G2Affine{X: a.x1.get(i), Y: a.y1.get(i)})
		case !a.below.isZero(i):
		case !a.slope.isZero(i):
			aside(i, bn254.G2Affine{})
		default:
			a.tangent(i)
		}
	}
}

func (a *adderG2) tangent(i int) {
	x, y := a.x1.get(i), a.y1.get(i)
	var square, triple bn254.E2
	square.Square(&x)
	triple.Double(&square).Add(&triple, &square)
	y.Double(&y)
	a.slope.set(i, &triple)
	a.below.set(i, &y)
}
