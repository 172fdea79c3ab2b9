package app_test

import (
	"fmt"
	"testing"
	"time"

	"cosmossdk.io/store/rootmulti"
	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// BenchmarkStateOfAYear prints how many bytes (keys and values) the state gains per meter and year, and how many
// bytes of transactions the blocks do: `go test ./app -run - -bench StateOfAYear -benchtime 1x`.
func BenchmarkStateOfAYear(b *testing.B) {
	const meters, validators, days = 10, 9, 365
	for b.Loop() {
		c := tc.Start(b, tc.State(validators))
		sizes := map[uint32]int{}
		txBytes := 0
		for d := tc.Today; d < tc.Today+days; d++ {
			c.Time = time.Unix(types.DayEnd(d), 0)
			var txs [][]byte
			for n := 1; n <= meters; n++ {
				var messages []sdk.Msg
				for slot := range uint32(types.SlotsPerDay) {
					messages = append(messages, tc.Report(tc.Meter(n), tc.Slot(d, slot)))
				}
				txs = append(txs, c.Tx(tc.Meter(n), append(messages, tc.CloseDay(tc.Meter(n), d))...))
			}
			txBytes += finalize(b, c, txs)
			for range 4 {
				c.Time = c.Time.Add(2 * time.Hour)
				finalize(b, c, nil)
			}
			finalize(b, c, [][]byte{c.Tx(tc.Operator, tc.AnchorBook(d-1, 1))})
			sizes[d-tc.Today] = stateBytes(b, c)
		}
		const settled = 60 // from here on, marks and commitments leave as fast as they come
		perMeterYear := (sizes[days-1] - sizes[settled]) * 365 / (days - 1 - settled) / meters
		b.ReportMetric(float64(perMeterYear), "state-B/meter-year")
		b.ReportMetric(float64(sizes[settled])/meters, "standing-B/meter")
		b.ReportMetric(float64(txBytes)/meters, "daily-tx-B/meter-year")
		b.Logf("ten meters: %s", fmt.Sprint(sizes[0], sizes[30], sizes[settled], sizes[days-1]))
	}
}

// finalize skips the doors that the tests go through, and returns the bytes of the block's transactions.
func finalize(b *testing.B, c *tc.Chain, txs [][]byte) (size int) {
	for _, tx := range txs {
		size += len(tx)
	}
	for i, r := range c.Finalize(txs...) {
		if r.Code != 0 {
			b.Fatalf("transaction %d: %s", i, r.Log)
		}
	}
	return size
}

func stateBytes(b *testing.B, c *tc.Chain) (size int) {
	root := c.App.CommitMultiStore().(*rootmulti.Store)
	store := root.GetKVStore(root.StoreKeysByName()[types.StoreKey].(*storetypes.KVStoreKey))
	it := store.Iterator(nil, nil)
	defer it.Close()
	for ; it.Valid(); it.Next() {
		size += len(it.Key()) + len(it.Value())
	}
	return size
}
