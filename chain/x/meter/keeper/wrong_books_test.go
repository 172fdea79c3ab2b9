package keeper_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	errorsmod "cosmossdk.io/errors"

	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// Each is a bundle with one thing wrong; where that is in the book, the chain has anchored it as it is.
func TestABookThatIsWrongIsRefusedByItsName(t *testing.T) {
	for _, w := range wrongBooks {
		t.Run(w.what, func(t *testing.T) {
			b := tb.Load(t, w.of)
			if w.before != nil {
				w.before(t, b)
			}
			c := b.Start(t)
			if b.Days[tb.Day1].Late != nil {
				keepFromBeingVoid(t, c, b)
			}
			day, version := tb.Day1, uint32(1)
			if w.day != 0 {
				c.Accepted(tc.Operator, b.Prove(tb.Day1, 1))
				day = w.day
			}
			if w.version > 1 {
				version = w.version
			}
			message := b.Prove(day, version)
			if w.message != nil {
				w.message(message)
			}
			said := c.Refused(w.want, tc.Operator, message)
			if !strings.Contains(said, w.says) {
				t.Errorf("expected %q in %q", w.says, said)
			}
		})
	}
}

type wrongBook struct {
	what, of string
	day      uint32 // the first one; of another the first is proven before
	version  uint32
	before   func(*testing.T, *tb.Bundle)
	message  func(*types.MsgProveBook)
	want     *errorsmod.Error
	says     string
}

func book(change func(map[string]any)) func(*testing.T, *tb.Bundle) {
	return func(t *testing.T, b *tb.Bundle) { b.Reanchor(t, tb.Day1, 1, change) }
}

func entry(i int, change func(map[string]any)) func(*testing.T, *tb.Bundle) {
	return book(func(of map[string]any) { change(of["meters"].([]any)[i].(map[string]any)) })
}

func text(change func(string) string) func(*testing.T, *tb.Bundle) {
	return func(t *testing.T, b *tb.Bundle) {
		before := string(b.Days[tb.Day1].Books[1])
		if after := change(before); after == before {
			t.Fatal("expected a change")
		} else {
			b.Anchor(tb.Day1, 1, []byte(after))
		}
	}
}

func replaced(old, new string) func(*testing.T, *tb.Bundle) {
	return text(func(book string) string { return strings.Replace(book, old, new, 1) })
}

func raw(change func([]byte) []byte) func(*types.MsgProveBook) {
	return func(m *types.MsgProveBook) { m.Bytes = change(m.Bytes) }
}

// atEnd changes the byte that is so far from the end.
func atEnd(back int, change byte) func(*types.MsgProveBook) {
	return raw(func(whole []byte) []byte {
		whole = bytes.Clone(whole)
		whole[len(whole)-back] ^= change
		return whole
	})
}

const (
	elevenProofs = 12*160 + 128 // the last twelve bills and the clearing
	keyID        = "2f023ccc9fc35c2e4bb9c0527095368a904e4b08f3d472170a492b9e32ca7e11"
)

var wrongBooks = []wrongBook{
	{what: "no bytes", of: "honest", message: raw(func([]byte) []byte { return nil }), want: types.ErrProvePart, says: "bytes"},
	{what: "no parts", of: "honest", message: func(m *types.MsgProveBook) { m.Parts = 0 }, want: types.ErrProvePart},
	{what: "too many parts", of: "honest", message: func(m *types.MsgProveBook) { m.Parts = 33 }, want: types.ErrProvePart},
	{what: "a part beyond the last", of: "honest", message: func(m *types.MsgProveBook) { m.Part = 1 }, want: types.ErrProvePart},
	{what: "a second part without the first", of: "honest", message: func(m *types.MsgProveBook) { m.Part, m.Parts = 1, 2 },
		want: types.ErrProvePart, says: "expected 0"},
	{what: "a version that nobody anchored", of: "honest", message: func(m *types.MsgProveBook) { m.Version = 2 },
		want: types.ErrNotAnchored},
	{what: "a day before the day before it", of: "honest", message: func(m *types.MsgProveBook) { m.Day = tb.Day2 },
		want: types.ErrProveOrder},
	{what: "a correction before its first book", of: "corrected", version: 2, want: types.ErrProveOrder},

	{what: "a layout of another version", of: "honest", message: raw(func(w []byte) []byte { return append([]byte{2}, w[1:]...) }),
		want: types.ErrWhole},
	{what: "a byte too few", of: "honest", message: raw(func(w []byte) []byte { return w[:len(w)-1] }),
		want: types.ErrWhole, says: "13 bills"},
	{what: "a byte too many", of: "honest", message: raw(func(w []byte) []byte { return append(w, 0) }), want: types.ErrWhole},
	{what: "four bytes", of: "honest", message: raw(func(w []byte) []byte { return w[:4] }), want: types.ErrWhole},
	{what: "a book that is longer than the whole", of: "honest", message: raw(func(w []byte) []byte { return w[:5000] }),
		want: types.ErrWhole},
	{what: "S above the field order", of: "honest", want: types.ErrWhole, says: "below r", message: raw(func(w []byte) []byte {
		return bytes.Replace(w, w[len(w)-128-160:len(w)-128-128], bytes.Repeat([]byte{255}, 32), 1)
	})},
	{what: "another book than the anchored", of: "honest", message: raw(func(w []byte) []byte {
		return bytes.Replace(w, []byte("250000000"), []byte("250000001"), 1)
	}), want: types.ErrBookBytes},

	{what: "a space in the book", of: "honest", before: replaced(`"X":`, `"X": `), want: types.ErrBook, says: "canonical"},
	{what: "an unknown field", of: "honest", before: replaced(`"version":`, `"vers":"1","version":`),
		want: types.ErrBook, says: "canonical"},
	{what: "a field twice", of: "honest", before: replaced(`"day":"20635"`, `"day":"20635","day":"20635"`), want: types.ErrBook},
	{what: "a field's name in capitals", of: "honest", before: replaced(`"day":`, `"DAY":`), want: types.ErrBook},
	{what: "an escape that need not be", of: "honest", before: replaced(`"metered"`, `"\u006detered"`), want: types.ErrBook},
	{what: "a number for a text", of: "honest", before: replaced(`"day":"20635"`, `"day":20635`), want: types.ErrBook},
	{what: "a leading zero", of: "honest", before: replaced(`"day":"20635"`, `"day":"020635"`), want: types.ErrBook, says: "book.day"},
	{what: "an older format", of: "honest", before: replaced("electra/book/v2", "electra/book/v1"),
		want: types.ErrBook, says: "book.format"},
	{what: "no X", of: "honest", before: book(func(b map[string]any) { delete(b, "X") }), want: types.ErrBook, says: "book.X"},
	{what: "meters of null", of: "honest", before: book(func(b map[string]any) { b["meters"] = nil }),
		want: types.ErrBook, says: "book.meters"},
	{what: "an element above r", of: "honest", want: types.ErrBook, says: "book.meters[3].K", before: entry(3, func(e map[string]any) {
		e["K"] = "21888242871839275222246405745257275088548364400416034343698204186575808495617"
	})},
	{what: "a copied day of a metered one", of: "honest", before: entry(0, func(e map[string]any) { e["from"], e["fromDay"] = "0", "0" }),
		want: types.ErrBook, says: "book.meters[0]"},
	{what: "95 prices", of: "honest", want: types.ErrBook, says: "buyNelPerWh", before: book(func(b map[string]any) {
		prices := b["prices"].(map[string]any)
		prices["buyNelPerWh"] = prices["buyNelPerWh"].([]any)[1:]
	})},
	{what: "meters out of order", of: "honest", want: types.ErrBook, says: "rising", before: book(func(b map[string]any) {
		meters := b["meters"].([]any)
		meters[0], meters[1] = meters[1], meters[0]
	})},
	{what: "a meter twice", of: "honest", want: types.ErrBook, says: "rising", before: book(func(b map[string]any) {
		b["meters"].([]any)[1] = b["meters"].([]any)[0]
	})},
	{what: "a book of another chain", of: "honest", before: replaced("electra-rural-5eed0001", "electra-rural-5eed0002"),
		want: types.ErrBook,
		says: "book.chainId"},
	{what: "a book of another day", of: "honest", before: book(func(b map[string]any) { b["day"] = "20636" }),
		want: types.ErrBook, says: "day 20635"},
	{what: "a correction for a first book", of: "honest", want: types.ErrBook, says: "version 1", before: book(func(b map[string]any) {
		b["version"] = "2"
		delete(b, "X")
	})},

	{what: "another roster", of: "honest", before: book(func(b map[string]any) { b["rosterDigest"] = strings.Repeat("ab", 32) }),
		want: types.ErrBookMeters, says: "book.rosterDigest"},
	{what: "a meter left out", of: "honest", before: func(t *testing.T, b *tb.Bundle) {
		book(func(of map[string]any) { of["meters"] = of["meters"].([]any)[1:] })(t, b)
		proofs := b.Days[tb.Day1].Proofs[1]
		proofs.Bills = proofs.Bills[1:]
		b.Days[tb.Day1].Proofs[1] = proofs
	}, want: types.ErrBookMeters, says: "electra1pcfftyxu"},
	{what: "a stranger for a meter", of: "honest", before: replaced("electra1pcfftyxuq73ja9267rq5wus6gr2aja5x0ef40l",
		"electra1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqrmk7n8"), want: types.ErrBook},
	{what: "another C", of: "honest", before: entry(5, func(e map[string]any) { e["C"] = "7" }),
		want: types.ErrBookMeters, says: "metered"},
	{what: "disputed without a dispute", of: "honest", before: func(t *testing.T, b *tb.Bundle) { notMetered(t, b, "disputed") },
		want: types.ErrBookMeters, says: "disputed"},
	{what: "a substitute of a meter that signed", of: "honest", before: func(t *testing.T, b *tb.Bundle) { notMetered(t, b, "substitute") },
		want: types.ErrBookMeters, says: "substitute"},
	{what: "metered though disputed", of: "honest", before: func(_ *testing.T, b *tb.Bundle) {
		b.Days[tb.Day1].Disputes = []string{b.Genesis.Meters[2].Address}
	}, want: types.ErrBookMeters},
	{what: "metered though it did not sign", of: "honest", before: func(t *testing.T, b *tb.Bundle) {
		b.SetRoster(t, tb.Day1, false, func(e []types.RosterEntry) { e[4].Commitment = nil })
		book(func(of map[string]any) { of["rosterDigest"] = hex.EncodeToString(b.Days[tb.Day1].Roster.Digest) })(t, b)
	}, want: types.ErrBookMeters},

	{what: "a copy of another day", of: "exceptions", before: func(t *testing.T, b *tb.Bundle) {
		book(func(of map[string]any) {
			for _, m := range of["meters"].([]any) {
				if e := m.(map[string]any); e["source"] == "substitute" {
					e["from"], e["fromDay"] = "9", "20628"
				}
			}
		})(t, b)
	}, want: types.ErrBookCopies, says: "day 0"},
	{what: "a copy of another commitment", of: "substituted", day: tb.Day2, before: func(t *testing.T, b *tb.Bundle) {
		b.Reanchor(t, tb.Day2, 1, func(of map[string]any) {
			for _, m := range of["meters"].([]any) {
				if e := m.(map[string]any); e["source"] == "substitute" {
					e["from"] = "9"
				}
			}
		})
	}, want: types.ErrBookCopies, says: "20635"},

	{what: "another fee", of: "honest", before: replaced("250000000", "250000001"), want: types.ErrBookTariff, says: "fee"},
	{what: "another rule", of: "honest", before: replaced("mid-market/1", "shared/1"), want: types.ErrBookTariff},
	{what: "another retail price", of: "honest", before: replaced(`"retailNelPerWh":["300000"`, `"retailNelPerWh":["302000"`),
		want: types.ErrBookTariff, says: "slot"},
	{what: "no prices of slots though they were set", of: "honest", before: func(_ *testing.T, b *tb.Bundle) {
		b.Days[tb.Day1].SlotPrices = []types.SlotPrices{{Slot: tc.Slot(tb.Day1, 7), RetailNelPerWh: 310_000, FeedInNelPerWh: 80_000}}
	}, want: types.ErrBookTariff, says: "slot 7"},

	{what: "a price that is no multiple of tick", of: "honest", before: price("buyNelPerWh", "190001"),
		want: types.ErrBookPrices, says: "multiple"},
	{what: "a price above retail", of: "honest", before: price("buyNelPerWh", "301000"), want: types.ErrBookPrices, says: "retail"},
	{what: "a price below feed-in", of: "honest", before: price("sellNelPerWh", "79000"), want: types.ErrBookPrices},
	{what: "another key", of: "honest", before: replaced(keyID, strings.Repeat("cd", 32)), want: types.ErrBookKeys, says: "clearing"},
	{what: "another X", of: "honest", before: book(func(b map[string]any) { b["X"] = "7" }), want: types.ErrBookTotals},
	{what: "a day that does not begin where the last ended", of: "broken-link", day: tb.Day2, want: types.ErrBookLinks},

	{what: "flags of infinity", of: "honest", message: atEnd(128, 0xc0), want: types.ErrProofForm, says: "clearing"},
	{what: "another bit of a point", of: "honest", message: atEnd(1, 1), want: types.ErrProofForm},
	{what: "a clearing with the other C", of: "honest", message: atEnd(32, 0x40), want: types.ErrProof, says: "clearing"},
	{what: "a bill with the other C", of: "honest", message: atEnd(elevenProofs+32, 0x40),
		want: types.ErrProof, says: "bill of electra1pcfftyxu"},
	{what: "another S", of: "honest", message: atEnd(elevenProofs+129, 1), want: types.ErrProof, says: "bill of electra1pcfftyxu"},
	{what: "two bills' proofs exchanged", of: "honest", message: raw(func(w []byte) []byte {
		w = bytes.Clone(w)
		last, before := w[len(w)-256:len(w)-128], w[len(w)-256-160:len(w)-128-160]
		kept := bytes.Clone(last)
		copy(last, before)
		copy(before, kept)
		return w
	}), want: types.ErrProof},
	{what: "a bill at prices of its own", of: "raised", day: tb.Day2, want: types.ErrProof, says: "bill"},
	{what: "a price moved by a tick", of: "moved", day: tb.Day2, want: types.ErrProof, says: "clearing"},
	{what: "a copy that is none", of: "substituted", day: tb.Day2, message: atEnd(128+32, 0x40), want: types.ErrProof, says: "copy of"},
}

// notMetered books the third meter by another source, as a zero day.
func notMetered(t *testing.T, b *tb.Bundle, source string) {
	entry(2, func(e map[string]any) { e["source"], e["from"], e["fromDay"] = source, "0", "0" })(t, b)
	proofs := b.Days[tb.Day1].Proofs[1]
	proofs.Copies = append(proofs.Copies, proofs.Clearing)
	b.Days[tb.Day1].Proofs[1] = proofs
}

// price changes that of the third slot.
func price(kind, value string) func(*testing.T, *tb.Bundle) {
	return book(func(b map[string]any) { b["prices"].(map[string]any)[kind].([]any)[2] = value })
}
