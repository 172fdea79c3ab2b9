package keeper_test

import (
	"crypto/sha256"
	"encoding/json"
	"testing"

	sdkmath "cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	tc "electra/internal/testchain"
	tm "electra/internal/testmain"
	"electra/x/electra/types"
	metertypes "electra/x/meter/types"
)

// A chain with the test issuer, whose holders are two members and a treasury.

const unit = uint64(1_000_000_000) // 1 ELECTRA

func role(name string) tc.Party {
	secret := sha256.Sum256([]byte(types.TestRoleText(name)))
	key := &secp256k1.PrivKey{Key: secret[:]}
	address, err := metertypes.FormatAddress(key.PubKey().Address())
	if err != nil {
		panic(err)
	}
	return tc.Party{Name: name, Key: key, Address: address}
}

var (
	attestor = role(types.RoleAttestor)
	guardian = role(types.RoleGuardian)
	issuer   = role(types.RoleIssuer)

	alice    = tc.NewParty("alice")
	bob      = tc.NewParty("bob")
	treasury = tc.NewParty("treasury")
)

// money is a main chain that is held to its invariants after every block.
type money struct {
	*tm.Chain
	t *testing.T
}

func start(t *testing.T) money {
	t.Helper()
	return startWith(t, nil)
}

func startWith(t *testing.T, others map[string]json.RawMessage) money {
	t.Helper()
	m := money{tm.Start(t, tc.SharedState(4), others), t}
	if others == nil {
		m.accepted(tc.Operator, register(alice, types.KindMember), register(bob, types.KindMember), register(treasury, types.KindTreasury))
	}
	return m
}

// rich is start with an attested reserve of so many ELECTRA, all of them minted to alice.
func rich(t *testing.T, electra uint64) money {
	t.Helper()
	m := start(t)
	m.accepted(attestor, m.attest(electra*unit))
	m.accepted(issuer, mint(alice, electra*unit))
	return m
}

func (m money) accepted(signer tc.Party, messages ...sdk.Msg) {
	m.t.Helper()
	m.Accepted(signer, messages...)
	m.holds()
}

// pastGrace makes the blocks that a rotation waits for after its time: grace_blocks of tc.SharedState.
func (m money) pastGrace() {
	m.t.Helper()
	for range 3 {
		m.After(0)
	}
}

// holds: Σ balances = supply = Σ mint − Σ confirmed, what is locked is being redeemed, and nothing is negative.
func (m money) holds() {
	m.t.Helper()
	ctx := m.Context()
	if err := m.Main.Electra.CheckInvariants(ctx); err != nil {
		m.t.Fatal(err)
	}
	sum := sdkmath.ZeroInt()
	m.Main.Bank.IterateAllBalances(ctx, func(_ sdk.AccAddress, coin sdk.Coin) bool {
		if coin.Denom != types.Denom || coin.IsNegative() {
			m.t.Fatalf("expected nothing but %s, none negative, got %s", types.Denom, coin)
		}
		sum = sum.Add(coin.Amount)
		return false
	})
	if supply := m.Main.Bank.GetSupply(ctx, types.Denom).Amount; !supply.Equal(sum) {
		m.t.Fatalf("expected balances of %s, the supply, got %s", supply, sum)
	}
}

func (m money) balance(p tc.Party) uint64 {
	return m.Main.Bank.GetBalance(m.Context(), sdk.AccAddress(p.Key.PubKey().Address()), types.Denom).Amount.Uint64()
}

func (m money) wants(p tc.Party, nel uint64) {
	m.t.Helper()
	if got := m.balance(p); got != nel {
		m.t.Fatalf("%s: expected %d nELECTRA, got %d", p.Name, nel, got)
	}
}

func (m money) status() *types.QueryStatusResponse {
	m.t.Helper()
	var answer types.QueryStatusResponse
	if err := m.Query("/electra.electra.v1.Query/Status", &types.QueryStatusRequest{}, &answer); err != nil {
		m.t.Fatal(err)
	}
	return &answer
}

// attest says what lies at the bank now.
func (m money) attest(nel uint64) *types.MsgAttestReserve {
	return &types.MsgAttestReserve{Attestor: attestor.Address, AsOfUnixS: m.Now(), AmountNel: nel, DocumentHash: make([]byte, 32)}
}

func register(p tc.Party, kind string) *types.MsgRegisterAccount {
	return &types.MsgRegisterAccount{Registrar: tc.Operator.Address, Address: p.Address, Kind: kind}
}

func mint(to tc.Party, nel uint64) *types.MsgMint {
	return &types.MsgMint{Issuer: issuer.Address, To: to.Address, AmountNel: nel}
}

func redeem(by tc.Party, nel uint64) *types.MsgRedeem {
	return &types.MsgRedeem{Holder: by.Address, AmountNel: nel, Reference: "invoice 7"}
}

func confirm(id uint64, payment byte) *types.MsgConfirmRedemption {
	hash := make([]byte, 32)
	hash[0] = payment
	return &types.MsgConfirmRedemption{Issuer: issuer.Address, Id: id, PaymentHash: hash}
}

func reject(id uint64, reason string) *types.MsgRejectRedemption {
	return &types.MsgRejectRedemption{Issuer: issuer.Address, Id: id, Reason: reason}
}

func send(from, to tc.Party, nel uint64) *banktypes.MsgSend {
	return &banktypes.MsgSend{FromAddress: from.Address, ToAddress: to.Address,
		Amount: sdk.NewCoins(sdk.NewCoin(types.Denom, sdkmath.NewIntFromUint64(nel)))}
}

func payout(to tc.Party, counter, nel uint64) *types.MsgPayMember {
	return &types.MsgPayMember{Treasury: treasury.Address, Member: to.Address, Counter: counter, AmountNel: nel}
}

func freeze(p tc.Party) *types.MsgFreeze {
	return &types.MsgFreeze{Guardian: guardian.Address, Account: p.Address, ReasonHash: make([]byte, 32)}
}

func unfreeze(p tc.Party) *types.MsgUnfreeze {
	return &types.MsgUnfreeze{Guardian: guardian.Address, Account: p.Address, ReasonHash: make([]byte, 32)}
}

func pause() sdk.Msg   { return &types.MsgPause{Guardian: guardian.Address} }
func unpause() sdk.Msg { return &types.MsgUnpause{Guardian: guardian.Address} }

func rotate(by tc.Party, role string, to tc.Party) *types.MsgRotateRole {
	return &types.MsgRotateRole{Holder: by.Address, Role: role, Address: to.Address}
}

func replace(meter tc.Party, role string, by tc.Party) *types.MsgReplaceRole {
	return &types.MsgReplaceRole{Meter: meter.Address, Role: role, Address: by.Address}
}
