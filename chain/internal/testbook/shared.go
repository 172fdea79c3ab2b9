package testbook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"strconv"

	"cosmossdk.io/collections"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"electra/internal/daybook"
	tc "electra/internal/testchain"
	metertypes "electra/x/meter/types"
)

// SharedBook is a book of a chain with the rule shared/1, as the state of that chain has it, to be changed before it is written; its proofs
// are forged under the keys of internal/testkeys.
type SharedBook struct {
	Tariff, Prices map[string]any
	Keys           map[string]string
	Entries        []map[string]string

	chain  *tc.Chain
	day    uint32
	digest []byte
}

// NewSharedBook is the honest one of a frozen day.
func NewSharedBook(c *tc.Chain, day uint32) *SharedBook {
	c.T.Helper()
	roster, err := c.App.Meters.Rosters.Get(c.Context(), collections.Join(day, false))
	must(c.T, err)
	_, listed, err := metertypes.DecodeRoster(roster.Encoded)
	must(c.T, err)
	b := &SharedBook{chain: c, day: day, digest: roster.Digest, Keys: map[string]string{},
		Tariff: map[string]any{"rule": metertypes.SharedRule, "retailNelPerWh": repeated(96, "191000"), "feedInNelPerWh": repeated(96, "0"),
			"feePerDayNel": "250000000"},
		Prices: map[string]any{"buyNelPerWh": repeated(96, "191000"), "sellNelPerWh": repeated(96, "70000")}}
	for _, key := range tc.SharedKeys() {
		b.Keys[key.Circuit] = key.ID()
	}
	for i, e := range listed {
		meter, err := metertypes.FormatAddress(e.Address)
		must(c.T, err)
		disputed, err := c.App.Meters.Disputes.Has(c.Context(), collections.Join(day, e.Address))
		must(c.T, err)
		if e.Commitment == nil || disputed {
			b.Entries = append(b.Entries, map[string]string{"meter": meter, "source": "absent"})
			continue
		}
		b.Entries = append(b.Entries, b.metered(i, meter, e.Commitment))
	}
	return b
}

func (b *SharedBook) metered(i int, meter string, commitment []byte) map[string]string {
	m := map[string]string{"meter": meter, "source": "metered", "C": new(big.Int).SetBytes(commitment).String()}
	for n, name := range []string{"B", "K", "L0", "L1"} {
		sum := sha256.Sum256([]byte{byte(i), byte(n), byte(b.day)})
		m[name] = new(big.Int).SetBytes(sum[:31]).String()
	}
	return m
}

// Metered makes an entry a metered one with some commitment.
func (b *SharedBook) Metered(i int, commitment []byte) {
	b.Entries[i] = b.metered(i, b.Entries[i]["meter"], commitment)
}

// Absent makes an entry an absent one.
func (b *SharedBook) Absent(i int) {
	b.Entries[i] = map[string]string{"meter": b.Entries[i]["meter"], "source": "absent"}
}

// Written are the messages that anchor and prove the book.
func (b *SharedBook) Written() (*metertypes.MsgAnchorBook, *metertypes.MsgProveBook) {
	t := b.chain.T
	t.Helper()
	text, err := json.Marshal(map[string]any{"format": "electra/book/v2", "chainId": b.chain.ID, "day": strconv.Itoa(int(b.day)),
		"version": "1", "tariff": b.Tariff, "rosterDigest": hex.EncodeToString(b.digest), "keys": b.Keys, "meters": b.Entries,
		"prices": b.Prices, "X": "77"})
	must(t, err)
	hash := sha256.Sum256(text)
	totals := make([]byte, 32)
	totals[31] = 77
	return &metertypes.MsgAnchorBook{Operator: tc.Operator.Address, Day: b.day, Version: 1, BookHash: hash[:], Totals: totals},
		&metertypes.MsgProveBook{Operator: tc.Operator.Address, Day: b.day, Version: 1, Parts: 1, Bytes: daybook.Join(text, b.forged(text))}
}

// forged are proofs that hold; where the text is no book, none.
func (b *SharedBook) forged(text []byte) (p daybook.Proofs) {
	t := b.chain.T
	t.Helper()
	book, err := daybook.Read(text, daybook.Shared)
	if err != nil {
		return p
	}
	about := daybook.About{Book: book, Grid: daybook.GridID(book.ChainID), Rho: daybook.Rho(text), Tick: 1000}
	for i := range book.Entries {
		e := &book.Entries[i]
		if e.Source == daybook.Absent {
			continue
		}
		address, err := metertypes.ParseAddress("meter", e.Meter)
		must(t, err)
		s := fr.NewElement(uint64(i) + 1)
		p.Bills = append(p.Bills, daybook.Bill{S: s, Proof: forged(about.DayBill(e, address, s))})
	}
	inputs, err := about.Clearing(p.Bills)
	if err != nil {
		inputs = nil // a price that is none: nobody comes to look at proofs
	}
	p.Clearing = forged(inputs)
	return p
}
