package keeper_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/settlement/types"
)

func TestOnlyAnUplinksTreasuryDepositsAndWithdraws(t *testing.T) {
	s := start(t, 2)
	wrong := deposit(0, unit)
	wrong.Treasury = treasury(1).Address
	s.refused(types.ErrTreasury, wrong)
	s.refused(types.ErrAmount, deposit(0, types.MinMoveNel-1))
	s.refused(types.ErrBalance, deposit(0, 1000*unit+1))
	s.accepted(deposit(0, 10*unit))
	other := withdraw(0, unit)
	other.Treasury = treasury(1).Address
	s.refused(types.ErrTreasury, other)
	s.refused(types.ErrEscrow, withdraw(0, 10*unit+1))
	s.accepted(withdraw(0, 10*unit))
	s.stands(0, 0, 0, 0)
	s.holders.strangers[raw(treasury(0))] = true
	s.refused(types.ErrHolder, deposit(0, unit))
}

func TestAWithdrawalIsRefusedWhileSomethingIsOwed(t *testing.T) {
	s := start(t, 2)
	s.week(0, 30*unit, -29*unit)
	s.accepted(s.settle(0, 0, 1))
	s.refused(types.ErrOwes, withdraw(0, unit))
	s.accepted(deposit(0, 130*unit))
	s.accepted(withdraw(0, unit))
}

func TestAWithdrawalIsRefusedInTheBlockOfTheSettlement(t *testing.T) {
	s := start(t, 2)
	s.accepted(deposit(0, 130*unit))
	s.week(0, 30*unit, -29*unit)
	m := s.settle(0, 0, 1)
	s.must(s.k.Check(s.ctx, m))
	s.must(s.k.Apply(s.ctx, m))
	s.refused(types.ErrOwes, withdraw(0, unit)) // before the end of the block has paid
	s.block()
	s.accepted(withdraw(0, unit))
}

func TestAWithdrawalLeavesTheCredit(t *testing.T) {
	s := start(t, 2)
	s.credits[raw(uplink(0))] = uint64(7 * unit)
	s.accepted(deposit(0, 200*unit))
	s.refused(types.ErrEscrow, withdraw(0, 194*unit))
	s.must(s.k.Check(s.ctx, withdraw(0, 193*unit)))
	s.week(0, 30*unit+1, -29*unit)
	s.accepted(s.settle(0, 0, 1))
	// ⌈18/7 · (30 ELECTRA + 1)⌉ stays
	left := (18*(30*unit+1) + 6) / 7
	s.refused(types.ErrEscrow, withdraw(0, 170*unit-1-left+1))
	s.must(s.k.Check(s.ctx, withdraw(0, 170*unit-1-left)))
	for n := uint32(1); n <= 51; n++ {
		s.week(n)
	}
	s.refused(types.ErrEscrow, withdraw(0, 170*unit-1-left+1)) // the debt is of the last 52 periods
	s.week(52)
	s.must(s.k.Check(s.ctx, withdraw(0, 163*unit-1)))
}

func TestWhoIsRetiredAndSettledLeavesNoCredit(t *testing.T) {
	s := start(t, 2)
	s.credits[raw(uplink(0))] = uint64(7 * unit)
	s.accepted(deposit(0, 100*unit))
	leaving := s.meters.uplinks[raw(uplink(0))]
	leaving.LastDay = firstDay + 8
	s.meters.uplinks[raw(uplink(0))] = leaving
	s.refused(types.ErrEscrow, withdraw(0, 100*unit)) // its last day is still to come
	s.week(0)
	s.week(1, 30*unit, -29*unit)
	s.refused(types.ErrEscrow, withdraw(0, 100*unit)) // it has a bill that is not settled
	s.accepted(s.settle(1, 0))
	s.refused(types.ErrEscrow, withdraw(0, 100*unit)) // its pool waits for another one's entry
	s.accepted(s.settle(1, 1))
	s.accepted(withdraw(0, 70*unit))
	s.stands(0, 0, 0, 0)
}

func TestASuspendedCommunityWithdrawsNothing(t *testing.T) {
	s := start(t, 2)
	s.accepted(deposit(0, 100*unit))
	s.stopped[raw(uplink(0))] = true
	s.refused(types.ErrSuspended, withdraw(0, unit))
	s.accepted(deposit(0, unit))
	delete(s.stopped, raw(uplink(0)))
	s.accepted(withdraw(0, unit))

	s.week(0, 30*unit, -29*unit)
	s.accepted(s.settle(0, 1))
	s.must(s.k.Check(s.ctx, withdraw(0, unit)))
	s.meters.unixS += types.EntriesDueS
	s.block()
	s.refused(types.ErrSuspended, withdraw(0, unit)) // what it owes is hidden, its entry is missing
}

func TestAFrozenTreasuryDepositsAndIsSettledAndWithdrawsNothing(t *testing.T) {
	s := start(t, 2)
	s.holders.frozen[raw(treasury(0))] = true
	s.accepted(deposit(0, 50*unit))
	s.week(0, 30*unit, -29*unit)
	s.accepted(s.settle(0, 0, 1))
	s.stands(0, 20*unit, 0, 0)
	s.refused(types.ErrFrozen, withdraw(0, unit))
	delete(s.holders.frozen, raw(treasury(0)))
	s.credits[raw(uplink(0))] = 0
	s.refused(types.ErrEscrow, withdraw(0, unit)) // the credit of a debt of 30
	s.accepted(deposit(0, 100*unit))
	s.accepted(withdraw(0, unit))
}

func TestTheFundIsTheOperators(t *testing.T) {
	s := start(t, 2)
	s.accepted(deposit(0, 30*unit))
	s.week(0, 30*unit, -29*unit)
	s.accepted(s.settle(0, 0, 1))
	take := func(by tc.Party, nel int64) *types.MsgWithdrawFund {
		return &types.MsgWithdrawFund{Operator: by.Address, AmountNel: uint64(nel)}
	}
	s.refused(txerrors.ErrWrongSigner, take(treasury(0), unit))
	s.refused(types.ErrEscrow, take(tc.Operator, unit+1))
	s.accepted(take(tc.Operator, unit))
	s.fund(0)
}

// Who sends entries could withhold a claim until it is void, and take from the fund what was to be given for it.
func TestWhatCameOfAWeekWithAnEntryMissingIsNobodysToTake(t *testing.T) {
	s := start(t, 2)
	s.accepted(deposit(0, 100*unit))
	s.week(0, 30*unit, -29*unit)
	s.accepted(s.settle(0, 0))
	s.meters.unixS += types.EntriesDueS
	s.block()
	s.fund(30 * unit)
	take := func(nel int64) *types.MsgWithdrawFund {
		return &types.MsgWithdrawFund{Operator: tc.Operator.Address, AmountNel: uint64(nel)}
	}
	s.refused(types.ErrEscrow, take(unit))
	s.accepted(s.settle(0, 1)) // void
	s.refused(types.ErrEscrow, take(unit))

	s.week(1, -10*unit, 12*unit)
	s.accepted(s.settle(1, 0))
	s.accepted(deposit(1, 100*unit))
	s.meters.unixS += types.EntriesDueS
	s.block()
	s.accepted(s.settle(1, 1)) // a debt that came too late
	s.fund(42 * unit)
	s.refused(types.ErrEscrow, take(unit))

	s.week(2, 30*unit, -29*unit)
	s.accepted(s.settle(2, 0, 1))
	s.refused(types.ErrEscrow, take(unit+1))
	s.accepted(take(unit)) // the fees of a week that is whole
}

// An insolvent debtor, in every order in which deposits come.
func TestAnInsolventDebtorInEveryOrderOfDeposits(t *testing.T) {
	ends := map[string]int{}
	r := rand.New(rand.NewPCG(15, 8))
	for range 24 {
		s := start(t, 4)
		moves := []func(){
			func() { s.accepted(deposit(0, 40*unit)) },
			func() { s.accepted(deposit(1, 50*unit)) },
			func() { s.week(0, 60*unit, 41*unit, -60*unit, -40*unit); s.accepted(s.settle(0, 0, 1, 2, 3)) },
			func() { s.accepted(deposit(2, unit)) },
		}
		r.Shuffle(len(moves), func(i, j int) { moves[i], moves[j] = moves[j], moves[i] })
		for _, move := range moves {
			move()
		}
		end := ""
		for n := range 4 {
			answer := s.query(n)
			end += fmt.Sprint(answer.EscrowNel, answer.Debts, answer.ClaimsLeftNel, " ")
		}
		ends[end]++
	}
	if len(ends) != 1 {
		t.Fatalf("expected one end, got %v", ends)
	}
}

// Weeks of random sums, deposits and withdrawals, entries late or withheld: after every block the purse has what the books say, and an
// export begins again and says the same.
func TestMoneyIsConservedWhateverHappens(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 9))
	for range 12 {
		s := start(t, 5)
		for n := range uint32(8) {
			sums := make([]int64, 5)
			rest := r.Int64N(3 * unit)
			for i := range 4 {
				sums[i] = r.Int64N(60*unit) - 30*unit
				rest -= sums[i]
			}
			sums[4] = rest
			s.week(n, sums...)
			order := r.Perm(5)
			if r.IntN(3) == 0 {
				order = order[:4] // somebody's is withheld
			}
			for _, i := range order {
				s.accepted(s.settle(n, i))
				if r.IntN(2) == 0 {
					s.accepted(deposit(i, 1+types.MinMoveNel+r.Int64N(10*unit)))
				}
				if w := withdraw(i, types.MinMoveNel+r.Int64N(3*unit)); s.k.Check(s.ctx, w) == nil {
					s.accepted(w)
				}
			}
			s.after(r.Int64N(20))
		}
		s.after(60)
		s.exportsTheSame()
	}
}

func (s *settling) exportsTheSame() {
	s.t.Helper()
	g, err := s.k.ExportGenesis(s.ctx)
	s.must(err)
	s.must(g.Validate())
	again := bareOn(s.t, s.meters)
	purse := s.bank.GetBalance(s.ctx, authtypes.NewModuleAddress(types.ModuleName), types.Denom)
	s.must(again.bank.MintCoins(again.ctx, minter, sdk.NewCoins(purse)))
	s.must(again.bank.SendCoinsFromModuleToModule(again.ctx, minter, types.ModuleName, sdk.NewCoins(purse)))
	s.must(again.k.InitGenesis(again.ctx, *g))
	later, err := again.k.ExportGenesis(again.ctx)
	s.must(err)
	a, _ := g.Marshal()
	b, _ := later.Marshal()
	if !slices.Equal(a, b) {
		s.t.Fatalf("expected the same export\n%+v\ngot\n%+v", g, later)
	}
}
