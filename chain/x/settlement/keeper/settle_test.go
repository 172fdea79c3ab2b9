package keeper_test

import (
	"encoding/json"
	"math/big"
	"os"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	tc "electra/internal/testchain"
	metertypes "electra/x/meter/types"
	"electra/x/settlement/types"
)

func TestAPeriodIsSettledWhenItsLastEntryIsThere(t *testing.T) {
	s := start(t, 3)
	s.accepted(deposit(0, 50*unit), deposit(1, 5*unit))
	s.week(0, 30*unit, 10*unit, -38*unit)
	s.accepted(s.settle(0, 0, 2))
	s.stands(0, 50*unit, 0, 0)
	s.accepted(s.settle(0, 1))
	s.stands(0, 20*unit, 0, 0)
	s.stands(1, 0, 5*unit, 0)
	s.stands(2, 35*unit, 0, 3*unit)
	s.accepted(deposit(1, 6*unit))
	s.stands(1, unit, 0, 0)
	s.stands(2, 38*unit, 0, 0)
	s.fund(2 * unit)
}

func TestEachUplinksPeriodIsSettledOnce(t *testing.T) {
	s := start(t, 2)
	s.week(0, 30*unit, -29*unit)
	twice := s.settle(0, 0, 0)
	s.refused(types.ErrEntries, twice)
	s.refused(types.ErrEntries, s.settle(0))
	s.accepted(s.settle(0, 0))
	s.refused(types.ErrSettled, s.settle(0, 0))
	s.accepted(s.settle(0, 1))
	s.refused(types.ErrSettled, s.settle(0, 1))
}

func TestASumIsProvenFromTheBillsThatTheChainKept(t *testing.T) {
	s := start(t, 2)
	s.week(0, 30*unit, -29*unit)
	less := s.settle(0, 0)
	less.Entries[0].AmountNel -= unit // by the proof of the right sum
	s.refused(errProof, less)
	swapped := s.settle(0, 0, 1) // the sum is right, its entries are not
	swapped.Entries[0].AmountNel, swapped.Entries[1].AmountNel = swapped.Entries[1].AmountNel, swapped.Entries[0].AmountNel
	s.refused(errProof, swapped)
	s.accepted(s.settle(0, 0, 1))
	if inputs := s.meters.asked[1].Inputs; len(inputs) != 11 || inputs[2].String() != "20600" || inputs[3+1].String() != "2" ||
		!inputs[3].IsZero() {
		t.Fatalf("expected gridId, meterTag, firstDay, seven bills and the total, got %v", inputs)
	}
}

func TestDaysAndUplinksWithoutABillAreNotSettled(t *testing.T) {
	s := start(t, 3)
	s.week(0, 30*unit, -29*unit)
	absent := s.settle(0, 0)
	absent.Entries[0].Uplink = uplink(2).Address
	s.refused(types.ErrNoBill, absent)
	unknown := s.settle(0, 0)
	unknown.Entries[0].Uplink = uplink(9).Address
	s.refused(types.ErrUplink, unknown)
	s.refused(types.ErrNotReady, s.settle(1, 0))
	between := s.settle(0, 0)
	between.FromDay++
	s.refused(types.ErrPeriod, between)
	between.FromDay = firstDay - 7
	s.refused(types.ErrPeriod, between)
}

func TestAPeriodWaitsForItsLastDay(t *testing.T) {
	s := start(t, 2)
	s.week(0, 30*unit, -29*unit)
	s.accepted(s.settle(0, 0, 1))
	s.week(1, 20*unit, -19*unit)
	s.meters.days[firstDay+20] = nil
	s.week(2, 10*unit, -9*unit)
	s.accepted(s.settle(1, 0, 1), s.settle(2, 0, 1))

	open := start(t, 2)
	for d := firstDay; d < firstDay+6; d++ {
		open.meters.days[d] = &day{done: true}
	}
	open.block()
	open.refused(types.ErrNotReady, open.settle(0, 0))
	open.meters.days[firstDay+6] = &day{done: true} // void: proven by nobody
	open.block()
	answer, err := open.k.Periods.Get(open.ctx, firstDay)
	if err != nil || answer.ExecutedUnixS == 0 {
		t.Fatalf("expected a period without bills to be over at once, got %+v, %v", answer, err)
	}
}

func TestStrangersSettleNothingAndAmountsHaveTheirBounds(t *testing.T) {
	s := start(t, 2)
	s.week(0, 30*unit, -29*unit)
	byStranger := s.settle(0, 0)
	byStranger.Sender = tc.Stranger.Address
	s.holders.strangers[raw(tc.Stranger)] = true
	s.refused(types.ErrHolder, byStranger)
	// 7 · 96 · 50,000 Wh · 300,000 nELECTRA/Wh + 7 · 0.25 ELECTRA
	most := int64(7*96*50_000*300_000 + 7*250_000_000)
	for amount, want := range map[int64]bool{most: true, -most: true, most + 1: false, -most - 1: false} {
		m := s.settle(0, 0)
		m.Entries[0].AmountNel, m.Entries[0].SumProof = amount, proof(amount)
		if want {
			s.must(s.k.Check(s.ctx, m))
		} else {
			s.refused(types.ErrBeyondRule, m)
		}
	}
	huge := s.settle(0, 0)
	huge.Entries[0].AmountNel = 1 << 62
	s.refused(types.ErrAmount, huge)
}

// Entries that are withheld hold nobody up for more than 28 days.
func TestAWithheldDebtIsOwedToTheFundAndItsTreasurySuspended(t *testing.T) {
	s := start(t, 3)
	s.accepted(deposit(0, 100*unit), deposit(1, 100*unit))
	s.week(0, 30*unit, 10*unit, -38*unit)
	s.accepted(s.settle(0, 0, 2))
	s.after(27)
	s.stands(2, 0, 0, 0)
	if s.query(1).Suspended {
		t.Fatal("expected nobody suspended before the 28 days are over")
	}
	s.after(1)
	s.stands(2, 30*unit, 0, 8*unit)
	if !s.query(1).Suspended || s.query(0).Suspended {
		t.Fatal("expected the one suspended whose entry is missing")
	}
	s.accepted(s.settle(0, 1))
	if s.query(1).Suspended {
		t.Fatal("expected the suspension to end with the entry")
	}
	s.stands(1, 90*unit, 0, 0)
	s.stands(2, 30*unit, 0, 8*unit)
	s.fund(10 * unit)
	s.refused(types.ErrSettled, s.settle(0, 1))
}

// halts end the 28 days of a week: on how many of them the chain lived, a block a day, and how many it halted then.
var halts = map[string]struct{ lived, halted int64 }{
	"over all of the 28 days":                      {0, 28},
	"of a fortnight, begun a day before they end":  {27, 14},
	"of a day, the last one, with blocks until it": {27, 1},
}

// halted is in its first block after a halt: one claim of the week has come, another has not.
func halted(t *testing.T, lived, halted int64) *settling {
	s := start(t, 3)
	s.meters.grace = 3
	s.accepted(deposit(0, 100*unit))
	s.week(0, 30*unit, -10*unit, -19*unit)
	s.accepted(s.settle(0, 0, 2))
	for range lived {
		s.after(1)
	}
	s.after(halted)
	s.stands(2, 0, 0, 0)
	return s
}

// Of a halt's time nobody has had anything, and whoever settles on the last day had not done it in the blocks before it: grace_blocks come
// after the time, for so many and no more. Then who has said nothing is passed over.
func TestAHaltOfTheChainVoidsNoClaim(t *testing.T) {
	for name, halt := range halts {
		t.Run(name+": it comes within the blocks of grace", func(t *testing.T) {
			s := halted(t, halt.lived, halt.halted)
			s.block()
			s.accepted(s.settle(0, 1))
			s.stands(1, 10*unit, 0, 0)
			s.stands(2, 19*unit, 0, 0)
		})
		t.Run(name+": it comes after them", func(t *testing.T) {
			s := halted(t, halt.lived, halt.halted)
			s.block()
			s.block()
			s.stands(2, 0, 0, 0)
			s.block()
			s.stands(2, 19*unit, 0, 0)
			s.accepted(s.settle(0, 1))
			s.stands(1, 0, 0, 0)
		})
	}
}

// The height from which they count is a week's own. An export has it of one that was executed, since no block counts for another there.
func TestAWeekKeepsTheHeightFromWhichItsGraceCounts(t *testing.T) {
	s := halted(t, 27, 14)
	first := s.ctx.BlockHeight() - 1
	for _, exported := range []int64{0, 0, 0, first} {
		state, err := s.k.ExportGenesis(s.ctx)
		s.must(err)
		if got := state.Periods[0].DueHeight; got != exported {
			t.Fatalf("expected %d in the export, got %d", exported, got)
		}
		period, err := s.k.Periods.Get(s.ctx, firstDay)
		s.must(err)
		if period.DueHeight != first {
			t.Fatalf("expected %d, the first block after the halt, got %d", first, period.DueHeight)
		}
		s.block()
	}
}

func TestAWithheldClaimIsVoid(t *testing.T) {
	s := start(t, 3)
	s.accepted(deposit(0, 100*unit))
	s.week(0, 30*unit, -10*unit, -19*unit)
	s.accepted(s.settle(0, 0, 2))
	s.after(28)
	s.stands(2, 19*unit, 0, 0)
	s.fund(11 * unit)
	s.accepted(s.settle(0, 1))
	s.stands(1, 0, 0, 0)
	s.refused(types.ErrSettled, s.settle(0, 1))
}

func TestWhoOwesForFourteenDaysIsSuspendedUntilItOwesNothing(t *testing.T) {
	s := start(t, 2)
	s.week(0, 30*unit, -29*unit)
	s.accepted(s.settle(0, 0, 1))
	s.after(13)
	if s.query(0).Suspended {
		t.Fatal("expected no suspension before 14 days")
	}
	s.after(1)
	if !s.query(0).Suspended || s.query(1).Suspended {
		t.Fatal("expected the debtor suspended, and nobody else")
	}
	s.accepted(deposit(0, 29*unit))
	if !s.query(0).Suspended {
		t.Fatal("expected the suspension to last until nothing is owed")
	}
	s.accepted(deposit(0, unit))
	if s.query(0).Suspended {
		t.Fatal("expected the suspension to end")
	}
	s.after(30)
	if s.query(0).Suspended {
		t.Fatal("expected it not to come back")
	}
}

// The circuit's own example: what Go asks a proof about is what the real proof of src/reader/verifier/testdata holds for.
func TestThePublicInputsAreTheCircuits(t *testing.T) {
	text, err := os.ReadFile("../../../../circuits/testdata/main.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Circuit      string   `json:"circuit"`
			PublicInputs []string `json:"publicInputs"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		if c.Circuit == "bill-sum" {
			asTheCircuits(t, c.PublicInputs)
			return
		}
	}
	t.Fatal("expected a case of bill-sum")
}

func asTheCircuits(t *testing.T, want []string) {
	tag, _ := new(big.Int).SetString(want[1], 10)
	address, err := metertypes.FormatAddress(tag.FillBytes(make([]byte, 20)))
	if err != nil {
		t.Fatal(err)
	}
	day0, _ := new(big.Int).SetString(want[2], 10)
	total, _ := new(big.Int).SetString(want[10], 10)
	s := bare(t)
	s.ctx = s.ctx.WithChainID("electra-main-1")
	from := uint32(day0.Uint64())
	s.must(s.k.InitGenesis(s.ctx, types.GenesisState{FirstDay: from}))
	key := string(tag.FillBytes(make([]byte, 20)))
	s.meters.uplinks[key] = metertypes.Meter{Address: address, Member: treasury(0).Address, MaxWhPerSlot: 60_000}
	for i, text := range want[3:10] {
		s.meters.days[from+uint32(i)] = &day{done: true, bills: map[string][]byte{}}
		if text != "0" {
			var bill fr.Element
			if _, err := bill.SetString(text); err != nil {
				t.Fatal(err)
			}
			bytes := bill.Bytes()
			s.meters.days[from+uint32(i)].bills[key] = bytes[:]
		}
	}
	s.block()
	s.accepted(&types.MsgSettle{Sender: treasury(0).Address, FromDay: from,
		Entries: []types.SettleEntry{{Uplink: address, AmountNel: total.Int64(), SumProof: proof(total.Int64())}}})
	for i, input := range s.meters.asked[0].Inputs {
		if input.String() != want[i] {
			t.Errorf("public input %d: expected %s, got %s", i, want[i], input.String())
		}
	}
}
