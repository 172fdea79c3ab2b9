package keeper_test

import (
	"fmt"
	"testing"
	"time"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/electra/types"
)

func TestARoleIsHandedOnAfterSevenDays(t *testing.T) {
	m := start(t)
	next := tc.NewParty("next issuer")
	m.Refused(txerrors.ErrWrongSigner, attestor, rotate(attestor, types.RoleIssuer, next))
	m.Refused(types.ErrRole, issuer, rotate(issuer, "king", next))
	m.accepted(issuer, rotate(issuer, types.RoleIssuer, next))
	m.Refused(types.ErrRotationQueued, issuer, rotate(issuer, types.RoleIssuer, tc.NewParty("another")))
	m.accepted(attestor, m.attest(100*unit))
	m.After(7*24*time.Hour - time.Second)
	m.accepted(issuer, mint(alice, unit))
	m.After(time.Second)
	m.accepted(issuer, mint(alice, unit)) // the time has come, the blocks after it have not
	m.pastGrace()
	m.Refused(txerrors.ErrStranger, issuer, mint(alice, unit))
	byNext := mint(alice, unit)
	byNext.Issuer = next.Address
	m.accepted(next, byNext)
}

// halts end the seven days of a rotation, from when it was asked for: how long the chain lived before each, how long it halted, and what
// was left of the days behind it.
var halts = map[string]struct{ lived, halted, left time.Duration }{
	"over all of the seven days":                       {0, 8 * 24 * time.Hour, 0},
	"of a fortnight, begun a minute before they end":   {7*24*time.Hour - time.Minute, 14 * 24 * time.Hour, 0},
	"that ends a second before they do":                {24 * time.Hour, 6*24*time.Hour - time.Second, time.Second},
	"of a minute, a minute before they end and beyond": {7*24*time.Hour - time.Minute, 2 * time.Minute, 0},
}

// Of a halt's time the guardian has had nothing, and of the blocks before it nothing that it had not seen then: it has all its blocks
// after the time has come, and no more.
func TestAHaltOfTheChainBringsNoRotation(t *testing.T) {
	for name, halt := range halts {
		for _, cancels := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, cancelled: %t", name, cancels), func(t *testing.T) {
				m := start(t)
				thief := tc.NewParty("thief")
				m.accepted(issuer, rotate(issuer, types.RoleIssuer, thief))
				m.Until(m.Now()+int64(halt.lived/time.Second), 6*time.Hour)
				m.After(halt.halted)
				m.After(halt.left)
				if got := m.status().Roles[2].Address; got != issuer.Address {
					t.Fatalf("expected the issuer to stay until the guardian had its blocks, got %s", got)
				}
				want := thief.Address
				if cancels {
					m.accepted(guardian, &types.MsgCancelRotation{Guardian: guardian.Address, Role: types.RoleIssuer})
					want = issuer.Address
				}
				m.pastGrace()
				if s := m.status(); s.Roles[2].Address != want || len(s.RoleChanges) > 0 {
					t.Fatalf("expected %s and the rotation to be over, got %+v", want, s)
				}
			})
		}
	}
}

func TestTheGuardianCancelsARotation(t *testing.T) {
	m := start(t)
	next := tc.NewParty("next issuer")
	cancel := &types.MsgCancelRotation{Guardian: guardian.Address, Role: types.RoleIssuer}
	m.Refused(types.ErrNoRotation, guardian, cancel)
	m.accepted(issuer, rotate(issuer, types.RoleIssuer, next))
	byIssuer := *cancel
	byIssuer.Guardian = issuer.Address
	m.Refused(txerrors.ErrWrongSigner, issuer, &byIssuer)
	m.accepted(guardian, cancel)
	m.After(8 * 24 * time.Hour)
	m.pastGrace()
	if got := m.status().Roles[2].Address; got != issuer.Address {
		t.Fatalf("expected the issuer to stay, got %s", got)
	}
}

func TestNoTwoRolesAreOfOneAddress(t *testing.T) {
	m := start(t)
	next := tc.NewParty("next")
	m.Refused(types.ErrRoleAddress, issuer, rotate(issuer, types.RoleIssuer, attestor))
	m.accepted(issuer, rotate(issuer, types.RoleIssuer, next))
	m.Refused(types.ErrRoleAddress, attestor, rotate(attestor, types.RoleAttestor, next))
	// the validators may bring one who waits for another role: then that other rotation comes to nothing
	for n := 1; n <= 3; n++ {
		m.accepted(tc.Meter(n), replace(tc.Meter(n), types.RoleGuardian, next))
	}
	m.After(8 * 24 * time.Hour)
	m.pastGrace()
	if s := m.status(); s.Roles[1].Address != next.Address || s.Roles[2].Address != issuer.Address || len(s.RoleChanges) > 0 {
		t.Fatalf("expected the guardian replaced and the issuer to stay, got %+v", s)
	}
}

func TestMoreThanTwoThirdsOfThePowerReplaceARoleAtOnce(t *testing.T) {
	m := start(t)
	thief, next := tc.NewParty("thief"), tc.NewParty("next guardian")
	m.accepted(guardian, rotate(guardian, types.RoleGuardian, thief))
	m.Refused(types.ErrNoPower, tc.Operator, replace(tc.Operator, types.RoleGuardian, next))
	m.Refused(txerrors.ErrStranger, tc.Meter(5), replace(tc.Meter(5), types.RoleGuardian, next))
	m.accepted(tc.Meter(1), replace(tc.Meter(1), types.RoleGuardian, next))
	m.Refused(types.ErrVoted, tc.Meter(1), replace(tc.Meter(1), types.RoleGuardian, next))
	m.accepted(tc.Meter(2), replace(tc.Meter(2), types.RoleGuardian, next))
	m.accepted(guardian, pause(), unpause())
	m.accepted(tc.Meter(3), replace(tc.Meter(3), types.RoleGuardian, next))
	m.Refused(txerrors.ErrStranger, guardian, pause())
	m.accepted(next, &types.MsgPause{Guardian: next.Address})
	if waits := m.status().RoleChanges; len(waits) > 0 {
		t.Fatalf("expected the thief's rotation to be over, got %v", waits)
	}
}
