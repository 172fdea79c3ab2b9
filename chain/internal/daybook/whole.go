package daybook

import (
	"encoding/binary"
	"fmt"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"electra/internal/verifier"
)

// A whole is a book with its proofs, little-endian:
//
//	version u8 = 1 | length u32 | book | per entry that is not absent: S[32], proof[128] | per copy: proof[128] |
//	version 1: proof[128] of the clearing
const (
	wholeVersion = 1
	wholeHead    = 1 + 4
	billBytes    = fr.Bytes + verifier.ProofBytes
)

// Proofs are a book's, as bytes: whether they are points is asked last.
type Proofs struct {
	Bills    []Bill   // of each entry that is not absent
	Copies   [][]byte // of each entry with Copied
	Clearing []byte   // of version 1
}

type Bill struct {
	S     fr.Element
	Proof []byte
}

// Split parts a whole's book from its proofs.
func Split(whole []byte) (book, proofs []byte, err error) {
	if len(whole) < wholeHead || whole[0] != wholeVersion {
		return nil, nil, fmt.Errorf("whole: expected version %d and a length", wholeVersion)
	}
	n := uint64(binary.LittleEndian.Uint32(whole[1:]))
	if rest := uint64(len(whole) - wholeHead); n > rest {
		return nil, nil, fmt.Errorf("whole: expected a book of %d bytes, got %d", n, rest)
	}
	return whole[wholeHead : wholeHead+n], whole[wholeHead+n:], nil
}

// Join is the inverse of Split and ReadProofs.
func Join(book []byte, p Proofs) []byte {
	out := binary.LittleEndian.AppendUint32([]byte{wholeVersion}, uint32(len(book)))
	out = append(out, book...)
	for _, bill := range p.Bills {
		s := bill.S.Bytes()
		out = append(append(out, s[:]...), bill.Proof...)
	}
	for _, proof := range p.Copies {
		out = append(out, proof...)
	}
	return append(out, p.Clearing...)
}

// ReadProofs reads as many proofs as the book has, and nothing after them.
func ReadProofs(raw []byte, b *Book) (p Proofs, err error) {
	bills, copies, clearings := 0, 0, 0
	for _, e := range b.Entries {
		if e.Source != Absent {
			bills++
		}
		if e.Copied != nil {
			copies++
		}
	}
	if b.X != nil {
		clearings = 1
	}
	if want := bills*billBytes + (copies+clearings)*verifier.ProofBytes; len(raw) != want {
		return p, fmt.Errorf("whole: expected %d bytes of proofs of %d bills, %d copies, %d clearing, got %d", want, bills, copies,
			clearings, len(raw))
	}
	next := func(n int) (part []byte) {
		part, raw = raw[:n], raw[n:]
		return part
	}
	for _, e := range b.Entries {
		if e.Source == Absent {
			continue
		}
		var bill Bill
		if err := bill.S.SetBytesCanonical(next(fr.Bytes)); err != nil {
			return p, fmt.Errorf("whole: expected S of %s below r", e.Meter)
		}
		bill.Proof = next(verifier.ProofBytes)
		p.Bills = append(p.Bills, bill)
	}
	for range copies {
		p.Copies = append(p.Copies, next(verifier.ProofBytes))
	}
	if clearings > 0 {
		p.Clearing = next(verifier.ProofBytes)
	}
	return p, nil
}
