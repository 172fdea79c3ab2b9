// Package daybook reads what a community has booked of a day, with its proofs, and makes the public inputs that these have to hold for
// (docs/prove-book.md). It knows no state: what a book may say the keeper asks. src/protocol/bundle/book.ts and
// src/reader/verifier/public-inputs.ts are the same in TypeScript, by other hands.
package daybook

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
)

const (
	format = "electra/book/v2"
	slots  = 96

	priceEnd = int64(1) << 31  // |price| below this
	feeEnd   = uint64(1) << 48 // fee per day below this
)

// Source says what an entry was booked by.
type Source string

const (
	Metered    Source = "metered"
	Substitute Source = "substitute"
	Disputed   Source = "disputed"
	Absent     Source = "absent" // under shared/1: the entry says who, and nothing else
)

// Form is that of the books of a chain, which its rule decides.
type Form int

const (
	Community Form = iota
	Shared
)

// circuits are those whose keys a book names.
func (f Form) circuits() []string {
	if f == Shared {
		return []string{"bill-sum", "clearing-shared", "day-bill", "net"}
	}
	return []string{"clearing", "day-bill", "substitute"}
}

func (f Form) sources() []Source {
	if f == Shared {
		return []Source{Metered, Absent}
	}
	return []Source{Metered, Substitute, Disputed}
}

// Book is the public record of a day. Prices are nELECTRA per Wh, 96 of each kind.
type Book struct {
	Form         Form
	ChainID      string
	Day, Version uint32
	Tariff       Tariff
	RosterDigest []byte
	Keys         map[string]string // id of the verification key, by circuit
	X            *fr.Element       // hidden totals; nil in versions > 1
	Buy, Sell    []int64
	Entries      []Entry

	prices []byte // as they stand in the text
}

type Tariff struct {
	Rule           string
	Retail, FeedIn []int64
	Fee            uint64
}

// Entry is one meter's.
type Entry struct {
	Meter           string // as it is written; whether that is an address the keeper asks
	Source          Source
	C, K, B, L0, L1 fr.Element
	Copied          *Copied // what version 1 has as not metered
}

// Copied names the day of the meter that an entry copies, both zero: none.
type Copied struct {
	FromDay uint32
	From    fr.Element
}

// The text of a book: its keys in the order of RFC 8785, all values strings. Whatever else a reader of JSON lets through, other spaces,
// another order, a key that stands twice, another escape, an unknown field, is not what this writes again.
type bookText struct {
	X            *string     `json:"X,omitempty"`
	ChainID      string      `json:"chainId"`
	Day          string      `json:"day"`
	Format       string      `json:"format"`
	Keys         keysText    `json:"keys"`
	Meters       []entryText `json:"meters"`
	Prices       pricesText  `json:"prices"`
	RosterDigest string      `json:"rosterDigest"`
	Tariff       tariffText  `json:"tariff"`
	Version      string      `json:"version"`
}

type keysText struct {
	BillSum        string `json:"bill-sum,omitempty"`
	Clearing       string `json:"clearing,omitempty"`
	ClearingShared string `json:"clearing-shared,omitempty"`
	DayBill        string `json:"day-bill,omitempty"`
	Net            string `json:"net,omitempty"`
	Substitute     string `json:"substitute,omitempty"`
}

func (t keysText) byCircuit() map[string]string {
	all := map[string]string{"bill-sum": t.BillSum, "clearing": t.Clearing, "clearing-shared": t.ClearingShared, "day-bill": t.DayBill,
		"net": t.Net, "substitute": t.Substitute}
	maps.DeleteFunc(all, func(_, id string) bool { return id == "" })
	return all
}

type pricesText struct {
	Buy  []string `json:"buyNelPerWh"`
	Sell []string `json:"sellNelPerWh"`
}

type tariffText struct {
	Fee    string   `json:"feePerDayNel"`
	FeedIn []string `json:"feedInNelPerWh"`
	Retail []string `json:"retailNelPerWh"`
	Rule   string   `json:"rule"`
}

type entryText struct {
	B       string  `json:"B,omitempty"`
	C       string  `json:"C,omitempty"`
	K       string  `json:"K,omitempty"`
	L0      string  `json:"L0,omitempty"`
	L1      string  `json:"L1,omitempty"`
	From    *string `json:"from,omitempty"`
	FromDay *string `json:"fromDay,omitempty"`
	Meter   string  `json:"meter"`
	Source  string  `json:"source"`
}

// Read reads a book's exact bytes.
func Read(raw []byte, form Form) (*Book, error) {
	var text bookText
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, fmt.Errorf("book: expected JSON of a book (%s)", err)
	}
	again, err := json.Marshal(text)
	if err != nil || !bytes.Equal(again, raw) {
		return nil, fmt.Errorf("book: expected the canonical text of a book, byte for byte")
	}
	if text.Format != format {
		return nil, fmt.Errorf("book.format: expected %q", format)
	}
	if text.Meters == nil {
		return nil, fmt.Errorf("book.meters: expected a list")
	}
	r := &reader{}
	b := &Book{
		Form:         form,
		ChainID:      text.ChainID,
		Day:          r.u32("book.day", text.Day),
		Version:      r.u32("book.version", text.Version),
		RosterDigest: r.hash("book.rosterDigest", text.RosterDigest),
		Keys:         text.Keys.byCircuit(),
		Tariff: Tariff{Rule: text.Tariff.Rule, Retail: r.prices("book.tariff.retailNelPerWh", text.Tariff.Retail),
			FeedIn: r.prices("book.tariff.feedInNelPerWh", text.Tariff.FeedIn), Fee: r.fee("book.tariff.feePerDayNel", text.Tariff.Fee)},
		Buy:  r.prices("book.prices.buyNelPerWh", text.Prices.Buy),
		Sell: r.prices("book.prices.sellNelPerWh", text.Prices.Sell),
	}
	if b.Version == 0 {
		r.refuse("book.version", "at least 1")
	}
	for _, name := range form.circuits() {
		r.hash("book.keys."+name, b.Keys[name])
	}
	if n := len(form.circuits()); len(b.Keys) != n {
		r.refuse("book.keys", fmt.Sprintf("the %d of the chain's circuits", n))
	}
	if (text.X != nil) != (b.Version == 1) {
		r.refuse("book.X", "to be there in version 1 and in no other")
	} else if text.X != nil {
		x := r.element("book.X", *text.X)
		b.X = &x
	}
	for i, entry := range text.Meters {
		b.Entries = append(b.Entries, r.entry(fmt.Sprintf("book.meters[%d]", i), entry, b))
	}
	if b.prices, err = json.Marshal(text.Prices); err != nil {
		return nil, err
	}
	return b, r.err
}

// PricesText are the prices as they stand in the book.
func (b *Book) PricesText() []byte { return b.prices }

// Copies counts the entries that are not metered.
func (b *Book) Copies() (n int) {
	for _, e := range b.Entries {
		if e.Source != Metered {
			n++
		}
	}
	return n
}

// reader keeps the first thing that is wrong.
type reader struct{ err error }

func (r *reader) refuse(field, expected string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s: expected %s", field, expected)
	}
}

func (r *reader) entry(field string, text entryText, b *Book) Entry {
	source := Source(text.Source)
	if !slices.Contains(b.Form.sources(), source) {
		r.refuse(field+".source", fmt.Sprintf("one of %v", b.Form.sources()))
	}
	if source == Absent {
		if text != (entryText{Meter: text.Meter, Source: text.Source}) {
			r.refuse(field, "meter and source of who is absent, and nothing else")
		}
		return Entry{Meter: text.Meter, Source: source}
	}
	e := Entry{Meter: text.Meter, Source: source, C: r.element(field+".C", text.C), K: r.element(field+".K", text.K),
		B: r.element(field+".B", text.B), L0: r.element(field+".L0", text.L0), L1: r.element(field+".L1", text.L1)}
	copies := b.Version == 1 && e.Source != Metered
	if (text.From != nil) != copies || (text.FromDay != nil) != copies {
		r.refuse(field, "from and fromDay in version 1 where a day is not metered, and nowhere else")
		return e
	}
	if !copies {
		return e
	}
	e.Copied = &Copied{FromDay: r.u32(field+".fromDay", *text.FromDay), From: r.element(field+".from", *text.From)}
	if e.Copied.FromDay >= b.Day {
		r.refuse(field+".fromDay", "a day before the one that is booked")
	}
	if (e.Copied.FromDay == 0) != e.Copied.From.IsZero() {
		r.refuse(field+".from", "0 where fromDay is 0, and nowhere else")
	}
	return e
}

var (
	wholeForm  = regexp.MustCompile(`^(0|[1-9][0-9]{0,77})$`)
	signedForm = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,77})$`)
	hashForm   = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// element reads a field element in decimal, in its only form and below r.
func (r *reader) element(field, text string) (e fr.Element) {
	n, ok := new(big.Int).SetString(text, 10)
	if !wholeForm.MatchString(text) || !ok || n.Cmp(fr.Modulus()) >= 0 {
		r.refuse(field, "a field element as a decimal string, below r")
		return e
	}
	e.SetBigInt(n)
	return e
}

func (r *reader) u32(field, text string) uint32 {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || !wholeForm.MatchString(text) {
		r.refuse(field, "a whole number from 0 to 4294967295 as a decimal string")
	}
	return uint32(n)
}

func (r *reader) fee(field, text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || !wholeForm.MatchString(text) || n >= feeEnd {
		r.refuse(field, "0 to 2^48-1 as a decimal string")
	}
	return n
}

func (r *reader) prices(field string, texts []string) []int64 {
	if len(texts) != slots {
		r.refuse(field, fmt.Sprintf("%d prices, got %d", slots, len(texts)))
		return make([]int64, slots)
	}
	all := make([]int64, slots)
	for i, text := range texts {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || !signedForm.MatchString(text) || n <= -priceEnd || n >= priceEnd {
			r.refuse(fmt.Sprintf("%s[%d]", field, i), "a price of less than 2^31 either way, as a decimal string")
		}
		all[i] = n
	}
	return all
}

func (r *reader) hash(field, text string) []byte {
	if !hashForm.MatchString(text) {
		r.refuse(field, "32 bytes in lower-case hex")
		return nil
	}
	raw, _ := hex.DecodeString(text)
	return raw
}
