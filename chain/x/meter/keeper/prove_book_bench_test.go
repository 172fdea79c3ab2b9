package keeper_test

import (
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"

	"electra/internal/daybook"
	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
	"electra/internal/verifier"
	"electra/x/meter/types"
)

// What a day of 99 meters costs a validator: `npm run bench -- prove-book` prints these. Each run is of another chain, so no verdict is
// known.

const benchMeters = 99

func benchDoors(b *testing.B, doors func(*tc.Chain, []byte)) {
	bundle := tb.Forged(b, benchMeters)
	spent := 0.0
	for range b.N {
		c := bundle.Start(b)
		tx := c.Tx(tc.Operator, bundle.Prove(tb.Day1, 1))
		before := tc.CPUMs()
		doors(c, tx)
		spent += tc.CPUMs() - before
	}
	b.ReportMetric(spent/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(len(bundle.Whole(tb.Day1, 1))), "bytes")
}

func BenchmarkProveBookOneDoor(b *testing.B) {
	benchDoors(b, func(c *tc.Chain, tx []byte) {
		if response, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: tx}); err != nil || response.Code != 0 {
			b.Fatal(response, err)
		}
	})
}

func BenchmarkProveBookAllDoors(b *testing.B) {
	benchDoors(b, func(c *tc.Chain, tx []byte) { c.Block(tx) })
}

// claims are the bills of the day, with their key.
func claims(b *testing.B) (*verifier.Key, []verifier.Claim) {
	bundle := tb.Forged(b, benchMeters)
	text := bundle.Days[tb.Day1].Books[1]
	book, err := daybook.Read(text, daybook.Community)
	if err != nil {
		b.Fatal(err)
	}
	about := daybook.About{Book: book, Grid: daybook.GridID(bundle.ChainID), Rho: daybook.Rho(text), Tick: 1000}
	var all []verifier.Claim
	for i, bill := range bundle.Days[tb.Day1].Proofs[1].Bills {
		address, err := types.ParseAddress("meter", book.Entries[i].Meter)
		if err != nil {
			b.Fatal(err)
		}
		proof, err := verifier.ReadProof(bill.Proof)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, verifier.Claim{Inputs: about.DayBill(&book.Entries[i], address, bill.S), Proof: proof})
	}
	key, err := bundle.Genesis.VerificationKeys[1].ForVerifying(types.Circuits[1].PublicInputs)
	if err != nil {
		b.Fatal(err)
	}
	return key, all
}

func benchVerify(b *testing.B, size int) {
	key, all := claims(b)
	before := tc.CPUMs()
	for range b.N {
		for from := 0; from < len(all); from += size {
			batch, err := verifier.NewBatch(key, all[from:from+size])
			if err != nil || batch.FirstBad() != -1 {
				b.Fatal("expected every proof to hold")
			}
		}
	}
	b.ReportMetric((tc.CPUMs()-before)/float64(b.N), "cpu-ms/op")
}

func BenchmarkProveBookBatch(b *testing.B)    { benchVerify(b, benchMeters) }
func BenchmarkProveBookOneByOne(b *testing.B) { benchVerify(b, 1) }
