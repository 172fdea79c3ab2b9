package mainapp_test

import (
	"crypto/sha256"
	"testing"
	"time"

	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"

	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
	electratypes "electra/x/electra/types"
	metertypes "electra/x/meter/types"
	settlementtypes "electra/x/settlement/types"
)

// How the state of a main chain grows with a hundred communities who state every day: books are proven, weeks settled and paid.
// `npm run bench -- close-day` prints it:
//
//	go test ./mainapp -run - -bench SharedWeeks -benchtime 1x -cpu 1

const (
	hundred = 100
	// livedDays end a week after everything that is forgotten again, headers after 14 days, leaves as fast as it comes.
	livedDays = 30
)

func BenchmarkSharedWeeks(b *testing.B) {
	for range b.N {
		home := b.TempDir()
		db, err := dbm.NewGoLevelDB("application", home, nil)
		must(b, err)
		b.Cleanup(func() { must(b, db.Close()) })
		m := beginMany(b, hundred, db)
		w := m.live()
		onDisk := func() int64 {
			must(b, db.ForceCompact(nil, nil))
			return bytesIn(b, home)
		}
		w.days(livedDays - settlementtypes.PeriodDays)
		before, diskBefore, sentBefore := m.size(), onDisk(), w.sent
		w.days(settlementtypes.PeriodDays)
		standing, grown := m.size(), m.size().without(before)
		each := func(n int64) float64 { return float64(n) / (hundred * settlementtypes.PeriodDays) }
		for _, store := range []string{"meter", "settlement", "register"} {
			b.ReportMetric(each(grown[store].keys), store+"-keys/day")
			b.ReportMetric(each(grown[store].bytes), store+"-bytes/day")
		}
		b.ReportMetric(each(grown.all().keys), "keys/day")
		b.ReportMetric(each(grown.all().bytes), "bytes/day")
		b.ReportMetric(each(onDisk()-diskBefore), "disk-bytes/day")
		b.ReportMetric(each(w.sent-sentBefore), "sent-bytes/day")
		b.ReportMetric(float64(standing.all().keys), "keys")
		b.ReportMetric(float64(standing.all().bytes), "bytes")
		b.ReportMetric(livedDays, "days")
	}
}

// lived is a main chain whose communities state every day. Blocks are carried out without the doors before: they are alike.
type lived struct {
	*many
	next    uint32 // the day to be stated
	proven  uint32 // the first day without a proven book
	settled uint32 // the first day of the week to be settled
	sent    int64  // bytes of all transactions
}

// live has the treasury of all communities pay ahead: what is owed for a week goes from escrow to escrow as soon as it is settled.
func (m *many) live() *lived {
	m.t.Helper()
	w := &lived{many: m, next: fromDay, proven: fromDay, settled: fromDay}
	treasury, attestor, issuer := tc.Member(1), testRole(m.t, electratypes.RoleAttestor), testRole(m.t, electratypes.RoleIssuer)
	all := uint64(1000 * unit)
	m.Accepted(tc.Operator, &electratypes.MsgRegisterAccount{Registrar: tc.Operator.Address, Address: treasury.Address,
		Kind: electratypes.KindTreasury})
	m.Accepted(attestor, &electratypes.MsgAttestReserve{Attestor: attestor.Address, AsOfUnixS: m.Now(), AmountNel: all,
		DocumentHash: make([]byte, 32)})
	m.Accepted(issuer, &electratypes.MsgMint{Issuer: issuer.Address, To: treasury.Address, AmountNel: all})
	var deposits []sdk.Msg
	for i, uplink := range m.uplinks {
		if owes := weekly(i); owes > 0 {
			deposits = append(deposits, &settlementtypes.MsgDeposit{Treasury: treasury.Address, Uplink: uplink.Address,
				AmountNel: uint64(owes) * (livedDays/settlementtypes.PeriodDays + 1)})
		}
	}
	m.Accepted(treasury, deposits...)
	return w
}

// testRole is one of the test issuer's, whose secrets everybody knows.
func testRole(t testing.TB, name string) tc.Party {
	t.Helper()
	secret := sha256.Sum256([]byte(electratypes.TestRoleText(name)))
	key := &secp256k1.PrivKey{Key: secret[:]}
	address, err := metertypes.FormatAddress(key.PubKey().Address())
	must(t, err)
	return tc.Party{Name: name, Key: key, Address: address}
}

// weekly is what a community owes for a week: every second one has to get something.
func weekly(i int) int64 {
	if i%2 == 0 {
		return 3 * unit
	}
	return -2 * unit
}

func (w *lived) days(n int) {
	w.t.Helper()
	for range n {
		w.day()
	}
}

// day has a day stated, then proven whatever is frozen by then, then settled a week that is ready.
func (w *lived) day() {
	w.t.Helper()
	w.untilStated(w.next)
	for i := 0; i < len(w.uplinks); i += metertypes.ProofsPerBlock {
		var block [][]byte
		for n := i; n < min(i+metertypes.ProofsPerBlock, len(w.uplinks)); n++ {
			block = append(block, w.stated(n, w.next))
		}
		w.block(block...)
	}
	w.next++
	frozen, err := w.App.Meters.NextFreeze.Get(w.Context())
	must(w.t, err)
	for ; w.proven < frozen; w.proven++ {
		anchor, prove := tb.NewSharedBook(w.Chain.Chain, w.proven).Written()
		w.block(w.Tx(tc.Operator, anchor))
		w.block(w.Tx(tc.Operator, prove))
	}
	if ready, err := w.Main.Settlement.Periods.Has(w.Context(), w.settled); err != nil || ready {
		must(w.t, err)
		w.settle()
	}
}

func (w *lived) settle() {
	w.t.Helper()
	settle := &settlementtypes.MsgSettle{Sender: tc.Member(1).Address, FromDay: w.settled}
	for i, uplink := range w.uplinks {
		settle.Entries = append(settle.Entries, owedFor(w.t, w.Chain, w.settled, uplink, weekly(i)))
	}
	w.block(w.Tx(tc.Member(1), settle))
	w.settled += settlementtypes.PeriodDays
}

// block is carried out, a second after the one before.
func (w *lived) block(txs ...[]byte) {
	w.t.Helper()
	w.Time = w.Time.Add(time.Second)
	w.carriedOut(txs)
	w.sent += int64(bytesOf(txs))
}

func TestWeeksOfManyCommunitiesAreProvenSettledAndPaid(t *testing.T) {
	const communities, days = 3, 2 + settlementtypes.PeriodDays
	m := beginMany(t, communities, dbm.NewMemDB())
	w := m.live()
	w.days(days - 1)
	if w.settled != fromDay {
		t.Fatalf("expected the week not to be settled before its last day is proven, got %d", w.settled)
	}
	w.days(1)
	w.block()
	if w.settled != fromDay+settlementtypes.PeriodDays || w.proven != w.settled {
		t.Fatalf("expected a week of seven proven days, got %d and %d", w.settled-fromDay, w.proven-fromDay)
	}
	for i, uplink := range w.uplinks {
		if owes, claims := stands(t, w.Chain, uplink); owes != 0 || claims != "0" {
			t.Errorf("community %d: expected everything to be paid, got %d and %s", i, owes, claims)
		}
		address := uplink.Key.PubKey().Address().Bytes()
		entry, err := m.Main.Settlement.Entries.Get(m.Context(), collections.Join(uint32(fromDay), address))
		if err != nil || entry.AmountNel != weekly(i) {
			t.Errorf("community %d: expected its entry, got %+v, %v", i, entry, err)
		}
	}
}
