package types

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/cosmos/cosmos-sdk/codec"
)

// What a state has of proven books (docs/prove-book.md). Its key is left out of JSON where no book was ever proven: so the genesis of a
// chain whose operator proves none is the same as before there was anything to prove, and has the same hash. So are the name of a rule
// that is a community's, and the bills that such a chain does not keep.

const (
	provingKey = "proving"
	uplinksKey = "uplinks"
)

// GenesisJSON writes a state in its one spelling.
func GenesisJSON(cdc codec.JSONCodec, g GenesisState) ([]byte, error) {
	raw, err := cdc.MarshalJSON(&g)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	if g.Proving == nil {
		delete(fields, provingKey)
	}
	if len(g.Uplinks) == 0 {
		delete(fields, uplinksKey)
	}
	if g.Params.Rule == "" {
		if err := leaveOut(fields, "params", "rule"); err != nil {
			return nil, err
		}
		if err := leaveOut(fields, provingKey, "bills"); err != nil {
			return nil, err
		}
	}
	return json.Marshal(fields)
}

func leaveOut(fields map[string]json.RawMessage, of, key string) error {
	if fields[of] == nil {
		return nil
	}
	var inner map[string]json.RawMessage
	if err := json.Unmarshal(fields[of], &inner); err != nil {
		return err
	}
	delete(inner, key)
	raw, err := json.Marshal(inner)
	fields[of] = raw
	return err
}

func (g GenesisState) provenBooks() []Proven {
	if g.Proving == nil {
		return nil
	}
	return g.Proving.Books
}

// provable is what the rest of a state says of days that may be proven.
type provable struct {
	rosters, late map[uint32]Roster
	anchors       map[bookKey]Anchor
	disputed      map[dayMeterText]bool
	proven        map[bookKey]Proven
	params        Params
}

type bookKey struct{ day, version uint32 }

func (g GenesisState) provable() provable {
	p := provable{map[uint32]Roster{}, map[uint32]Roster{}, map[bookKey]Anchor{}, map[dayMeterText]bool{}, map[bookKey]Proven{}, g.Params}
	for _, r := range g.Rosters {
		if r.Late {
			p.late[r.Day] = r
		} else {
			p.rosters[r.Day] = r
		}
	}
	for _, a := range g.Anchors {
		p.anchors[bookKey{a.Day, a.Version}] = a
	}
	for _, d := range g.Disputes {
		p.disputed[dayMeterText{d.Day, d.Meter}] = true
	}
	return p
}

// validateProving wants books that could have been proven, in order, with the links and late statements that they leave.
func (g GenesisState) validateProving() error {
	if g.Proving == nil {
		return nil
	}
	if len(g.Proving.Books) == 0 {
		return wrong("proving: expected to be left out where no book is proven")
	}
	p := g.provable()
	for i, book := range g.Proving.Books {
		if err := p.addBook(fmt.Sprintf("proving.books[%d]", i), book, g.LastUnixS); err != nil {
			return err
		}
		if i > 0 && !less(g.Proving.Books[i-1], book) {
			return wrong("proving.books[%d]: expected the order of days and versions", i)
		}
	}
	if err := p.checkOrder(g.Proving.Books); err != nil {
		return err
	}
	if err := p.checkLinks(g.Proving.Links); err != nil {
		return err
	}
	if err := p.checkLate(g.Proving.Late); err != nil {
		return err
	}
	return p.checkBills(g.Proving.Bills)
}

func less(a, b Proven) bool { return a.Day < b.Day || a.Day == b.Day && a.Version < b.Version }

func (p provable) addBook(field string, b Proven, last int64) error {
	a, anchored := p.anchors[bookKey{b.Day, b.Version}]
	if !anchored || !bytes.Equal(a.BookHash, b.BookHash) || !bytes.Equal(a.Totals, b.Totals) {
		return wrong("%s: expected an anchored book's day, version, hash and totals", field)
	}
	if b.UnixS < a.UnixS || b.UnixS > last || b.Height < 0 {
		return wrong("%s: expected a height and a time of this chain, not before the anchor", field)
	}
	if len(b.PricesHash) != HashBytes {
		return wrong("%s.prices_hash: expected %d bytes, got %d", field, HashBytes, len(b.PricesHash))
	}
	_, entries, err := DecodeRoster(p.rosters[b.Day].Encoded)
	if err != nil {
		return wrong("%s.day: expected a frozen day", field)
	}
	if uint64(b.Entries) > uint64(len(entries)) || b.Version == 1 && uint64(b.Entries) != uint64(len(entries)) || b.Copies > b.Entries {
		return wrong("%s.entries: expected the roster's %d, or some of them in a later version, and no more copies", field, len(entries))
	}
	p.proven[bookKey{b.Day, b.Version}] = b
	return nil
}

// checkOrder wants first books after those of the days before, or when these were void; later ones after those before them.
func (p provable) checkOrder(books []Proven) error {
	for i, b := range books {
		if b.Version > 1 {
			before, proven := p.proven[bookKey{b.Day, b.Version - 1}]
			if !proven || before.UnixS > b.UnixS || !bytes.Equal(before.PricesHash, b.PricesHash) {
				return wrong("proving.books[%d].version: expected the version before it, with the same prices, to be proven before", i)
			}
			continue
		}
		if b.UnixS >= p.rosters[b.Day].UnixS+VoidAfterS {
			return wrong("proving.books[%d].unix_s: expected less than %d s after the freeze", i, int64(VoidAfterS))
		}
		if missing, ok, err := p.isNext(b); err != nil || !ok {
			return wrong("proving.books[%d].day: expected day %d to be proven before it, or void", i, missing)
		}
	}
	return nil
}

// isNext: the days before a first book's are proven, or were void. A day that is void as soon as it is frozen says nothing of those before.
func (p provable) isNext(b Proven) (missing uint32, ok bool, err error) {
	for day := b.Day - 1; ; day-- {
		frozen, listed := p.rosters[day]
		if before, proven := p.proven[bookKey{day, 1}]; !listed || proven {
			return day, !listed || before.UnixS <= b.UnixS, nil
		}
		void, err := p.params.VoidAtFreeze(frozen.Encoded)
		if err != nil || !void {
			return day, b.UnixS >= frozen.UnixS+VoidAfterS, err
		}
	}
}

// checkLinks wants one for each meter of any proven roster, of the last of its proven days.
func (p provable) checkLinks(links []ProvenLink) error {
	due := map[string]ProvenLink{}
	for key := range p.proven {
		if key.version > 1 || p.params.Shared() {
			continue
		}
		_, entries, err := DecodeRoster(p.rosters[key.day].Encoded)
		if err != nil {
			return err
		}
		for _, e := range entries {
			meter, err := FormatAddress(e.Address)
			if err != nil {
				return err
			}
			if due[meter].Day <= key.day {
				metered := e.Commitment != nil && !p.disputed[dayMeterText{key.day, meter}]
				due[meter] = ProvenLink{Meter: meter, Day: key.day, Metered: metered}
			}
		}
	}
	var last []byte
	for i, link := range links {
		field := fmt.Sprintf("proving.links[%d]", i)
		if want, known := due[link.Meter]; !known || want.Day != link.Day || want.Metered != link.Metered {
			return wrong("%s: expected a meter's latest proven day, once, and whether it is metered", field)
		}
		delete(due, link.Meter)
		if err := CheckCommitment("link", link.Link); err != nil {
			return wrong("%s: %s", field, err)
		}
		address, err := ParseAddress("meter", link.Meter)
		if err != nil {
			return wrong("%s: %s", field, err)
		}
		if i > 0 && bytes.Compare(last, address) >= 0 {
			return wrong("%s: expected the order of addresses", field)
		}
		last = address
	}
	if len(due) > 0 {
		return wrong("proving.links: expected one of each meter of a proven day; %d are missing", len(due))
	}
	return nil
}

// checkLate wants late statements of days that have a proven later version, each once, in the order of days and addresses.
func (p provable) checkLate(late []ProvenLate) error {
	var last []byte
	for i, l := range late {
		field := fmt.Sprintf("proving.late[%d]", i)
		address, err := ParseAddress("meter", l.Meter)
		if err != nil {
			return wrong("%s: %s", field, err)
		}
		_, proven := p.proven[bookKey{l.Day, 2}]
		commitment, _ := RosterCommitment(p.late[l.Day].Encoded, address)
		if !proven || commitment == nil || p.disputed[dayMeterText{l.Day, l.Meter}] {
			return wrong("%s: expected an undisputed statement of the late roster of a day with a proven version 2", field)
		}
		if i > 0 && (late[i-1].Day > l.Day || late[i-1].Day == l.Day && bytes.Compare(last, address) >= 0) {
			return wrong("%s: expected the order of days and addresses", field)
		}
		last = address
	}
	return nil
}

// checkBills wants, of days that are not settled, one of each meter that was metered, in the order of days and addresses; and none but
// under shared/1.
func (p provable) checkBills(bills []ProvenBill) error {
	kept, last := map[uint32]int{}, []byte(nil)
	for i, b := range bills {
		field := fmt.Sprintf("proving.bills[%d]", i)
		address, err := ParseAddress("meter", b.Meter)
		if err != nil {
			return wrong("%s: %s", field, err)
		}
		if err := CheckCommitment("bill", b.Bill); err != nil {
			return wrong("%s: %s", field, err)
		}
		_, proven := p.proven[bookKey{b.Day, 1}]
		commitment, _ := RosterCommitment(p.rosters[b.Day].Encoded, address)
		if !p.params.Shared() || !proven || commitment == nil || p.disputed[dayMeterText{b.Day, b.Meter}] {
			return wrong("%s: expected a meter that was metered on a proven day, under %s", field, SharedRule)
		}
		if i > 0 && (bills[i-1].Day > b.Day || bills[i-1].Day == b.Day && bytes.Compare(last, address) >= 0) {
			return wrong("%s: expected the order of days and addresses", field)
		}
		kept[b.Day]++
		last = address
	}
	for day, n := range kept {
		if book := p.proven[bookKey{day, 1}]; uint32(n) != book.Entries-book.Copies {
			return wrong("proving.bills: expected those of all %d that were metered on day %d, or none, got %d", book.Entries-book.Copies, day, n)
		}
	}
	return nil
}
