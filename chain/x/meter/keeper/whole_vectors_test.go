package keeper_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"time"

	errorsmod "cosmossdk.io/errors"

	"electra/internal/daybook"
	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// sdk/vectors/prove-book.json: wholes, honest and altered in one place each, with the error by which the chain refuses them. The audit is
// held to the same table (src/reader/audit/proven-books.test.ts).

type frozenVector struct {
	Encoded string `json:"encoded"`
	UnixS   int64  `json:"unix_s"`
	Height  int64  `json:"height"`
}

type wholeVector struct {
	Name         string
	Day, Version uint32
	Whole        string
	Chain        struct {
		Roster         frozenVector
		LateRoster     *frozenVector `json:"late_roster"`
		Disputes       []struct{ Meter string }
		AnchoredUnixS  int64 `json:"anchored_unix_s"`
		AnchoredHeight int64 `json:"anchored_height"`
	}
}

type wholeCase struct {
	Name, Of, Insert string
	At, Remove       int
	Anchor           *struct {
		BookHash string  `json:"book_hash"`
		Totals   *string `json:"totals"`
	}
	After   []string
	UnixS   int64 `json:"unix_s"`
	Refused *string
}

var wholeErrors = map[string]*errorsmod.Error{
	"ErrProvePart": types.ErrProvePart, "ErrNotAnchored": types.ErrNotAnchored, "ErrProven": types.ErrProven,
	"ErrProveOrder": types.ErrProveOrder, "ErrVoid": types.ErrVoid, "ErrWhole": types.ErrWhole, "ErrBookBytes": types.ErrBookBytes,
	"ErrBook": types.ErrBook, "ErrBookMeters": types.ErrBookMeters, "ErrBookCopies": types.ErrBookCopies,
	"ErrBookTariff": types.ErrBookTariff, "ErrBookPrices": types.ErrBookPrices, "ErrBookKeys": types.ErrBookKeys,
	"ErrBookTotals": types.ErrBookTotals, "ErrBookLinks": types.ErrBookLinks, "ErrProofForm": types.ErrProofForm, "ErrProof": types.ErrProof,
}

func decoded(t *testing.T, decode func(string) ([]byte, error), text string) []byte {
	t.Helper()
	raw, err := decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func (w wholeVector) bytes(t *testing.T) []byte {
	return decoded(t, base64.StdEncoding.DecodeString, w.Whole)
}

func (f frozenVector) roster(t *testing.T, day uint32, late bool) *types.Roster {
	encoded := decoded(t, hex.DecodeString, f.Encoded)
	return &types.Roster{Day: day, Late: late, Encoded: encoded, Digest: types.RosterDigest(encoded), Height: f.Height, UnixS: f.UnixS}
}

// anchor is that of a whole as it is, or of a case.
func (w wholeVector) anchor(t *testing.T, of *wholeCase) *types.Anchor {
	t.Helper()
	a := &types.Anchor{Day: w.Day, Version: w.Version, Height: w.Chain.AnchoredHeight, UnixS: w.Chain.AnchoredUnixS}
	if of != nil {
		if of.Anchor == nil {
			return nil
		}
		a.BookHash = decoded(t, hex.DecodeString, of.Anchor.BookHash)
		if of.Anchor.Totals != nil {
			a.Totals = decoded(t, hex.DecodeString, *of.Anchor.Totals)
		}
		return a
	}
	text, _, err := daybook.Split(w.bytes(t))
	if err != nil {
		t.Fatal(err)
	}
	book, err := daybook.Read(text, daybook.Community)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(text)
	a.BookHash = hash[:]
	if book.X != nil {
		x := book.X.Bytes()
		a.Totals = x[:]
	}
	return a
}

// add says to a bundle what the chain has of a whole's day.
func (w wholeVector) add(t *testing.T, b *tb.Bundle, anchor *types.Anchor) {
	d := b.Days[w.Day]
	if d == nil {
		d = &tb.Day{Day: w.Day, Roster: w.Chain.Roster.roster(t, w.Day, false)}
		if late := w.Chain.LateRoster; late != nil {
			d.Late = late.roster(t, w.Day, true)
		}
		for _, dispute := range w.Chain.Disputes {
			d.Disputes = append(d.Disputes, dispute.Meter)
		}
		b.Days[w.Day] = d
	}
	if anchor != nil {
		d.Anchors = append(d.Anchors, *anchor)
	}
}

func wholeTable(t *testing.T) (map[string]wholeVector, []wholeCase) {
	t.Helper()
	var table struct {
		Wholes []wholeVector
		Cases  []wholeCase
	}
	raw, err := os.ReadFile("../../../../sdk/vectors/prove-book.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	wholes := map[string]wholeVector{}
	for _, w := range table.Wholes {
		wholes[w.Name] = w
	}
	if len(wholes) == 0 || len(table.Cases) == 0 {
		t.Fatal("expected wholes and cases")
	}
	return wholes, table.Cases
}

func TestWholesComeToWhatTheTableSays(t *testing.T) {
	wholes, cases := wholeTable(t)
	for _, of := range cases {
		t.Run(of.Name, func(t *testing.T) {
			b := tb.Load(t, "honest")
			b.Days = map[uint32]*tb.Day{}
			base := wholes[of.Of]
			isAfter := false
			for _, name := range of.After {
				before := wholes[name]
				before.add(t, b, before.anchor(t, nil))
				isAfter = isAfter || name == of.Of
			}
			if !isAfter {
				base.add(t, b, base.anchor(t, &of))
			}
			if base.Day > tb.Day1 && b.Days[tb.Day1] == nil { // a day before it is frozen all the same
				honest := wholes["honest 1"]
				honest.add(t, b, honest.anchor(t, nil))
			}
			c := b.StartAt(t, b.Genesis.Clock.StartUnixS+1)
			for _, name := range of.After {
				before := wholes[name]
				c.Time = time.Unix(before.Chain.AnchoredUnixS+600, 0).UTC()
				c.Accepted(tc.Operator, before.prove(before.bytes(t)))
			}
			c.Time = time.Unix(of.UnixS, 0).UTC()
			c.Block()
			whole := base.bytes(t)
			altered := append(bytes.Clone(whole[:of.At]), decoded(t, hex.DecodeString, of.Insert)...)
			message := base.prove(append(altered, whole[of.At+of.Remove:]...))
			if of.Refused == nil {
				c.Accepted(tc.Operator, message)
			} else {
				c.Refused(wholeErrors[*of.Refused], tc.Operator, message)
			}
		})
	}
}

func (w wholeVector) prove(whole []byte) *types.MsgProveBook {
	return &types.MsgProveBook{Operator: tc.Operator.Address, Day: w.Day, Version: w.Version, Parts: 1, Bytes: whole}
}

// By other hands these wholes were encoded, too.
func TestWholesAreJoinedAsTheyWereSplit(t *testing.T) {
	wholes, _ := wholeTable(t)
	for name, w := range wholes {
		text, raw, err := daybook.Split(w.bytes(t))
		if err != nil {
			t.Fatal(err)
		}
		book, err := daybook.Read(text, daybook.Community)
		if err != nil {
			t.Fatal(err)
		}
		if proofs, err := daybook.ReadProofs(raw, book); err != nil || !bytes.Equal(daybook.Join(text, proofs), w.bytes(t)) {
			t.Errorf("%s: expected the same bytes again, %v", name, err)
		}
	}
	if honest := wholes["honest 2"]; !bytes.Equal(tb.Load(t, "honest").Whole(honest.Day, honest.Version), honest.bytes(t)) {
		t.Error("expected the whole of the audit's bundle")
	}
}
