package mainapp_test

import (
	"encoding/json"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"cosmossdk.io/collections"

	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"electra/internal/daybook"
	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
	tm "electra/internal/testmain"
	electratypes "electra/x/electra/types"
	metertypes "electra/x/meter/types"
	settlementkeeper "electra/x/settlement/keeper"
	settlementtypes "electra/x/settlement/types"
)

const (
	fromDay = tc.Today - 1
	unit    = int64(1_000_000_000) // 1 ELECTRA
)

// sharedDay is a main chain whose first day two uplinks have shared, as its proven book says. How their statements came in has tests of
// its own (x/register).
func sharedDay(t *testing.T) *tm.Chain {
	t.Helper()
	c := tm.Start(t, tc.SharedState(4), nil)
	ctx := c.App.NewUncachedContext(false, cmtproto.Header{ChainID: c.ID, Height: c.Height, Time: c.Time})
	for _, uplink := range []tc.Party{tc.Meter(1), tc.Meter(2)} {
		err := c.App.Meters.Commitments.Set(ctx, collections.Join(uint32(fromDay), uplink.Key.PubKey().Address().Bytes()),
			metertypes.Commitment{Meter: uplink.Address, Day: fromDay, Commitment: tc.Commitment(uplink, fromDay), Height: 1})
		if err != nil {
			t.Fatal(err)
		}
	}
	c.Until(tc.Genesis.Add(60*time.Hour).Unix(), time.Hour)
	c.After(time.Second)
	anchor, prove := tb.NewSharedBook(c.Chain, fromDay).Written()
	c.Accepted(tc.Operator, anchor)
	c.Accepted(tc.Operator, prove)
	c.Accepted(tc.Operator, &electratypes.MsgRegisterAccount{Registrar: tc.Operator.Address, Address: tc.Member(1).Address,
		Kind: electratypes.KindTreasury})
	return c
}

// owed is an entry whose proof holds for the bills that the chain has.
func owed(t testing.TB, c *tm.Chain, uplink tc.Party, nel int64) settlementtypes.SettleEntry {
	t.Helper()
	return owedFor(t, c, fromDay, uplink, nel)
}

// owedFor is that of the week from a day on.
func owedFor(t testing.TB, c *tm.Chain, from uint32, uplink tc.Party, nel int64) settlementtypes.SettleEntry {
	t.Helper()
	address := uplink.Key.PubKey().Address()
	var day, total fr.Element
	day.SetUint64(uint64(from))
	total.SetInt64(nel)
	inputs := []fr.Element{daybook.GridID(c.ID), daybook.MeterTag(address), day}
	for d := from; d < from+settlementtypes.PeriodDays; d++ {
		raw, err := c.App.Meters.Bill(c.Context(), d, address)
		if err != nil {
			t.Fatal(err)
		}
		var bill fr.Element
		inputs = append(inputs, *bill.SetBytes(raw))
	}
	return settlementtypes.SettleEntry{Uplink: uplink.Address, AmountNel: nel, SumProof: tb.ForgedProof(append(inputs, total))}
}

// stands is what an uplink owes and has to get, in nELECTRA.
func stands(t *testing.T, c *tm.Chain, uplink tc.Party) (owes int64, claims string) {
	t.Helper()
	answer, err := settlementkeeper.NewQueryServer(c.Main.Settlement).Uplink(c.Context(),
		&settlementtypes.QueryUplinkRequest{Uplink: uplink.Address})
	if err != nil {
		t.Fatal(err)
	}
	for _, debt := range answer.Debts {
		owes += int64(debt.LeftNel)
	}
	return owes, answer.ClaimsLeftNel
}

func TestAPeriodIsSettledByTheBillsThatItsBooksLeft(t *testing.T) {
	c := sharedDay(t)
	settle := func(entries ...settlementtypes.SettleEntry) *settlementtypes.MsgSettle {
		return &settlementtypes.MsgSettle{Sender: tc.Member(1).Address, FromDay: fromDay, Entries: entries}
	}
	debt, claim := owed(t, c, tc.Meter(1), 3*unit), owed(t, c, tc.Meter(2), -2*unit)
	c.Refused(settlementtypes.ErrNotReady, tc.Member(1), settle(debt, claim))

	// six days with nobody there are void at their freezes
	c.Until(metertypes.DayEnd(fromDay+settlementtypes.PeriodDays-1)+60*3600+1, 3*time.Hour)
	c.Refused(settlementtypes.ErrNoBill, tc.Member(1), settle(owed(t, c, tc.Meter(3), unit)))
	less := debt
	less.AmountNel--
	c.Refused(metertypes.ErrProof, tc.Member(1), settle(less))
	c.After(time.Second)
	c.Accepted(tc.Member(1), settle(debt))
	c.Accepted(tc.Member(1), settle(claim))

	if owes, claims := stands(t, c, tc.Meter(1)); owes != 3*unit || claims != "0" {
		t.Errorf("expected a debt of 3 ELECTRA, got %d, claims %s", owes, claims)
	}
	if owes, claims := stands(t, c, tc.Meter(2)); owes != 0 || claims != "2000000000" {
		t.Errorf("expected a claim of 2 ELECTRA, got %s, debts %d", claims, owes)
	}
	for n := 1; n <= 2; n++ {
		if bill, err := c.App.Meters.Bill(c.Context(), fromDay, tc.Meter(n).Key.PubKey().Address()); err != nil || bill != nil {
			t.Errorf("meter %d: expected no bill of a settled day, got %x, %v", n, bill, err)
		}
	}
}

// A tariff may be lower than the prices of an auction that stand over it: what follows from those is settled.
func TestPricesOfSlotsBoundASumBesideTheTariff(t *testing.T) {
	c := sharedDay(t)
	slot, dear := (fromDay+5)*metertypes.SlotsPerDay, int64(2_000_000_000)
	most := int64(0) // that the tariff alone allows
	for day := uint32(fromDay); day < fromDay+settlementtypes.PeriodDays; day++ {
		tariff := tc.SharedState(4).Tariffs[0]
		most += metertypes.SlotsPerDay*5000*tariff.RetailNelPerWh[0] + int64(tariff.FeePerDayNel)
	}
	settle := func(nel int64) *settlementtypes.MsgSettle {
		return &settlementtypes.MsgSettle{Sender: tc.Member(1).Address, FromDay: fromDay,
			Entries: []settlementtypes.SettleEntry{owed(t, c, tc.Meter(1), nel)}}
	}
	c.Accepted(tc.Operator, &metertypes.MsgSetPrices{Operator: tc.Operator.Address, FromSlot: slot, RetailNelPerWh: []int64{dear},
		FeedInNelPerWh: []int64{0}})
	c.Until(metertypes.DayEnd(fromDay+settlementtypes.PeriodDays-1)+60*3600+1, 3*time.Hour)
	c.Refused(settlementtypes.ErrBeyondRule, tc.Member(1), settle(most+metertypes.SlotsPerDay*5000*dear))
	c.Accepted(tc.Member(1), settle(most+1))
}

// A plain account in the place of a module's own would end all deposits: the bank finds no purse there any more.
func TestAMemberIsNoPlainAccountInAModulesPlace(t *testing.T) {
	c := tm.Start(t, tc.SharedState(4), nil)
	c.After(time.Second)
	purse, err := metertypes.FormatAddress(authtypes.NewModuleAddress(settlementtypes.ModuleName))
	if err != nil {
		t.Fatal(err)
	}
	enrol := tc.EnrolMeter(tc.Meter(7), tc.Member(7), tc.Today+1)
	enrol.Member = purse
	c.Accepted(tc.Operator, enrol)
	if c.App.Accounts.GetModuleAccount(c.Context(), settlementtypes.ModuleName) == nil {
		t.Error("expected the module's account")
	}
}

// Nor is one that a genesis registers: the rules refuse it, a file may have it.
func TestAGenesisPutsNoPlainAccountInAModulesPlace(t *testing.T) {
	purse, err := metertypes.FormatAddress(authtypes.NewModuleAddress(settlementtypes.ModuleName))
	if err != nil {
		t.Fatal(err)
	}
	state := electratypes.GenesisState{Roles: electratypes.TestRoles, Accounts: []electratypes.Account{{Address: purse,
		Kind: electratypes.KindOther, Registrar: tc.Operator.Address, Height: 1}}}
	c := tm.Start(t, tc.SharedState(4), map[string]json.RawMessage{"electra": mainEncoding(t).Codec.MustMarshalJSON(&state)})
	if c.App.Accounts.GetModuleAccount(c.Context(), settlementtypes.ModuleName) == nil {
		t.Error("expected the module's account")
	}
}
