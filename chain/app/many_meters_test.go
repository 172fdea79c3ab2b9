package app_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/cosmos/cosmos-sdk/types/query"

	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// crowded is a community of n meters, of which the first five sign.
func crowded(t testing.TB, n int) types.GenesisState {
	state := tc.State(4)
	for i := len(state.Meters); i < n; i++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "meter %d", i))
		address, err := types.FormatAddress(sum[:types.AddressBytes])
		must(t, err)
		meter := types.Meter{Address: address, Member: tc.Member(1).Address, FirstDay: tc.Today - 1, MaxWhPerSlot: 100}
		state.Meters = append(state.Meters, meter)
	}
	return state
}

func TestAChainHasSoManyMetersAndNoMore(t *testing.T) {
	c := tc.Start(t, crowded(t, types.MaxMeters-1))
	c.Accepted(tc.Operator, tc.EnrolMeter(tc.Meter(6), tc.Member(6), tc.Today+1))
	c.Refused(types.ErrMeterCount, tc.Operator, tc.EnrolMeter(tc.Meter(7), tc.Member(7), tc.Today+1))
	if _, err := tc.TryStart(t, tc.Document(t, crowded(t, types.MaxMeters+1))); err == nil {
		t.Error("expected a genesis of one more to be refused")
	}
	var page types.QueryMetersResponse
	ask := func(limit uint64) error {
		return c.Query("/electra.meter.v1.Query/Meters", &types.QueryMetersRequest{Pagination: &query.PageRequest{Limit: limit}}, &page)
	}
	if err := ask(types.MaxAnswered); err != nil || len(page.Meters) != types.MaxAnswered {
		t.Errorf("expected a page of %d, got %d, %v", types.MaxAnswered, len(page.Meters), err)
	}
	if err := ask(types.MaxAnswered + 1); err == nil {
		t.Error("expected a larger page to be refused")
	}
}

func TestAnOperatorAnnouncesNothingBeyondTenYears(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Refused(types.ErrTariffDay, tc.Operator, tc.SetTariff(tc.Today+types.MaxAheadDays+1))
	c.Accepted(tc.Operator, tc.SetTariff(tc.Today+types.MaxAheadDays))
}

func TestNobodyWalksTheWholeStore(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	answer, err := c.App.Query(context.Background(), &abci.RequestQuery{Path: "/store/meter/subspace", Data: []byte{3}})
	if err != nil || answer.Code == 0 || len(answer.Value) != 0 {
		t.Errorf("expected a refusal, got %v, %v", answer, err)
	}
	answer, err = c.App.Query(context.Background(), &abci.RequestQuery{Path: "/store/meter/key", Data: []byte{0}})
	if err != nil || answer.Code != 0 || len(answer.Value) == 0 {
		t.Errorf("expected the parameters, got %v, %v", answer, err)
	}
}

// BenchmarkBlocksOfManyMeters prints what blocks cost in a community as large as may be: one of any time, and the one that
// freezes a day's roster. `go test ./app -run - -bench ManyMeters -benchtime 1x`
func BenchmarkBlocksOfManyMeters(b *testing.B) {
	for range b.N {
		for _, meters := range []int{16, types.MaxMeters} {
			c := tc.Start(b, crowded(b, meters))
			began := time.Now()
			const quiet = 50
			for range quiet {
				c.Block()
			}
			b.ReportMetric(float64(time.Since(began).Microseconds())/quiet, fmt.Sprintf("us/block-of-%d", meters))
			began = time.Now()
			c.After(6 * time.Hour)
			b.ReportMetric(float64(time.Since(began).Microseconds()), fmt.Sprintf("us/freeze-of-%d", meters))
		}
	}
}
