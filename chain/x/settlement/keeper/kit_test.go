package keeper_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	storetypes "cosmossdk.io/store/types"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/log"
	sdkmath "cosmossdk.io/math"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	"github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"electra/app"
	tc "electra/internal/testchain"
	meterkeeper "electra/x/meter/keeper"
	metertypes "electra/x/meter/types"
	"electra/x/settlement/keeper"
	"electra/x/settlement/types"
)

// Settlement with the SDK's own accounts and bank; the meters, whose books and proofs have tests of their own, are played. A proof that
// holds is the four bytes "true" and the sum that it is of.

const (
	unit     = int64(1_000_000_000) // 1 ELECTRA
	firstDay = uint32(20600)
	chainID  = "electra-main-5eed0002"
	minter   = "minter"
)

type day struct {
	done  bool
	bills map[string][]byte
}

// meters are played: what days there are, and what uplinks owe for a period.
type meters struct {
	unixS    int64
	days     map[uint32]*day
	uplinks  map[string]metertypes.Meter
	owed     map[uint32]map[string]int64 // period → uplink → true sum
	asked    []meterkeeper.Claim
	operator tc.Party
	grace    int64 // grace_blocks
}

func raw(p tc.Party) string { return string(p.Key.PubKey().Address()) }

func (m *meters) Now(sdk.Context) (int64, uint32, error) {
	return m.unixS, uint32(m.unixS / 86400), nil
}
func (m *meters) IsOperator(_ context.Context, a []byte) (bool, error) {
	return string(a) == raw(m.operator), nil
}
func (m *meters) Uplink(_ context.Context, a []byte) (metertypes.Meter, bool, error) {
	meter, found := m.uplinks[string(a)]
	return meter, found, nil
}
func (m *meters) GraceBlocks(context.Context) (int64, error) { return m.grace, nil }
func (m *meters) FirstDay(context.Context) (uint32, error)   { return firstDay, nil }
func (m *meters) TariffOn(context.Context, uint32) (metertypes.Tariff, error) {
	return tc.Tariff(firstDay), nil
}
func (m *meters) IsDone(_ sdk.Context, d uint32) (bool, error) {
	return m.days[d] != nil && m.days[d].done, nil
}
func (m *meters) Bill(_ context.Context, d uint32, a []byte) ([]byte, error) {
	if m.days[d] == nil {
		return nil, nil
	}
	return m.days[d].bills[string(a)], nil
}
func (m *meters) Billed(_ context.Context, d uint32) (all [][]byte, _ error) {
	if m.days[d] == nil {
		return nil, nil
	}
	for uplink := range m.days[d].bills {
		all = append(all, []byte(uplink))
	}
	slices.SortFunc(all, slices.Compare[[]byte])
	return all, nil
}
func (m *meters) DropBills(_ context.Context, d uint32) error {
	if m.days[d] != nil {
		m.days[d].bills = nil
	}
	return nil
}

var errProof = errorsmod.Register("played", 2, "a proof does not hold")

func (m *meters) CheckClaims(_ context.Context, _, circuit string, claims []meterkeeper.Claim) error {
	m.asked = claims
	for _, c := range claims {
		if total := c.Inputs[len(c.Inputs)-1]; circuit != "bill-sum" || string(c.Proof) != "true"+total.String() {
			return errorsmod.Wrap(errProof, c.About)
		}
	}
	return nil
}
func (m *meters) CountProofs(context.Context) error { return nil }

// holders are played too.
type holders struct{ strangers, frozen map[string]bool }

func (h holders) IsHolder(_ context.Context, a []byte) (bool, error) {
	return !h.strangers[string(a)], nil
}
func (h holders) IsFrozen(_ context.Context, a []byte) (bool, error) { return h.frozen[string(a)], nil }

type credits map[string]uint64

func (c credits) CreditNel(_ context.Context, uplink []byte) (uint64, error) {
	return c[string(uplink)], nil
}

// communities are played: what they were registered with, and who is suspended.
type communities struct {
	credits
	stopped map[string]bool
}

func (c communities) IsStopped(_ context.Context, uplink []byte) (bool, error) {
	return c.stopped[string(uplink)], nil
}

type settling struct {
	t       *testing.T
	ctx     sdk.Context
	k       keeper.Keeper
	bank    bankkeeper.BaseKeeper
	meters  *meters
	holders holders
	communities
}

func uplink(n int) tc.Party   { return tc.NewParty(fmt.Sprint("uplink ", n)) }
func treasury(n int) tc.Party { return tc.NewParty(fmt.Sprint("treasury ", n)) }

// start has so many uplinks, whose treasuries have 1,000 ELECTRA each.
func start(t *testing.T, uplinks int) *settling {
	t.Helper()
	s := bare(t)
	for n := range uplinks {
		s.meters.uplinks[raw(uplink(n))] = metertypes.Meter{Address: uplink(n).Address, Member: treasury(n).Address, MaxWhPerSlot: 50_000}
		s.give(treasury(n), 1000*unit)
	}
	s.must(s.k.InitGenesis(s.ctx, types.GenesisState{}))
	return s
}

func bare(t *testing.T) *settling {
	t.Helper()
	return bareOn(t, &meters{unixS: int64(firstDay) * 86400, days: map[uint32]*day{}, uplinks: map[string]metertypes.Meter{},
		owed: map[uint32]map[string]int64{}, operator: tc.Operator})
}

// bareOn has no state yet, and these meters.
func bareOn(t *testing.T, on *meters) *settling {
	t.Helper()
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	authtypes.RegisterInterfaces(enc.Registry)
	banktypes.RegisterInterfaces(enc.Registry)
	types.RegisterInterfaces(enc.Registry)
	keys := storetypes.NewKVStoreKeys(authtypes.StoreKey, banktypes.StoreKey, types.StoreKey)
	authority := authtypes.NewModuleAddress("authority").String()
	accounts := authkeeper.NewAccountKeeper(enc.Codec, runtime.NewKVStoreService(keys[authtypes.StoreKey]), authtypes.ProtoBaseAccount,
		map[string][]string{types.ModuleName: nil, minter: {authtypes.Minter}}, address.NewBech32Codec(metertypes.Bech32Prefix),
		metertypes.Bech32Prefix, authority)
	bank := bankkeeper.NewBaseKeeper(enc.Codec, runtime.NewKVStoreService(keys[banktypes.StoreKey]), accounts, map[string]bool{}, authority,
		log.NewNopLogger())
	s := &settling{t: t, bank: bank, holders: holders{map[string]bool{}, map[string]bool{}}, meters: on,
		communities: communities{credits{}, map[string]bool{}}}
	s.ctx = testutil.DefaultContextWithKeys(keys, nil, nil).WithChainID(chainID).WithBlockHeight(1)
	s.k = keeper.NewKeeper(enc.Codec, runtime.NewKVStoreService(keys[types.StoreKey]), bank, s.holders, s.communities, s.meters)
	return s
}

func (s *settling) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *settling) give(p tc.Party, nel int64) {
	s.t.Helper()
	amount := sdk.NewCoins(sdk.NewCoin(types.Denom, sdkmath.NewInt(nel)))
	s.must(s.bank.MintCoins(s.ctx, minter, amount))
	s.must(s.bank.SendCoinsFromModuleToAccount(s.ctx, minter, []byte(raw(p)), amount))
}

// accepted does what the doors do with each message, and ends the block.
func (s *settling) accepted(messages ...sdk.Msg) {
	s.t.Helper()
	for _, m := range messages {
		s.must(s.k.Check(s.ctx, m))
		s.must(s.k.Apply(s.ctx, m))
	}
	s.block()
}

func (s *settling) refused(want *errorsmod.Error, m sdk.Msg) {
	s.t.Helper()
	if err := s.k.Check(s.ctx, m); !errorsmod.IsOf(err, want) {
		s.t.Fatalf("expected %s, got %v", want, err)
	}
}

// block ends a block and holds the module to what its purse has.
func (s *settling) block() {
	s.t.Helper()
	s.must(s.k.EndBlock(s.ctx))
	s.must(s.k.CheckInvariants(s.ctx))
	s.ctx = s.ctx.WithBlockHeight(s.ctx.BlockHeight() + 1)
}

// after makes a block so many days later.
func (s *settling) after(days int64) {
	s.t.Helper()
	s.meters.unixS += days * 86400
	s.block()
}

// week proves the seven days of a period: on its first, each of these uplinks has a bill; sums are what they owe.
func (s *settling) week(n uint32, sums ...int64) {
	s.t.Helper()
	from := firstDay + 7*n
	for d := from; d < from+7; d++ {
		s.meters.days[d] = &day{done: true, bills: map[string][]byte{}}
	}
	for i, sum := range sums {
		bill := make([]byte, 32)
		binary.BigEndian.PutUint32(bill[28:], uint32(i)+1)
		s.meters.days[from+uint32(i)%7].bills[raw(uplink(i))] = bill
		if s.meters.owed[n] == nil {
			s.meters.owed[n] = map[string]int64{}
		}
		s.meters.owed[n][raw(uplink(i))] = sum
	}
	s.meters.unixS = max(s.meters.unixS, int64(from+8)*86400)
	s.block()
}

// entry is true to what an uplink owes.
func (s *settling) entry(n uint32, i int) types.SettleEntry {
	sum := s.meters.owed[n][raw(uplink(i))]
	return types.SettleEntry{Uplink: uplink(i).Address, AmountNel: sum, SumProof: proof(sum)}
}

func (s *settling) settle(n uint32, uplinks ...int) *types.MsgSettle {
	m := &types.MsgSettle{Sender: treasury(0).Address, FromDay: firstDay + 7*n}
	for _, i := range uplinks {
		m.Entries = append(m.Entries, s.entry(n, i))
	}
	return m
}

func deposit(n int, nel int64) *types.MsgDeposit {
	return &types.MsgDeposit{Treasury: treasury(n).Address, Uplink: uplink(n).Address, AmountNel: uint64(nel)}
}

func withdraw(n int, nel int64) *types.MsgWithdraw {
	return &types.MsgWithdraw{Treasury: treasury(n).Address, Uplink: uplink(n).Address, AmountNel: uint64(nel)}
}

func (s *settling) query(n int) *types.QueryUplinkResponse {
	s.t.Helper()
	answer, err := keeper.NewQueryServer(s.k).Uplink(s.ctx, &types.QueryUplinkRequest{Uplink: uplink(n).Address})
	s.must(err)
	return answer
}

// stands wants an uplink's escrow, debts and open claims, in nELECTRA.
func (s *settling) stands(n int, escrow, owes, claims int64) {
	s.t.Helper()
	answer := s.query(n)
	debts := int64(0)
	for _, d := range answer.Debts {
		debts += int64(d.LeftNel)
	}
	if int64(answer.EscrowNel) != escrow || debts != owes || answer.ClaimsLeftNel != fmt.Sprint(claims) {
		s.t.Fatalf("uplink %d: expected escrow %d, debts %d, claims %d, got %d, %d, %s", n, escrow, owes, claims, answer.EscrowNel, debts,
			answer.ClaimsLeftNel)
	}
}

func (s *settling) fund(want int64) {
	s.t.Helper()
	answer, err := keeper.NewQueryServer(s.k).Status(s.ctx, &types.QueryStatusRequest{})
	s.must(err)
	if int64(answer.FundNel) != want {
		s.t.Fatalf("expected a fund of %d, got %d", want, answer.FundNel)
	}
}

// proof is one that holds of a sum.
func proof(sum int64) []byte {
	var total fr.Element
	total.SetInt64(sum)
	return []byte("true" + total.String())
}
