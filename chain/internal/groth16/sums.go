package groth16

// adder adds points of one group, many pairs at once.
type adder[P any] interface {
	add(points []P, p *pairs, out []P)
	at(points []P, r reference) P
	infinite(p *P) bool
	clear()
}

// A bucket is a set of points to be summed: those that a list's references from … to name.
type bucket struct{ number, from, to uint32 }

// sums adds up the points of many buckets together: in each round, every two neighbours within each.
type sums[P any] struct {
	adder     adder[P]
	pairs     pairs
	open      []bucket
	places    []reference // 0, 1, 2 … as references
	now, next []P
}

// sum writes the sum of each bucket to out; bucket i is that of the references from ends[i−1] to ends[i].
func (s *sums[P]) sum(points []P, references []reference, ends []uint32, out []P) {
	s.open = s.open[:0]
	from := uint32(0)
	for i, to := range ends {
		switch to - from {
		case 0:
			var infinity P
			out[i] = infinity
		case 1:
			out[i] = s.adder.at(points, references[from])
		default:
			s.open = append(s.open, bucket{uint32(i), from, to})
		}
		from = to
	}
	for len(s.open) > 0 {
		s.halve(points, references)
		s.close(out)
		s.now, s.next = s.next, s.now
		points, references = s.now, s.places
	}
}

// halve makes of every open bucket one of half as many points, in s.next.
func (s *sums[P]) halve(points []P, references []reference) {
	s.makeRoom()
	filled := uint32(0)
	for i := range s.open {
		b := &s.open[i]
		start := filled
		for k := b.from; k+1 < b.to; k += 2 {
			n := s.pairs.n
			s.pairs.left[n], s.pairs.right[n], s.pairs.to[n] = references[k], references[k+1], filled
			filled++
			if s.pairs.n++; s.pairs.n == lanes {
				s.add(points)
			}
		}
		if (b.to-b.from)%2 == 1 {
			s.next[filled] = s.adder.at(points, references[b.to-1])
			filled++
		}
		b.from, b.to = start, filled
	}
	s.add(points)
}

func (s *sums[P]) makeRoom() {
	size := 0
	for i := range s.open {
		size += int(s.open[i].to-s.open[i].from+1) / 2
	}
	for len(s.next) < size {
		s.next = append(s.next, make([]P, size-len(s.next))...)
	}
	for len(s.places) < size {
		s.places = append(s.places, reference(len(s.places))<<1)
	}
}

func (s *sums[P]) add(points []P) {
	if s.pairs.n > 0 {
		s.adder.add(points, &s.pairs, s.next)
		s.pairs.n = 0
	}
}

func (s *sums[P]) close(out []P) {
	left := s.open[:0]
	for _, b := range s.open {
		if b.to-b.from == 1 {
			out[b.number] = s.next[b.from]
		} else {
			left = append(left, b)
		}
	}
	s.open = left
}

// clear forgets what points were summed.
func (s *sums[P]) clear() {
	s.adder.clear()
	clear(s.now)
	clear(s.next)
	s.pairs = pairs{}
}
