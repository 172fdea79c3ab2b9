package keeper_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/mainapp"
	"electra/x/electra/types"
)

var errBalance = mainapp.ErrSendBalance

func TestOnlyRegisteredAccountsHoldElectra(t *testing.T) {
	m := rich(t, 100)
	carol := tc.NewParty("carol")
	m.Refused(types.ErrNotRegistered, alice, send(alice, carol, unit))
	m.Refused(txerrors.ErrStranger, tc.Stranger, send(tc.Stranger, alice, unit))
	m.accepted(tc.Operator, register(carol, types.KindOther))
	m.accepted(alice, send(alice, carol, unit))
	m.wants(carol, unit)
	m.accepted(carol, send(carol, bob, unit)) // an account that was registered can sign
}

func TestNoModulesAccountReceivesOrIsRegistered(t *testing.T) {
	m := rich(t, 100)
	purse := tc.Party{Name: "purse", Key: alice.Key, Address: authtypes.NewModuleAddress(types.ModuleName).String()}
	m.Refused(mainapp.ErrSendTo, alice, send(alice, purse, unit))
	m.Refused(types.ErrRegistered, tc.Operator, register(purse, types.KindOther))
}

// The bank itself refuses what no message asked for.
func TestNothingMovesCoinsToWhoIsNotRegistered(t *testing.T) {
	m := rich(t, 100)
	stranger := sdk.AccAddress(tc.Stranger.Key.PubKey().Address())
	from := sdk.AccAddress(alice.Key.PubKey().Address())
	if err := m.Main.Bank.SendCoins(m.Context(), from, stranger, sdk.NewCoins(sdk.NewInt64Coin(types.Denom, 1))); err == nil {
		t.Fatal("expected the bank to refuse")
	}
}

func TestAccountsAreRegisteredOnceByTheOperator(t *testing.T) {
	m := start(t)
	carol := tc.NewParty("carol")
	m.Refused(types.ErrRegistered, tc.Operator, register(alice, types.KindOther))
	m.Refused(types.ErrKind, tc.Operator, register(carol, "bank"))
	byAlice := register(carol, types.KindMember)
	byAlice.Registrar = alice.Address
	m.Refused(txerrors.ErrWrongSigner, alice, byAlice)
	m.accepted(tc.Operator, register(carol, types.KindOther))
}

func TestDustIsNotSent(t *testing.T) {
	m := rich(t, 100)
	m.Refused(types.ErrAmount, alice, send(alice, bob, types.MinSendNel-1))
	m.accepted(alice, send(alice, bob, types.MinSendNel))
}

func TestTwoSendsInOneTransactionBothCountAndMoreThanAHundredADayAreRefused(t *testing.T) {
	m := rich(t, 100)
	m.accepted(alice, send(alice, bob, unit), send(alice, bob, unit))
	m.wants(bob, 2*unit)
	var more []sdk.Msg
	for range types.MaxSendsADay - 2 {
		more = append(more, send(alice, bob, types.MinSendNel))
	}
	m.Refused(types.ErrSends, alice, append(more, send(alice, bob, types.MinSendNel))...)
	m.accepted(alice, more...)
	m.Refused(types.ErrSends, alice, send(alice, bob, types.MinSendNel))
	m.accepted(bob, send(bob, alice, types.MinSendNel)) // another account's count is its own
	m.After(24 * time.Hour)
	m.accepted(alice, send(alice, bob, types.MinSendNel))
}

func TestATreasuryPaysAMemberOnceForEachCounter(t *testing.T) {
	m := rich(t, 100)
	m.accepted(alice, send(alice, treasury, 60*unit))
	m.Refused(types.ErrCounter, treasury, payout(bob, 2, 10*unit))
	m.accepted(treasury, payout(bob, 1, 10*unit))
	m.Refused(types.ErrCounter, treasury, payout(bob, 1, 10*unit)) // a signer that was killed after it paid
	m.Refused(types.ErrAmount, treasury, payout(bob, 2, 11*unit))
	m.Refused(types.ErrBalance, treasury, payout(bob, 2, 60*unit))
	m.accepted(treasury, payout(bob, 2, 20*unit), payout(alice, 1, 10*unit))
	m.wants(bob, 30*unit)
	byAlice := payout(bob, 1, 10*unit)
	byAlice.Treasury = alice.Address
	m.Refused(types.ErrKind, alice, byAlice)
	m.Refused(types.ErrKind, treasury, payout(treasury, 1, 10*unit))
}

// What a frozen account cannot do, and what the pause stops; and that both let go.
func TestFreezeAndPauseStopWhatTheySayAndNothingElse(t *testing.T) {
	moves := map[string]func(m money, must func(tc.Party, ...sdk.Msg)){
		"send":   func(_ money, do func(tc.Party, ...sdk.Msg)) { do(alice, send(alice, bob, unit)) },
		"pay":    func(_ money, do func(tc.Party, ...sdk.Msg)) { do(treasury, payout(bob, 1, 10*unit)) },
		"redeem": func(_ money, do func(tc.Party, ...sdk.Msg)) { do(alice, redeem(alice, unit)) },
		"mint":   func(_ money, do func(tc.Party, ...sdk.Msg)) { do(issuer, mint(bob, unit)) },
		"register": func(_ money, do func(tc.Party, ...sdk.Msg)) {
			do(tc.Operator, register(tc.NewParty("carol"), types.KindOther))
		},
		"attest":     func(m money, do func(tc.Party, ...sdk.Msg)) { do(attestor, m.attest(200*unit)) },
		"be paid":    func(_ money, do func(tc.Party, ...sdk.Msg)) { do(bob, send(bob, alice, unit)) },
		"be settled": func(_ money, do func(tc.Party, ...sdk.Msg)) { do(issuer, confirm(1, 1)) },
	}
	for stop, want := range map[string]struct {
		by, over []sdk.Msg
		refused  []string
		with     *errorsmod.Error
	}{
		"frozen": {[]sdk.Msg{freeze(alice), freeze(treasury)}, []sdk.Msg{unfreeze(alice), unfreeze(treasury)},
			[]string{"send", "pay", "redeem"}, types.ErrFrozen},
		"paused": {[]sdk.Msg{pause()}, []sdk.Msg{unpause()}, []string{"send", "pay", "mint", "register", "be paid"}, types.ErrPaused},
	} {
		for name, move := range moves {
			t.Run(fmt.Sprint(name, " while ", stop), func(t *testing.T) {
				m := rich(t, 100)
				m.accepted(alice, send(alice, bob, 10*unit), send(alice, treasury, 10*unit), redeem(alice, unit))
				m.accepted(issuer, reject(1, types.LegalOrder))
				m.accepted(bob, redeem(bob, unit))
				m.After(time.Minute)
				m.accepted(attestor, m.attest(150*unit))
				m.After(time.Minute)
				m.accepted(guardian, want.by...)
				stopped := slices.Contains(want.refused, name)
				move(m, func(by tc.Party, messages ...sdk.Msg) {
					if name == "be settled" {
						messages = []sdk.Msg{confirm(2, 1)}
					}
					if !stopped {
						m.accepted(by, messages...)
						return
					}
					m.Refused(want.with, by, messages...)
					m.accepted(guardian, want.over...)
					m.accepted(by, messages...)
				})
			})
		}
	}
}

func TestOnlyTheGuardianFreezesAndPauses(t *testing.T) {
	m := rich(t, 100)
	byIssuer := freeze(alice)
	byIssuer.Guardian = issuer.Address
	m.Refused(txerrors.ErrWrongSigner, issuer, byIssuer)
	m.Refused(txerrors.ErrWrongSigner, issuer, &types.MsgPause{Guardian: issuer.Address})
	m.Refused(types.ErrNotFrozen, guardian, unfreeze(alice))
	m.Refused(types.ErrNotRegistered, guardian, freeze(tc.Stranger))
	short := freeze(alice)
	short.ReasonHash = nil
	m.Refused(types.ErrHash, guardian, short)
	m.accepted(guardian, freeze(alice))
	m.Refused(types.ErrFrozen, guardian, freeze(alice))
	m.Refused(types.ErrNotPaused, guardian, unpause())
	m.accepted(guardian, pause())
	m.Refused(types.ErrPaused, guardian, pause())
}
