package mainapp_test

import (
	"slices"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/collections"

	tc "electra/internal/testchain"
	metertypes "electra/x/meter/types"
)

// A thousand communities state their day at the same moment: `npm run bench -- close-day` prints what it costs a validator until the last
// of them is in, and what the main chain has then to keep.
//
//	go test ./mainapp -run - -bench ThousandDays -benchtime 1x -cpu 1

const thousand = 1000

func BenchmarkThousandDays(b *testing.B) {
	for range b.N {
		m := beginMany(b, thousand, dbm.NewMemDB())
		m.untilStated(fromDay)
		var waiting [][]byte
		for i := range thousand {
			waiting = append(waiting, m.stated(i, fromDay))
		}
		before := m.size()
		s := m.clear(waiting)
		grown := m.size().without(before)
		blocks := slices.Sorted(slices.Values(s.blocks))
		b.ReportMetric(float64(len(blocks)), "blocks")
		b.ReportMetric(blocks[len(blocks)/2], "p50-cpu-ms/block")
		b.ReportMetric(blocks[len(blocks)-1], "most-cpu-ms/block")
		b.ReportMetric(float64(slices.Max(s.blockBytes)), "bytes/block")
		b.ReportMetric(float64(bytesOf(waiting))/thousand, "bytes/day")
		b.ReportMetric(s.all()/1000, "cpu-s")
		for unit, ms := range map[string]float64{"cpu-ms/day": s.all(), "check-ms/day": s.check, "prepare-ms/day": s.prepare,
			"process-ms/day": s.process, "finalize-ms/day": s.finalize, "recheck-ms/day": s.recheck} {
			b.ReportMetric(ms/thousand, unit)
		}
		b.ReportMetric(float64(grown.all().keys)/thousand, "state-keys/day")
		b.ReportMetric(float64(grown.all().bytes)/thousand, "state-bytes/day")
	}
}

// spent is what the doors have cost, each for all that went through it.
type spent struct {
	check, prepare, process, finalize, recheck float64 // ms of processors

	blocks     []float64 // ms of processors for each
	blockBytes []int
}

func (s spent) all() float64 { return s.check + s.prepare + s.process + s.finalize + s.recheck }

// clear has transactions that all wait at once go through every door, as CometBFT has them: its mempool checks each, hands a proposer the
// first ones that fit a block, and after each block looks again at all that still wait.
func (m *many) clear(waiting [][]byte) (s spent) {
	m.t.Helper()
	s.check = timed(func() { m.inMempool(waiting, abci.CheckTxType_New) })
	for len(waiting) > 0 {
		m.Time = m.Time.Add(time.Second)
		var block [][]byte
		prepare := timed(func() { block = m.Propose(reaped(waiting)...) })
		if len(block) == 0 {
			m.t.Fatalf("height %d: expected some of %d transactions to be proposed", m.Height+1, len(waiting))
		}
		for i := range block {
			if string(block[i]) != string(waiting[i]) {
				m.t.Fatalf("height %d: expected those to be proposed that wait for longest", m.Height+1)
			}
		}
		process := timed(func() {
			if !m.Accepts(block...) {
				m.t.Fatalf("own proposal at height %d rejected", m.Height+1)
			}
		})
		finalize := timed(func() { m.carriedOut(block) })
		waiting = waiting[len(block):]
		recheck := timed(func() { m.inMempool(waiting, abci.CheckTxType_Recheck) })
		s.prepare, s.process, s.finalize, s.recheck = s.prepare+prepare, s.process+process, s.finalize+finalize, s.recheck+recheck
		s.blocks, s.blockBytes = append(s.blocks, prepare+process+finalize+recheck), append(s.blockBytes, bytesOf(block))
	}
	return s
}

func timed(work func()) float64 {
	before := tc.CPUMs()
	work()
	return tc.CPUMs() - before
}

func bytesOf(txs [][]byte) (n int) {
	for _, tx := range txs {
		n += len(tx)
	}
	return n
}

func (m *many) inMempool(txs [][]byte, how abci.CheckTxType) {
	m.t.Helper()
	for i, tx := range txs {
		response, err := m.App.CheckTx(&abci.RequestCheckTx{Tx: tx, Type: how})
		must(m.t, err)
		if response.Code != 0 {
			m.t.Fatalf("CheckTx (%s) of transaction %d: %s", how, i, response.Log)
		}
	}
}

// reaped are the first that fit a block of CometBFT's.
func reaped(waiting [][]byte) [][]byte {
	size := int64(0)
	for i, tx := range waiting {
		if size += cmttypes.ComputeProtoSizeForTxs([]cmttypes.Tx{tx}); size > 2*1024*1024 {
			return waiting[:i]
		}
	}
	return waiting
}

func TestMoreDaysThanABlockTakesAreInWithTheNextOnes(t *testing.T) {
	const communities = 2*metertypes.ProofsPerBlock + 1
	m := beginMany(t, communities, dbm.NewMemDB())
	m.untilStated(fromDay)
	var waiting [][]byte
	for i := range communities {
		waiting = append(waiting, m.stated(i, fromDay))
	}
	s := m.clear(waiting)
	if len(s.blocks) != 3 || s.blockBytes[0] != bytesOf(waiting[:metertypes.ProofsPerBlock]) {
		t.Errorf("expected two full blocks and one transaction in a third one, got %v bytes", s.blockBytes)
	}
	for i, uplink := range m.uplinks {
		address := uplink.Key.PubKey().Address().Bytes()
		if in, err := m.App.Meters.Commitments.Has(m.Context(), collections.Join(uint32(fromDay), address)); err != nil || !in {
			t.Errorf("community %d: expected its day to be in, got %v", i, err)
		}
	}
}
