package testbook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"electra/internal/daybook"
	tc "electra/internal/testchain"
	"electra/internal/verifier"
	metertypes "electra/x/meter/types"
)

// Whoever made a key can forge proofs of anything under it. Here that is what is wanted: a chain of as many meters as a test likes, with
// books of its own and proofs that hold, made in no time. Its keys are those of internal/testkeys.

const freezeAfterS = 30*3600 + 5 // from the day's begin

// Scalars behind the points of internal/testkeys.
const (
	alpha, beta, delta = 2, 3, 5
	firstInput         = 7
)

// Forged is a community of so many meters with one frozen day, Day1, whose book has all of them as metered.
func Forged(t testing.TB, meters int) *Bundle {
	t.Helper()
	b := &Bundle{Name: "forged", ChainID: tc.ID, Genesis: tc.State(4), Days: map[uint32]*Day{}}
	b.Genesis.Meters = nil
	for n := 1; n <= meters; n++ {
		m := metertypes.Meter{Address: tc.Meter(n).Address, Member: tc.Member(n).Address, FirstDay: Day1, MaxWhPerSlot: 5000}
		if n <= 4 {
			m.ConsensusKey = tc.ConsensusKey(tc.Meter(n).Name)
		}
		b.Genesis.Meters = append(b.Genesis.Meters, m)
	}
	b.Genesis.Tariffs = []metertypes.Tariff{tc.Tariff(Day1)}
	d := &Day{Day: Day1, Books: map[uint32][]byte{}, Proofs: map[uint32]daybook.Proofs{}}
	b.Days[Day1] = d
	d.Roster = &metertypes.Roster{Day: Day1, Height: 2, UnixS: int64(Day1)*metertypes.DaySeconds + freezeAfterS}
	var entries []metertypes.RosterEntry
	for n := 1; n <= meters; n++ {
		address, err := metertypes.ParseAddress("meter", tc.Meter(n).Address)
		must(t, err)
		entries = append(entries, metertypes.RosterEntry{Address: address, Commitment: tc.Commitment(tc.Meter(n), Day1)})
	}
	slices.SortFunc(entries, func(a, b metertypes.RosterEntry) int { return slices.Compare(a.Address, b.Address) })
	d.Roster.Encoded = metertypes.EncodeRoster(Day1, entries)
	d.Roster.Digest = metertypes.RosterDigest(d.Roster.Encoded)
	b.Write(t, Day1, 1, b.Entries(t, d.Roster))
	return b
}

// Entry is one of a book that is written; its other values are made up.
type Entry struct {
	Meter, Source, C string
	From, FromDay    *string
}

// Entries have everybody as metered who has committed, and the others as zero days.
func (b *Bundle) Entries(t testing.TB, roster *metertypes.Roster) (all []Entry) {
	t.Helper()
	_, entries, err := metertypes.DecodeRoster(roster.Encoded)
	must(t, err)
	none := "0"
	for _, e := range entries {
		meter, err := metertypes.FormatAddress(e.Address)
		must(t, err)
		if e.Commitment == nil {
			all = append(all, Entry{Meter: meter, Source: "substitute", C: "5", From: &none, FromDay: &none})
			continue
		}
		all = append(all, Entry{Meter: meter, Source: "metered", C: new(big.Int).SetBytes(e.Commitment).String()})
	}
	return all
}

func repeated(n int, value string) []string { return slices.Repeat([]string{value}, n) }

// Write makes a book of these entries, has the chain anchor it and forges its proofs.
func (b *Bundle) Write(t testing.TB, day, version uint32, entries []Entry) {
	t.Helper()
	d := b.Days[day]
	roster := d.Roster
	if version > 1 {
		roster = d.Late
	}
	keys := map[string]string{}
	for _, k := range b.Genesis.VerificationKeys {
		keys[k.Circuit] = k.ID()
	}
	meters := []map[string]string{}
	for i, e := range entries {
		m := map[string]string{"meter": e.Meter, "source": e.Source, "C": e.C}
		for n, name := range []string{"B", "K", "L0", "L1"} {
			sum := sha256.Sum256([]byte{byte(i), byte(i >> 8), byte(n), byte(version)})
			m[name] = new(big.Int).SetBytes(sum[:31]).String()
		}
		if e.From != nil {
			m["from"], m["fromDay"] = *e.From, *e.FromDay
		}
		meters = append(meters, m)
	}
	book := map[string]any{
		"format": "electra/book/v2", "chainId": b.ChainID, "day": strconv.Itoa(int(day)), "version": strconv.Itoa(int(version)),
		"tariff": map[string]any{"rule": metertypes.TariffRule, "retailNelPerWh": repeated(96, "300000"), "feedInNelPerWh": repeated(96, "80000"),
			"feePerDayNel": "250000000"},
		"rosterDigest": hex.EncodeToString(roster.Digest), "keys": keys, "meters": meters,
		"prices": map[string]any{"buyNelPerWh": repeated(96, "190000"), "sellNelPerWh": repeated(96, "190000")},
	}
	anchor := metertypes.Anchor{Day: day, Version: version, Height: 3, UnixS: roster.UnixS + 60}
	if version == 1 {
		book["X"] = "77"
		anchor.Totals = make([]byte, 32)
		anchor.Totals[31] = 77
	}
	text, err := json.Marshal(book)
	must(t, err)
	hash := sha256.Sum256(text)
	anchor.BookHash = hash[:]
	d.Books[version] = text
	d.Anchors = append(d.Anchors[:version-1], anchor)
	b.Forge(t, day, version)
}

// Forge makes proofs that hold for a book as it is.
func (b *Bundle) Forge(t testing.TB, day, version uint32) {
	t.Helper()
	text := b.Days[day].Books[version]
	book, err := daybook.Read(text, daybook.Community)
	must(t, err)
	about := daybook.About{Book: book, Grid: daybook.GridID(b.ChainID), Rho: daybook.Rho(text), Tick: int64(b.Genesis.Params.Tick)}
	var p daybook.Proofs
	for i := range book.Entries {
		e := &book.Entries[i]
		address, err := metertypes.ParseAddress("meter", e.Meter)
		must(t, err)
		var s fr.Element
		s.SetUint64(uint64(i) + 1)
		p.Bills = append(p.Bills, daybook.Bill{S: s, Proof: forged(about.DayBill(e, address, s))})
		if e.Copied != nil {
			p.Copies = append(p.Copies, forged(about.Substitute(e, address)))
		}
	}
	if book.X != nil {
		inputs, err := about.Clearing(p.Bills)
		must(t, err)
		p.Clearing = forged(inputs)
	}
	b.Days[day].Proofs[version] = p
}

// forged is a proof of any inputs: C is what the equation lacks.
func forged(inputs []fr.Element) []byte {
	v := fr.NewElement(firstInput)
	for i := range inputs {
		weight, term := fr.NewElement(uint64(firstInput+1+i)), new(fr.Element)
		v.Add(&v, term.Mul(&inputs[i], &weight))
	}
	a, bb := fr.NewElement(11), fr.NewElement(13)
	var c fr.Element
	c.Mul(&a, &bb)
	known, divisor := fr.NewElement(alpha*beta), fr.NewElement(delta)
	c.Sub(&c, &known)
	c.Sub(&c, &v)
	c.Div(&c, &divisor)
	_, _, one, two := bn254.Generators()
	var proof verifier.Proof
	proof.A.ScalarMultiplication(&one, a.BigInt(new(big.Int)))
	proof.B.ScalarMultiplication(&two, bb.BigInt(new(big.Int)))
	proof.C.ScalarMultiplication(&one, c.BigInt(new(big.Int)))
	return proof.Bytes()
}

// ForgedProof is one that holds for any inputs, under a key of internal/testkeys.
func ForgedProof(inputs []fr.Element) []byte { return forged(inputs) }
