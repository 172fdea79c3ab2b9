package groth16

// A scalar is a number below r, four words, least significant first: plain, not in Montgomery form.
type scalar = [4]uint64

const scalarBits = 254

// windows are scalars cut into signed digits: scalar i is Σ_w digit(w, i) · 2^(w·width), each digit in −2^(width−1) … 2^(width−1).
// Signed, because a point's negative costs nothing: half the buckets do.
type windows struct {
	width, count int // of a window in bits; of windows
	scalars      int
	digits       []int16 // window after window
}

func newWindows(width, scalars int) *windows {
	count := (scalarBits + width) / width // room for the last carry
	return &windows{width, count, scalars, make([]int16, count*scalars)}
}

func (w *windows) of(window int) []int16 {
	return w.digits[window*w.scalars : (window+1)*w.scalars]
}

func (w *windows) cut(all []scalar) {
	clear(w.digits)
	for i := range all {
		w.cutOne(i, &all[i])
	}
}

func (w *windows) cutOne(i int, s *scalar) {
	half, mask := int64(1)<<(w.width-1), uint64(1)<<w.width-1
	rest, carry := *s, int64(0)
	for at := i; rest != (scalar{}) || carry != 0; at += w.scalars {
		digit := int64(rest[0]&mask) + carry
		carry = 0
		if digit > half {
			digit, carry = digit-int64(mask)-1, 1
		}
		w.digits[at] = int16(digit)
		shiftRight(&rest, w.width)
	}
}

func shiftRight(s *scalar, by int) {
	s[0] = s[0]>>by | s[1]<<(64-by)
	s[1] = s[1]>>by | s[2]<<(64-by)
	s[2] = s[2]>>by | s[3]<<(64-by)
	s[3] >>= by
}
