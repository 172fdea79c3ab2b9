package groth16

import "github.com/consensys/gnark-crypto/ecc/bn254"

// jacobian is what is needed of a point in coordinates without division, for the few sums that cannot be done many at once.
type jacobian[P, J any] interface {
	*J
	AddMixed(*P) *J
	AddAssign(*J) *J
	DoubleAssign() *J
}

// multiplier sums up scalars times points by Pippenger's buckets: for each window of the scalars, the points go into buckets by
// their digit there; the window's sum is Σ digit·bucket, and Horner's rule joins the windows.
type multiplier[P, J any, PJ jacobian[P, J]] struct {
	sums       sums[P]
	references []reference
	ends       []uint32
	buckets    []P
	rows       []P
}

type (
	multiplierG1 = multiplier[bn254.G1Affine, bn254.G1Jac, *bn254.G1Jac]
	multiplierG2 = multiplier[bn254.G2Affine, bn254.G2Jac, *bn254.G2Jac]
)

func newMultiplierG1() *multiplierG1 {
	return &multiplierG1{sums: sums[bn254.G1Affine]{adder: newAdderG1()}}
}

func newMultiplierG2() *multiplierG2 {
	return &multiplierG2{sums: sums[bn254.G2Affine]{adder: newAdderG2()}}
}

func (m *multiplier[P, J, PJ]) multiply(w *wires[P], scalars *windows) J {
	var total J
	for window := scalars.count - 1; window >= 0; window-- {
		for i := 0; i < scalars.width; i++ {
			PJ(&total).DoubleAssign()
		}
		if m.fill(w, scalars.of(window), scalars.width) {
			m.sums.sum(w.points, m.references, m.ends, m.buckets)
			sum := m.weigh(scalars.width)
			PJ(&total).AddAssign(&sum)
		}
	}
	return total
}

// fill sorts the points by digit: bucket i is for the digits i+1 and −(i+1). It says whether there are any but zero.
func (m *multiplier[P, J, PJ]) fill(w *wires[P], digits []int16, width int) bool {
	count := 1 << (width - 1)
	m.buckets, m.ends = resize(m.buckets, count), resize(m.ends, count)
	clear(m.ends)
	any := uint32(0)
	for _, wire := range w.scalars {
		if d := digits[wire]; d != 0 {
			m.ends[abs(d)-1]++
			any++
		}
	}
	if any == 0 {
		return false
	}
	m.references = resize(m.references, int(any))
	start := uint32(0)
	for i, n := range m.ends {
		m.ends[i] = start // for now where the next one goes
		start += n
	}
	for i, wire := range w.scalars {
		if d := digits[wire]; d != 0 {
			b := &m.ends[abs(d)-1]
			m.references[*b] = reference(i)<<1 | reference(uint16(d)>>15)
			*b++
		}
	}
	return true
}

func abs(d int16) int {
	if d < 0 {
		return -int(d)
	}
	return int(d)
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// weigh is Σ (i+1)·buckets[i]. With the number i written as row·columns + column, that is columns·Σ row·(sum of the row) +
// Σ (column+1)·(sum of the column): rows and columns are summed many at once, and only their short lists one after the other.
func (m *multiplier[P, J, PJ]) weigh(width int) J {
	columns := 1 << (width / 2)
	rows := len(m.buckets) / columns
	m.rows = resize(m.rows, max(rows, columns))
	var total, running, sum J

	m.layOut(rows, columns, func(row, column int) int { return row*columns + column })
	m.sums.sum(m.buckets, m.references, m.ends, m.rows)
	for row := rows - 1; row > 0; row-- {
		PJ(&running).AddMixed(&m.rows[row])
		PJ(&total).AddAssign(&running)
	}
	for i := 1; i < columns; i *= 2 {
		PJ(&total).DoubleAssign()
	}

	m.layOut(columns, rows, func(column, row int) int { return row*columns + column })
	m.sums.sum(m.buckets, m.references, m.ends, m.rows)
	running = *new(J)
	for column := columns - 1; column >= 0; column-- {
		PJ(&running).AddMixed(&m.rows[column])
		PJ(&sum).AddAssign(&running)
	}
	PJ(&total).AddAssign(&sum)
	return total
}

// layOut lists the buckets that are not empty, line by line.
func (m *multiplier[P, J, PJ]) layOut(lines, length int, number func(line, place int) int) {
	m.references, m.ends = m.references[:0], resize(m.ends, lines)
	for line := 0; line < lines; line++ {
		for place := 0; place < length; place++ {
			if i := number(line, place); !m.sums.adder.infinite(&m.buckets[i]) {
				m.references = append(m.references, reference(i)<<1)
			}
		}
		m.ends[line] = uint32(len(m.references))
	}
}

func (m *multiplier[P, J, PJ]) clear() {
	m.sums.clear()
	clear(m.references[:cap(m.references)])
	clear(m.ends[:cap(m.ends)])
	clear(m.buckets[:cap(m.buckets)])
	clear(m.rows[:cap(m.rows)])
}
