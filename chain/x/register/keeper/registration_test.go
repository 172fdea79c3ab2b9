package keeper_test

import (
	"strings"
	"testing"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"

	errorsmod "cosmossdk.io/errors"

	tc "electra/internal/testchain"
	te "electra/internal/testevidence"
	"electra/internal/txerrors"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

func TestACommunityIsRegisteredAfterAWhileUnlessMoreThanAThirdSaysNo(t *testing.T) {
	for _, vetoes := range []int{0, 1, 2} {
		w := begin(t, nil)
		w.Accepted(tc.Operator, w.registration(t))
		w.Refused(types.ErrNotRegistered, uplink, &types.MsgUpdateClient{Uplink: uplink.Address, Evidence: w.community.Next().Evidence(t, nil)})
		for n := 1; n <= vetoes; n++ {
			w.Accepted(tc.Meter(n), &types.MsgVeto{Meter: tc.Meter(n).Address, Id: 1})
			w.Refused(types.ErrVetoed, tc.Meter(n), &types.MsgVeto{Meter: tc.Meter(n).Address, Id: 1})
		}
		w.Refused(types.ErrNoPower, uplink, &types.MsgVeto{Meter: uplink.Address, Id: 1})
		w.Refused(types.ErrNoPending, tc.Meter(4), &types.MsgVeto{Meter: tc.Meter(4).Address, Id: 2})
		w.wait()
		there, err := w.Main.Register.Communities.Has(w.Context(), uplink.Key.PubKey().Address())
		must(t, err)
		if there != (vetoes < 2) {
			t.Errorf("%d vetoes of four: registered is %t", vetoes, there)
		}
	}
}

func TestARegistrationIsRefusedOfAChainThatIsNoCommunityOfThisOne(t *testing.T) {
	for name, c := range map[string]struct {
		want   *errorsmod.Error
		state  func(*types.GenesisState)
		change func(t *testing.T, w world, m *types.MsgRegisterCommunity)
	}{
		"not the operator's": {txerrors.ErrWrongSigner, nil, func(_ *testing.T, _ world, m *types.MsgRegisterCommunity) {
			m.Operator = tc.Meter(1).Address
		}},
		"behind nobody's meter": {types.ErrUplink, nil, func(_ *testing.T, _ world, m *types.MsgRegisterCommunity) {
			m.Uplink = tc.Stranger.Address
		}},
		"this very chain": {types.ErrChain, nil, func(_ *testing.T, w world, m *types.MsgRegisterCommunity) { m.ChainId = w.ID }},
		"another chain's id": {types.ErrSignatures, nil, func(_ *testing.T, _ world, m *types.MsgRegisterCommunity) {
			m.ChainId = "electra-other-5eed0003"
		}},
		"another genesis": {types.ErrCommunity, nil, func(_ *testing.T, _ world, m *types.MsgRegisterCommunity) {
			m.GenesisHash = make([]byte, 32)
		}},
		"a ceremony of its own": {types.ErrCommunity, func(g *types.GenesisState) { g.CommunityKeys = types.DevelopmentKeys() }, nil},
		"a header of last week": {types.ErrExpired, nil, func(t *testing.T, w world, m *types.MsgRegisterCommunity) {
			h := w.community.Next()
			h.Time = w.Time.Add(-7*24*time.Hour - time.Second)
			m.Checkpoint = w.community.With(h.Evidence(t, nil), te.RegisterKeys()...)
		}},
		"half of its validators": {types.ErrSignatures, nil, func(t *testing.T, w world, m *types.MsgRegisterCommunity) {
			h := w.community.Next()
			h.Signers = h.Signers[:2]
			m.Checkpoint = w.community.With(h.Evidence(t, nil), te.RegisterKeys()...)
		}},
		"a key short": {types.ErrStateProof, nil, func(_ *testing.T, _ world, m *types.MsgRegisterCommunity) {
			m.Checkpoint.Proofs = m.Checkpoint.Proofs[:5]
		}},
		"nobody in it":                      {types.ErrTerms, nil, func(_ *testing.T, _ world, m *types.MsgRegisterCommunity) { m.Members = 0 }},
		"production of one for development": {types.ErrCommunity, func(g *types.GenesisState) { g.Development = false }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := begin(t, c.state)
			m := w.registration(t)
			signer := tc.Operator
			if c.change != nil {
				c.change(t, w, m)
			}
			if m.Operator != tc.Operator.Address {
				signer = tc.Meter(1)
			}
			w.Refused(c.want, signer, m)
		})
	}
}

func TestAMessageWithoutTheHeaderItShowsIsRefusedByItsFieldsName(t *testing.T) {
	w := begin(t, nil)
	bare := w.registration(t)
	bare.Checkpoint = nil
	names := func(field, said string) {
		t.Helper()
		if !strings.Contains(said, field+": expected") {
			t.Errorf("expected a refusal that names %s, got %s", field, said)
		}
	}
	names("checkpoint.signed_header", w.Refused(types.ErrEvidenceForm, tc.Operator, bare))
	w = registered(t)
	meter, one := tc.Meter(1), w.community.Next().Evidence(t, nil)
	names("evidence", w.Refused(types.ErrEvidenceForm, uplink, &types.MsgUpdateClient{Uplink: uplink.Address}))
	names("one", w.Refused(types.ErrEvidenceForm, meter, &types.MsgConflict{Sender: meter.Address, Uplink: uplink.Address}))
	names("other", w.Refused(types.ErrEvidenceForm, meter, &types.MsgConflict{Sender: meter.Address, Uplink: uplink.Address, One: one}))
	names("checkpoint", w.Refused(types.ErrEvidenceForm, tc.Operator, &types.MsgResume{Operator: tc.Operator.Address, Uplink: uplink.Address}))
}

func TestOneChainIsInOneUplinksServiceAndOneUplinkServesOneChain(t *testing.T) {
	w := begin(t, nil)
	w.Accepted(tc.Operator, w.registration(t))
	again := w.registration(t)
	again.Uplink = tc.Meter(4).Address
	w.Refused(types.ErrPending, tc.Operator, again)
	w.wait()
	again = w.registration(t)
	w.Refused(types.ErrTaken, tc.Operator, again)
	again.Uplink = tc.Meter(4).Address
	w.Refused(types.ErrTaken, tc.Operator, again)
}

func TestTwoHistoriesSuspendACommunityUntilItResumes(t *testing.T) {
	w := registered(t)
	one := w.community.Next()
	other := one
	other.AppHash = make([]byte, 32)
	pair := &types.MsgConflict{Sender: tc.Meter(1).Address, Uplink: uplink.Address, One: one.Evidence(t, nil), Other: one.Evidence(t, nil)}
	w.Refused(types.ErrNoConflict, tc.Meter(1), pair)
	unsigned := other
	unsigned.Signers = unsigned.Signers[:2]
	pair.Other = unsigned.Evidence(t, nil)
	w.Refused(types.ErrSignatures, tc.Meter(1), pair)
	w.After(time.Second)
	pair.Other = other.Evidence(t, nil)
	w.Accepted(tc.Meter(1), pair)

	w.Refused(types.ErrSuspended, uplink, w.closing(t, w.shown(t)))
	resume := &types.MsgResume{Operator: tc.Operator.Address, Uplink: uplink.Address, Checkpoint: w.community.Next().Evidence(t, nil)}
	w.Accepted(tc.Operator, resume)
	w.Refused(types.ErrPending, tc.Operator, resume)
	w.wait()
	w.Refused(types.ErrRunning, tc.Operator, resume)
}

func TestACommunityIsSuspendedByMoreThanTwoThirdsOfThePower(t *testing.T) {
	w := registered(t)
	for n := 1; n <= 2; n++ {
		w.Accepted(tc.Meter(n), &types.MsgSuspend{Meter: tc.Meter(n).Address, Uplink: uplink.Address})
		w.Refused(types.ErrVoted, tc.Meter(n), &types.MsgSuspend{Meter: tc.Meter(n).Address, Uplink: uplink.Address})
	}
	w.Refused(types.ErrNoPower, uplink, &types.MsgSuspend{Meter: uplink.Address, Uplink: uplink.Address})
	c, err := w.Main.Register.Communities.Get(w.Context(), uplink.Key.PubKey().Address())
	must(t, err)
	if c.Suspended != "" {
		t.Error("expected half of the power not to suspend")
	}
	w.Accepted(tc.Meter(3), &types.MsgSuspend{Meter: tc.Meter(3).Address, Uplink: uplink.Address})
	w.Refused(types.ErrSuspended, uplink, w.closing(t, w.shown(t)))
}

func TestAClientGoesOnThroughAnotherSetAndIsNotUpdatedOften(t *testing.T) {
	w := registered(t)
	update := func(h te.Header, trusted []cmted25519.PrivKey) *types.MsgUpdateClient {
		return &types.MsgUpdateClient{Uplink: uplink.Address, Evidence: h.Evidence(t, trusted)}
	}
	next := append([]cmted25519.PrivKey{cmted25519.GenPrivKeyFromSecret([]byte("newcomer"))}, w.community.Keys[1:]...)
	h := w.community.Next()
	h.Height, h.Set, h.Signers, h.Next = h.Height+5, next, next, next
	w.Refused(types.ErrSignatures, uplink, update(h, nil))
	w.After(time.Second)
	w.Accepted(uplink, update(h, w.community.Keys))

	h.Height, h.Time = h.Height+5, h.Time.Add(time.Hour-time.Second)
	w.After(time.Hour)
	w.Refused(types.ErrUpdateEarly, uplink, update(h, nil))
	h.Time = h.Time.Add(time.Second)
	w.Accepted(uplink, update(h, nil))
}

func TestAClientRunsOutWithItsLatestHeaderAndResumesWithoutGovernance(t *testing.T) {
	w := registered(t)
	w.After(14 * 24 * time.Hour)
	w.follow()
	w.Refused(types.ErrExpired, uplink, w.closing(t, w.shown(t)))
	update := &types.MsgUpdateClient{Uplink: uplink.Address, Evidence: w.community.Next().Evidence(t, nil)}
	w.Refused(types.ErrExpired, uplink, update)
	w.Accepted(tc.Operator, &types.MsgResume{Operator: tc.Operator.Address, Uplink: uplink.Address,
		Checkpoint: w.community.Next().Evidence(t, nil)})
	w.wait()
	update.Evidence = w.community.Next().Evidence(t, nil)
	w.Accepted(uplink, update)
}

func TestATreasuryIsReplacedAfterAWhile(t *testing.T) {
	w := registered(t)
	treasury := tc.NewParty("another treasury")
	m := &types.MsgReplaceTreasury{Operator: tc.Operator.Address, Uplink: uplink.Address, Treasury: tc.Member(5).Address}
	w.Refused(types.ErrTreasury, tc.Operator, m)
	m.Treasury = treasury.Address
	w.Accepted(tc.Operator, m)
	w.Refused(types.ErrPending, tc.Operator, m)
	w.wait()
	meter, _, err := w.App.Meters.MeterAt(w.Context(), uplink.Key.PubKey().Address())
	must(t, err)
	if meter.Member != treasury.Address {
		t.Errorf("expected the new treasury, got %s", meter.Member)
	}
	if members, err := w.Main.Register.MembersOf(w.Context(), treasury.Key.PubKey().Address()); err != nil || members != 4 {
		t.Errorf("expected the members of the community, got %d %v", members, err)
	}
}

func TestASuspensionIsNotLiftedByAResumptionThatWaitedAlready(t *testing.T) {
	w := registered(t)
	w.After(14 * 24 * time.Hour)
	w.follow()
	w.Accepted(tc.Operator, &types.MsgResume{Operator: tc.Operator.Address, Uplink: uplink.Address,
		Checkpoint: w.community.Next().Evidence(t, nil)})
	w.After(time.Hour)
	for n := 1; n <= 3; n++ {
		w.Accepted(tc.Meter(n), &types.MsgSuspend{Meter: tc.Meter(n).Address, Uplink: uplink.Address})
	}
	w.wait()
	c, err := w.Main.Register.Communities.Get(w.Context(), uplink.Key.PubKey().Address())
	must(t, err)
	if c.Suspended != types.Vote {
		t.Errorf("expected it to stay suspended by vote, got %q", c.Suspended)
	}
	w.Accepted(tc.Operator, &types.MsgResume{Operator: tc.Operator.Address, Uplink: uplink.Address,
		Checkpoint: w.community.Next().Evidence(t, nil)})
	w.wait()
	w.Accepted(uplink, &types.MsgUpdateClient{Uplink: uplink.Address, Evidence: w.community.Next().Evidence(t, nil)})
}

func TestAHeaderThatNamesNoNextValidatorsIsNotKept(t *testing.T) {
	w := registered(t)
	h := w.community.Next()
	h.Next = nil
	w.After(time.Hour)
	h.Time = w.Time
	w.Refused(types.ErrEvidenceForm, uplink, &types.MsgUpdateClient{Uplink: uplink.Address, Evidence: h.Evidence(t, nil)})
	h.Next = w.community.Keys
	w.Accepted(uplink, &types.MsgUpdateClient{Uplink: uplink.Address, Evidence: h.Evidence(t, nil)})
}

// That a header is kept does not say who was to sign it: a day under it that left that out would be unreadable to everybody's audit.
func TestADayUnderAKeptHeaderShowsWhoWasToSignIt(t *testing.T) {
	w := registered(t)
	next := append([]cmted25519.PrivKey{cmted25519.GenPrivKeyFromSecret([]byte("newcomer"))}, w.community.Keys[1:]...)
	h := w.community.Next()
	h.Set, h.Signers, h.Next = next, next, next
	w.Accepted(uplink, &types.MsgUpdateClient{Uplink: uplink.Address, Evidence: h.Evidence(t, w.community.Keys)})

	under := func(trusted []cmted25519.PrivKey) *metertypes.MsgCloseDay {
		return w.closing(t, w.community.With(h.Evidence(t, trusted), te.ProvenKey(day), te.UplinkKey(day)))
	}
	w.Refused(types.ErrEvidenceForm, uplink, under(nil))
	w.Accepted(uplink, under(w.community.Keys))
}

// Whoever reads evidence later looks at every signature: a spoiled one, accepted, would have everybody's audit of the day fail.
func TestEverySignatureOfAHeaderIsOneOfTheKeptHeaderToo(t *testing.T) {
	w := registered(t)
	h := w.community.Next()
	spoiled := func() *metertypes.Evidence {
		signed := h.Signed(t)
		last := &signed.Commit.Signatures[len(signed.Commit.Signatures)-1]
		last.Signature[0] ^= 1
		raw, err := signed.ToProto().Marshal()
		must(t, err)
		e := h.Evidence(t, nil)
		e.SignedHeader = raw
		return e
	}
	w.Refused(types.ErrSignatures, uplink, &types.MsgUpdateClient{Uplink: uplink.Address, Evidence: spoiled()})
	w.After(time.Second)
	w.Accepted(uplink, &types.MsgUpdateClient{Uplink: uplink.Address, Evidence: h.Evidence(t, nil)})

	aside := h.Evidence(t, []cmted25519.PrivKey{cmted25519.GenPrivKeyFromSecret([]byte("nobody"))})
	w.Refused(types.ErrEvidenceForm, uplink, w.closing(t, w.community.With(aside, te.ProvenKey(day), te.UplinkKey(day))))
	w.Refused(types.ErrSignatures, uplink, w.closing(t, w.community.With(spoiled(), te.ProvenKey(day), te.UplinkKey(day))))
	w.After(time.Second)
	w.Accepted(uplink, w.closing(t, w.community.With(h.Evidence(t, nil), te.ProvenKey(day), te.UplinkKey(day))))
}
