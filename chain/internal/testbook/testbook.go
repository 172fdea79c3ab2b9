// Package testbook begins test chains whose state says what the bundles of src/reader/audit/testdata say, so that their books, with the
// real proofs that the audit is tested with, can be sent to the chain.
package testbook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"cosmossdk.io/collections"
	"github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"electra/app"
	"electra/internal/daybook"
	tc "electra/internal/testchain"
	"electra/internal/verifier"
	metertypes "electra/x/meter/types"
)

// Day1 and Day2 are those of the bundles.
const (
	Day1 = uint32(20635)
	Day2 = Day1 + 1
)

// layers are what each bundle is made of, the later files over the earlier ones (test/kit/audit/bundles.ts).
var layers = map[string][]string{
	"honest":      {"common", "honest"},
	"substituted": {"common", "honest", "substituted"},
	"raised":      {"common", "honest", "raised"},
	"moved":       {"common", "honest", "moved"},
	"broken-link": {"common", "honest", "broken-link"},
	"exceptions":  {"common", "exceptions"},
	"corrected":   {"common", "exceptions", "corrected"},
}

// Bundle is a community's two days, to be changed before its chain begins.
type Bundle struct {
	Name    string
	Genesis metertypes.GenesisState
	ChainID string
	Days    map[uint32]*Day

	roots []string
}

// Day is what the chain holds of a day, and its books with their proofs by version.
type Day struct {
	Day          uint32
	Roster, Late *metertypes.Roster
	Disputes     []string
	Anchors      []metertypes.Anchor
	SlotPrices   []metertypes.SlotPrices
	Books        map[uint32][]byte
	Proofs       map[uint32]daybook.Proofs
	Wholes       map[uint32][]byte // of a folder's
}

type rosterMeters []struct {
	Meter      string  `json:"meter"`
	Commitment *string `json:"commitment"`
}

type chainFile struct {
	FrozenUnixS  string `json:"frozenUnixS"`
	FrozenHeight string `json:"frozenHeight"`
	Anchors      []struct {
		Version  string  `json:"version"`
		BookHash string  `json:"bookHash"`
		Totals   *string `json:"totals"`
		Height   string  `json:"height"`
		UnixS    string  `json:"unixS"`
	} `json:"anchors"`
	Disputes []struct {
		Meter string `json:"meter"`
	} `json:"disputes"`
	SlotPrices []struct {
		Slot   string `json:"slot"`
		Retail string `json:"retailNelPerWh"`
		FeedIn string `json:"feedInNelPerWh"`
		UnixS  string `json:"unixS"`
	} `json:"slotPrices"`
	LateRoster *struct {
		FrozenUnixS  string       `json:"frozenUnixS"`
		FrozenHeight string       `json:"frozenHeight"`
		Meters       rosterMeters `json:"meters"`
	} `json:"lateRoster"`
}

type proofJSON struct {
	A [2]string    `json:"a"`
	B [2][2]string `json:"b"`
	C [2]string    `json:"c"`
}

type proofsFile struct {
	Bills []struct {
		S     string    `json:"S"`
		Proof proofJSON `json:"proof"`
	} `json:"bills"`
	Substitutes []struct {
		Proof proofJSON `json:"proof"`
	} `json:"substitutes"`
	Clearing *struct {
		Proof proofJSON `json:"proof"`
	} `json:"clearing"`
}

// folder is looked for from the test's own folder upwards.
func folder() string {
	const data = "src/reader/audit/testdata"
	for above := "."; len(above) < 64; above = filepath.Join("..", above) {
		if at := filepath.Join(above, data); exists(at) {
			return at
		}
	}
	return data
}

// Load reads a bundle of the audit's tests.
func Load(t testing.TB, name string) *Bundle {
	t.Helper()
	var roots []string
	for _, layer := range layers[name] {
		roots = append(roots, filepath.Join(folder(), layer))
	}
	return load(t, name, roots)
}

// LoadFolder reads any bundle, whose days may have files `whole.vN` (test/kit/attack/chain-verdicts.ts).
func LoadFolder(t testing.TB, root string) *Bundle {
	t.Helper()
	return load(t, filepath.Base(root), []string{root})
}

func load(t testing.TB, name string, roots []string) *Bundle {
	b := &Bundle{Name: name, roots: roots, Days: map[uint32]*Day{}}
	var document struct {
		ChainID  string `json:"chain_id"`
		AppState struct {
			Meter json.RawMessage `json:"meter"`
		} `json:"app_state"`
	}
	read(t, b.find("genesis.json"), &document)
	enc, err := app.NewEncoding()
	must(t, err)
	b.Genesis, err = metertypes.ReadGenesis(enc.Codec, document.AppState.Meter)
	must(t, err)
	b.ChainID = document.ChainID
	for _, root := range roots {
		dates, _ := filepath.Glob(filepath.Join(root, "days", "*", "chain.json"))
		for _, file := range dates {
			date := filepath.Base(filepath.Dir(file))
			at, err := time.Parse(time.DateOnly, date)
			must(t, err)
			day := metertypes.DayOf(at.Unix())
			b.Days[day] = b.loadDay(t, day, "days/"+date)
		}
	}
	return b
}

// find is the last layer's file, empty where there is none.
func (b *Bundle) find(path string) string {
	found := ""
	for _, root := range b.roots {
		if at := filepath.Join(root, path); exists(at) {
			found = at
		}
	}
	return found
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func (b *Bundle) loadDay(t testing.TB, day uint32, date string) *Day {
	var chain chainFile
	var roster struct {
		Meters rosterMeters `json:"meters"`
	}
	read(t, b.find(date+"/chain.json"), &chain)
	read(t, b.find(date+"/roster.json"), &roster)
	d := &Day{Day: day, Books: map[uint32][]byte{}, Proofs: map[uint32]daybook.Proofs{}, Wholes: map[uint32][]byte{}}
	d.Roster = frozen(t, day, false, roster.Meters, chain.FrozenHeight, chain.FrozenUnixS)
	if late := chain.LateRoster; late != nil {
		d.Late = frozen(t, day, true, late.Meters, late.FrozenHeight, late.FrozenUnixS)
	}
	for _, dispute := range chain.Disputes {
		d.Disputes = append(d.Disputes, dispute.Meter)
	}
	for _, p := range chain.SlotPrices {
		d.SlotPrices = append(d.SlotPrices, metertypes.SlotPrices{Slot: uint32(number(t, p.Slot)), RetailNelPerWh: number(t, p.Retail),
			FeedInNelPerWh: number(t, p.FeedIn), UnixS: number(t, p.UnixS)})
	}
	for _, a := range chain.Anchors {
		anchor := metertypes.Anchor{Day: day, Version: uint32(number(t, a.Version)), BookHash: unhex(t, a.BookHash),
			Height: number(t, a.Height), UnixS: number(t, a.UnixS)}
		if a.Totals != nil {
			anchor.Totals = unhex(t, *a.Totals)
		}
		book, proofs := "/book.json", "/proofs.json"
		if anchor.Version > 1 {
			book, proofs = "/book.v"+a.Version+".json", "/proofs.v"+a.Version+".json"
		}
		d.Anchors = append(d.Anchors, anchor)
		if at := b.find(date + book); at != "" {
			text, err := os.ReadFile(at)
			must(t, err)
			d.Books[anchor.Version] = text
		}
		if whole := b.find(date + "/whole.v" + a.Version); whole != "" {
			raw, err := os.ReadFile(whole)
			must(t, err)
			d.Wholes[anchor.Version] = raw
		} else if at := b.find(date + proofs); at != "" {
			d.Proofs[anchor.Version] = readProofs(t, at)
		}
	}
	return d
}

func frozen(t testing.TB, day uint32, late bool, meters rosterMeters, height, unixS string) *metertypes.Roster {
	var entries []metertypes.RosterEntry
	for _, m := range meters {
		address, err := metertypes.ParseAddress("meter", m.Meter)
		must(t, err)
		entry := metertypes.RosterEntry{Address: address}
		if m.Commitment != nil {
			commitment := element(t, *m.Commitment)
			raw := commitment.Bytes()
			entry.Commitment = raw[:]
		}
		entries = append(entries, entry)
	}
	encoded := metertypes.EncodeRoster(day, entries)
	return &metertypes.Roster{Day: day, Late: late, Encoded: encoded, Digest: metertypes.RosterDigest(encoded), Height: number(t, height),
		UnixS: number(t, unixS)}
}

func readProofs(t testing.TB, path string) (p daybook.Proofs) {
	var file proofsFile
	read(t, path, &file)
	for _, bill := range file.Bills {
		p.Bills = append(p.Bills, daybook.Bill{S: element(t, bill.S), Proof: compressed(t, bill.Proof)})
	}
	for _, s := range file.Substitutes {
		p.Copies = append(p.Copies, compressed(t, s.Proof))
	}
	if file.Clearing != nil {
		p.Clearing = compressed(t, file.Clearing.Proof)
	}
	return p
}

func compressed(t testing.TB, p proofJSON) []byte {
	var proof verifier.Proof
	must(t, setAll(&proof, p))
	return proof.Bytes()
}

func setAll(proof *verifier.Proof, p proofJSON) error {
	for _, err := range []error{
		second(proof.A.X.SetString(p.A[0])), second(proof.A.Y.SetString(p.A[1])),
		second(proof.B.X.A0.SetString(p.B[0][0])), second(proof.B.X.A1.SetString(p.B[0][1])),
		second(proof.B.Y.A0.SetString(p.B[1][0])), second(proof.B.Y.A1.SetString(p.B[1][1])),
		second(proof.C.X.SetString(p.C[0])), second(proof.C.Y.SetString(p.C[1])),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

func second[T any](_ T, err error) error { return err }

// Whole is a book with its proofs, as ProveBook carries it.
func (b *Bundle) Whole(day, version uint32) []byte {
	if whole := b.Days[day].Wholes[version]; whole != nil {
		return whole
	}
	return daybook.Join(b.Days[day].Books[version], b.Days[day].Proofs[version])
}

// Prove is the message with a whole in one part.
func (b *Bundle) Prove(day, version uint32) *metertypes.MsgProveBook {
	return &metertypes.MsgProveBook{Operator: tc.Operator.Address, Day: day, Version: version, Parts: 1, Bytes: b.Whole(day, version)}
}

// Reanchor changes a book and has the chain anchor what it is then.
func (b *Bundle) Reanchor(t testing.TB, day, version uint32, change func(book map[string]any)) {
	t.Helper()
	d := b.Days[day]
	var book map[string]any
	must(t, json.Unmarshal(d.Books[version], &book))
	change(book)
	text, err := json.Marshal(book)
	must(t, err)
	if bytes.Equal(text, d.Books[version]) {
		t.Fatal("expected a change of the book")
	}
	b.Anchor(day, version, text)
}

// Anchor has the chain anchor a text.
func (b *Bundle) Anchor(day, version uint32, text []byte) {
	d := b.Days[day]
	d.Books[version] = text
	hash := sha256.Sum256(text)
	d.Anchors[version-1].BookHash = hash[:]
}

// Start begins a chain that says what the bundle says, a minute after the latest time of anything in it. Its operator is tc.Operator.
func (b *Bundle) Start(t testing.TB) *tc.Chain {
	t.Helper()
	return b.StartAt(t, b.latest()+60)
}

// StartAt begins it at another chain time.
func (b *Bundle) StartAt(t testing.TB, unixS int64) *tc.Chain {
	t.Helper()
	state := b.Genesis
	state.Operator, state.NodeKeys = tc.Operator.Address, nil
	doc := tc.Document(t, state)
	doc.ChainID, doc.GenesisTime = b.ChainID, time.Unix(state.Clock.StartUnixS, 0).UTC()
	c, err := tc.TryStart(t, doc)
	must(t, err)
	b.Overlay(t, c)
	c.Time = time.Unix(unixS, 0).UTC()
	c.Block()
	return c
}

func (b *Bundle) latest() (latest int64) {
	for _, d := range b.Days {
		latest = max(latest, d.Roster.UnixS)
		if d.Late != nil {
			latest = max(latest, d.Late.UnixS)
		}
		for _, a := range d.Anchors {
			latest = max(latest, a.UnixS)
		}
	}
	return latest
}

// SetRoster changes a day's roster.
func (b *Bundle) SetRoster(t testing.TB, day uint32, late bool, change func([]metertypes.RosterEntry)) {
	t.Helper()
	roster := b.Days[day].Roster
	if late {
		roster = b.Days[day].Late
	}
	_, entries, err := metertypes.DecodeRoster(roster.Encoded)
	must(t, err)
	change(entries)
	roster.Encoded = metertypes.EncodeRoster(day, entries)
	roster.Digest = metertypes.RosterDigest(roster.Encoded)
}

// Believe writes a book as proven that comes without its proofs, whatever it says.
func (b *Bundle) Believe(t testing.TB, c *tc.Chain, day, version uint32) {
	t.Helper()
	book, err := daybook.Read(b.Days[day].Books[version], daybook.Community)
	must(t, err)
	ctx := c.App.NewUncachedContext(false, types.Header{ChainID: c.ID, Height: c.Height, Time: c.Time})
	k := c.App.Meters
	prices := sha256.Sum256(book.PricesText())
	must(t, k.Proven.Set(ctx, collections.Join(day, version), metertypes.Proven{Day: day, Version: version, PricesHash: prices[:]}))
	for _, e := range book.Entries {
		address, err := metertypes.ParseAddress("meter", e.Meter)
		must(t, err)
		if end := e.L1.Bytes(); version == 1 {
			must(t, k.ProvenLinks.Set(ctx, address, metertypes.ProvenLink{Meter: e.Meter, Day: day, Metered: e.Source == daybook.Metered,
				Link: end[:]}))
		}
	}
	c.Block()
}

// Last is the last day.
func (b *Bundle) Last() (last uint32) {
	for day := range b.Days {
		last = max(last, day)
	}
	return last
}

// Overlay writes what the chain would have come to, had it lived through these days.
func (b *Bundle) Overlay(t testing.TB, c *tc.Chain) {
	t.Helper()
	ctx := c.App.NewUncachedContext(false, types.Header{ChainID: c.ID, Height: c.Height, Time: c.Time})
	k := c.App.Meters
	for _, m := range b.Genesis.Meters {
		address, err := metertypes.ParseAddress("meter", m.Address)
		must(t, err)
		m.ServiceDay = Day1
		must(t, k.Meters.Set(ctx, address, m))
	}
	next := b.Last() + 1
	must(t, k.NextFreeze.Set(ctx, next))
	must(t, k.NextDayStart.Set(ctx, next))
	must(t, k.DayStarts.Clear(ctx, nil))
	for _, d := range b.Days {
		must(t, k.Rosters.Set(ctx, collections.Join(d.Day, false), *d.Roster))
		if d.Late != nil {
			must(t, k.Rosters.Set(ctx, collections.Join(d.Day, true), *d.Late))
			must(t, k.NextLate.Set(ctx, d.Day+1))
		} else {
			must(t, k.FrozenAt.Set(ctx, d.Day, d.Roster.UnixS))
		}
		for _, meter := range d.Disputes {
			address, err := metertypes.ParseAddress("meter", meter)
			must(t, err)
			must(t, k.Disputes.Set(ctx, collections.Join(d.Day, address), metertypes.Dispute{Meter: meter, Day: d.Day, Reason: "context"}))
		}
		for _, a := range d.Anchors {
			must(t, k.Anchors.Set(ctx, collections.Join(d.Day, a.Version), a))
		}
		for _, p := range d.SlotPrices {
			must(t, k.SlotPrices.Set(ctx, p.Slot, p))
		}
	}
}

func read(t testing.TB, path string, into any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	must(t, err)
	must(t, json.Unmarshal(raw, into))
}

func number(t testing.TB, text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	must(t, err)
	return n
}

func element(t testing.TB, text string) (e fr.Element) {
	_, err := e.SetString(text)
	must(t, err)
	return e
}

func unhex(t testing.TB, text string) []byte {
	raw, err := hex.DecodeString(text)
	must(t, err)
	return raw
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
