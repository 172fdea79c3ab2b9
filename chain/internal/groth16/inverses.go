package groth16

import "github.com/consensys/gnark-crypto/ecc/bn254/fp"

// How many points are added at once. One inversion is shared by as many additions, and what they need stays in the nearest caches.
const lanes = 512

// inverses turns many elements into their inverses by one inversion and three products each. The products are taken in halves, so
// that they are vectors' (gnark-crypto has instructions for eight of them at once where the processor has).
type inverses struct{ products [2 * lanes]fp.Element }

// invert replaces all values, none of which may be zero; capacity beyond their number is used to fill up.
func (t *inverses) invert(values fp.Vector) {
	n := 1
	for n < len(values) {
		n *= 2
	}
	full := values[:n]
	for i := len(values); i < n; i++ {
		full[i].SetOne()
	}
	t.level(full, t.products[:])
}

// level halves: the inverse of lo·hi gives both theirs.
func (t *inverses) level(values fp.Vector, free fp.Vector) {
	half := len(values) / 2
	if half == 0 {
		values[0].Inverse(&values[0])
		return
	}
	lo, hi, products, free := values[:half], values[half:], free[:half], free[half:]
	products.Mul(lo, hi)
	t.level(products, free)
	// lo' = products·hi and hi' = products·lo, with lo kept in what is free
	kept := free[:half]
	copy(kept, lo)
	lo.Mul(products, hi)
	hi.Mul(products, kept)
}
