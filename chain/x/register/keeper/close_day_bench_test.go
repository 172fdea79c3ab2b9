package keeper_test

import (
	"fmt"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"

	tc "electra/internal/testchain"
	te "electra/internal/testevidence"
)

// What a community's day costs a validator of the main chain, with evidence and Net proof, by how many validators the community has:
// `npm run bench -- close-day` prints these. Each run is of another chain, so no verdict is known.

func benchCloseDay(b *testing.B, validators int, doors func(world, []byte)) {
	spent, bytes := 0.0, 0
	for range b.N {
		community := te.Start(b)
		community.Keys = nil
		for n := range validators {
			community.Keys = append(community.Keys, cmted25519.GenPrivKeyFromSecret([]byte(fmt.Sprint("validator ", n))))
		}
		w := registeredWith(b, community)
		tx := w.Tx(uplink, w.closing(b, w.shown(b)))
		before := tc.CPUMs()
		doors(w, tx)
		spent += tc.CPUMs() - before
		bytes = len(tx)
	}
	b.ReportMetric(spent/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(bytes), "bytes")
}

func oneDoor(b *testing.B) func(world, []byte) {
	return func(w world, tx []byte) {
		if response, err := w.App.CheckTx(&abci.RequestCheckTx{Tx: tx}); err != nil || response.Code != 0 {
			b.Fatal(response, err)
		}
	}
}

func allDoors(w world, tx []byte) { w.Block(tx) }

func BenchmarkCloseDay13OneDoor(b *testing.B)  { benchCloseDay(b, 13, oneDoor(b)) }
func BenchmarkCloseDay13AllDoors(b *testing.B) { benchCloseDay(b, 13, allDoors) }
func BenchmarkCloseDay99OneDoor(b *testing.B)  { benchCloseDay(b, 99, oneDoor(b)) }
func BenchmarkCloseDay99AllDoors(b *testing.B) { benchCloseDay(b, 99, allDoors) }
