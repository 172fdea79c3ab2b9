package keeper_test

import (
	"strings"
	"testing"
	"time"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/electra/types"
)

const day = 24 * time.Hour

func TestAttestationsGoOnInTimeAndNotIntoTheFuture(t *testing.T) {
	m := start(t)
	m.accepted(attestor, m.attest(100*unit))
	m.Refused(types.ErrAttestationTime, attestor, m.attest(100*unit))
	m.After(time.Minute)
	early := m.attest(100 * unit)
	early.AsOfUnixS += 1000
	m.Refused(types.ErrAttestationTime, attestor, early)
	m.accepted(attestor, m.attest(90*unit))
	m.After(time.Minute)
	short := m.attest(1)
	short.DocumentHash = short.DocumentHash[:31]
	m.Refused(types.ErrHash, attestor, short)
	m.Refused(types.ErrAmount, attestor, m.attest(1<<62))
	stranger := m.attest(1)
	stranger.Attestor = issuer.Address
	m.Refused(txerrors.ErrWrongSigner, issuer, stranger)
}

func TestNoMoreIsMintedThanIsAttested(t *testing.T) {
	m := start(t)
	m.Refused(types.ErrAttestationAge, issuer, mint(alice, 1))
	m.accepted(attestor, m.attest(100*unit))
	m.Refused(types.ErrUnbacked, issuer, mint(alice, 100*unit+1))
	m.accepted(issuer, mint(alice, 60*unit))
	m.Refused(types.ErrUnbacked, issuer, mint(alice, 40*unit), mint(alice, 1))
	m.accepted(issuer, mint(alice, 40*unit))
	m.wants(alice, 100*unit)
	m.Refused(types.ErrAmount, issuer, mint(alice, 0))
	m.Refused(types.ErrAmount, issuer, mint(alice, 1<<62))
	m.Refused(types.ErrNotRegistered, issuer, mint(tc.Stranger, 1))
}

func TestAnOldAttestationBacksNoMint(t *testing.T) {
	m := start(t)
	m.accepted(attestor, m.attest(100*unit))
	m.After(35 * day)
	m.accepted(issuer, mint(alice, unit))
	m.After(time.Second)
	m.Refused(types.ErrAttestationAge, issuer, mint(alice, unit))
	m.accepted(attestor, m.attest(100*unit))
	m.accepted(issuer, mint(alice, unit))
}

// What was confirmed after the reserve was counted may have left since: 60 of 100 could otherwise be minted twice.
func TestWhatWasRedeemedSinceTheAttestationIsNotMintedAgain(t *testing.T) {
	m := rich(t, 100)
	m.accepted(alice, redeem(alice, 60*unit))
	m.accepted(issuer, confirm(1, 1))
	m.Refused(types.ErrUnbacked, issuer, mint(alice, 1))
	m.After(time.Minute)
	m.accepted(attestor, m.attest(40*unit)) // as of now: the payment has left, or is taken off
	m.Refused(types.ErrUnbacked, issuer, mint(alice, 1))
	m.After(time.Minute)
	m.accepted(attestor, m.attest(45*unit))
	m.accepted(issuer, mint(alice, 5*unit))
	m.wants(alice, 45*unit)
}

// Confirmed in the very second as of which the reserve is counted: it counts as confirmed since.
func TestAConfirmationInTheSecondOfTheAttestationCountsAsLater(t *testing.T) {
	m := rich(t, 100)
	m.accepted(alice, redeem(alice, 60*unit))
	m.After(time.Minute)
	m.accepted(issuer, confirm(1, 1))
	m.accepted(attestor, m.attest(100*unit))
	m.Refused(types.ErrUnbacked, issuer, mint(alice, 1))
}

func TestARedemptionIsLockedThenBurnt(t *testing.T) {
	m := rich(t, 100)
	m.accepted(alice, redeem(alice, 60*unit))
	m.wants(alice, 40*unit)
	if s := m.status(); s.SupplyNel != 100*unit || s.RedeemingNel != 60*unit {
		t.Fatalf("expected 60 of 100 locked, got %+v", s)
	}
	m.Refused(types.ErrBalance, alice, redeem(alice, 50*unit))
	m.accepted(issuer, confirm(1, 1))
	if s := m.status(); s.SupplyNel != 40*unit || s.RedeemingNel != 0 || s.ConfirmedNel != 60*unit {
		t.Fatalf("expected 60 burnt, got %+v", s)
	}
	m.Refused(types.ErrNoRedemption, issuer, confirm(1, 2))
	m.Refused(types.ErrNoRedemption, issuer, reject(1, types.LegalOrder))
	m.Refused(types.ErrNoRedemption, issuer, confirm(2, 2))
}

func TestOnePaymentConfirmsOneRedemption(t *testing.T) {
	m := rich(t, 100)
	m.accepted(alice, redeem(alice, unit), redeem(alice, unit))
	m.accepted(issuer, confirm(1, 1))
	m.Refused(types.ErrPaymentUsed, issuer, confirm(2, 1))
	m.accepted(issuer, confirm(2, 2))
}

func TestARejectedRedemptionReturnsAtOnceAndStaysListed(t *testing.T) {
	m := rich(t, 100)
	m.accepted(alice, redeem(alice, 60*unit))
	m.Refused(types.ErrReason, issuer, reject(1, "because"))
	m.accepted(issuer, reject(1, types.WrongReference))
	m.wants(alice, 100*unit)
	var answer types.QueryRedemptionResponse
	if err := m.Query("/electra.electra.v1.Query/Redemption", &types.QueryRedemptionRequest{Id: 1}, &answer); err != nil {
		t.Fatal(err)
	}
	if r := answer.Redemption; r.State != types.Rejected || r.Reason != types.WrongReference {
		t.Fatalf("expected it listed as rejected, got %+v", r)
	}
}

func TestRedemptionsAreOfWholeCentsWithAReferenceAndAtMostTen(t *testing.T) {
	m := rich(t, 100)
	m.Refused(types.ErrAmount, alice, redeem(alice, unit+1))
	m.Refused(types.ErrAmount, alice, redeem(alice, 0))
	for _, reference := range []string{"", "zwei\nZeilen", strings.Repeat("x", 141)} {
		bad := redeem(alice, unit)
		bad.Reference = reference
		m.Refused(types.ErrReference, alice, bad)
	}
	for range 10 {
		m.accepted(alice, redeem(alice, types.RedeemStepNel))
	}
	m.Refused(types.ErrOpen, alice, redeem(alice, types.RedeemStepNel))
	m.accepted(issuer, confirm(4, 1))
	m.accepted(alice, redeem(alice, types.RedeemStepNel))
}

func TestARedemptionIsOverdueAfterFiveDays(t *testing.T) {
	m := rich(t, 100)
	m.accepted(alice, redeem(alice, unit))
	m.After(5 * day)
	if s := m.status(); s.Overdue != 0 {
		t.Fatalf("expected none overdue after five days, got %d", s.Overdue)
	}
	m.After(time.Second)
	if s := m.status(); s.Overdue != 1 {
		t.Fatalf("expected one overdue, got %d", s.Overdue)
	}
}

func TestWhatIsBeingRedeemedIsNotSpent(t *testing.T) {
	m := rich(t, 100)
	text := m.Chain.RefusedTx(errBalance, m.Tx(alice, redeem(alice, 60*unit), send(alice, bob, 41*unit)))
	if !strings.Contains(text, "messages[1]") {
		t.Fatalf("expected the second message to be named, got %s", text)
	}
	m.accepted(alice, redeem(alice, 60*unit), send(alice, bob, 40*unit))
	m.wants(bob, 40*unit)
}
