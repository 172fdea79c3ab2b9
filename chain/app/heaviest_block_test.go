package app_test

import (
	"fmt"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// As many reports as a block of two mebibytes holds: each has a meter to look up, a key epoch and a mark to write.
const (
	heavyTxs     = 51
	heavyReports = 200
)

// heavyBlock is a chain on which every transaction of such a block holds.
func heavyBlock(t testing.TB) (*tc.Chain, [][]byte) {
	state := tc.State(4)
	var meters []tc.Party
	for i := range heavyTxs {
		meter := tc.NewParty(fmt.Sprintf("heavy meter %d", i))
		meters = append(meters, meter)
		state.Meters = append(state.Meters,
			types.Meter{Address: meter.Address, Member: tc.Member(1).Address, FirstDay: tc.Today - 1, MaxWhPerSlot: 100})
	}
	c := tc.Start(t, state)
	c.After(48 * time.Hour)
	var txs [][]byte
	for _, meter := range meters {
		var reports []sdk.Msg
		for n := range uint32(heavyReports) {
			reports = append(reports, tc.Report(meter, tc.Slot(tc.Today-1, 0)+n))
		}
		txs = append(txs, c.Tx(meter, reports...))
	}
	return c, txs
}

func TestABlockIsFilledWithReports(t *testing.T) {
	c, txs := heavyBlock(t)
	size := 0
	for _, tx := range txs {
		size += len(tx)
	}
	if size < 1_900_000 {
		t.Errorf("expected a block's two mebibytes, got %d bytes", size)
	}
	c.Block(txs...)
}

// BenchmarkHeaviestBlock prints what the doors make of a full block; `npm run bench -- blocks` puts it beside the time that a proposer has.
func BenchmarkHeaviestBlock(b *testing.B) {
	for range b.N {
		c, txs := heavyBlock(b)
		size := 0
		began := time.Now()
		report := func(unit string) {
			b.ReportMetric(float64(time.Since(began).Microseconds())/1000, unit)
			began = time.Now()
		}
		for _, tx := range txs {
			size += len(tx)
			if response, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: tx}); err != nil || response.Code != 0 {
				b.Fatal(response, err)
			}
		}
		report("check-ms")
		proposed := c.Propose(txs...)
		report("prepare-ms")
		if len(proposed) != len(txs) || !c.Accepts(proposed...) {
			b.Fatalf("expected %d transactions to be proposed and taken, got %d", len(txs), len(proposed))
		}
		report("process-ms")
		for i, result := range c.Finalize(proposed...) {
			if result.Code != 0 {
				b.Fatal(i, result)
			}
		}
		report("finalize-ms")
		b.ReportMetric(float64(size), "bytes")
	}
}
