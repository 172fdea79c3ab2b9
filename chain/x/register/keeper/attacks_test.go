package keeper_test

import (
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	tc "electra/internal/testchain"
	te "electra/internal/testevidence"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

// Attacks on the register. Each is refused by the check that its name is about, and goes through where that check has nothing to say: so
// the refusal is that check's and no other's.

// The totals of a correction, or of a day that was never proven, are nobody's net.
func TestTotalsAreThoseOfAProvenFirstBook(t *testing.T) {
	w := registered(t)
	second := proven()
	second.Version = 2
	w.community.Prove(second)
	key := te.ProvenKey(day)
	key[len(key)-1] = 2
	correction := w.community.With(w.community.Next().Evidence(t, nil), key, te.UplinkKey(day))
	w.Refused(types.ErrNotProven, uplink, w.closing(t, correction))

	unproven := func(remove bool) *metertypes.MsgCloseDay {
		if remove {
			first := collections.Join(uint32(day), uint32(1))
			w.community.Write(func(ctx ctx) error { return w.community.App.Meters.Proven.Remove(ctx, first) })
		}
		return w.closing(t, w.shown(t))
	}
	w.Refused(types.ErrNotProven, uplink, unproven(true)) // that nothing is there can be proven, too
	w.community.Prove(proven())
	w.Accepted(uplink, unproven(false))
}

// A header of before the end of the day cannot know what the day became.
func TestEvidenceIsOfAfterTheEndOfTheDay(t *testing.T) {
	at := func(w world, unixS int64) *metertypes.MsgCloseDay {
		h := w.community.Next()
		h.Time = time.Unix(unixS, 0).UTC()
		return w.closing(t, w.community.With(h.Evidence(t, nil), te.ProvenKey(day), te.UplinkKey(day)))
	}
	w := registered(t)
	w.Refused(types.ErrDayNotOver, uplink, at(w, metertypes.DayEnd(day)-1))
	w.Accepted(uplink, at(w, metertypes.DayEnd(day)))
}

// One surplus has one uplink: another one is refused while the first is in service, and every day of it that the first may state, after.
func TestASecondUplinkOfOneChain(t *testing.T) {
	w := registered(t)
	second := tc.Meter(4)
	again := w.registration(t)
	again.Uplink = second.Address
	w.Refused(types.ErrTaken, tc.Operator, again)
	w.Accepted(tc.Operator, tc.RetireMeter(uplink, tc.Today+8))
	w.Refused(types.ErrTaken, tc.Operator, w.again(t, second))
	w.After(2 * 24 * time.Hour)
	w.follow()
	w.Accepted(tc.Operator, w.again(t, second))
	w.wait()
	m := w.closing(t, w.shown(t))
	m.Meter = second.Address
	w.Refused(types.ErrOtherMain, second, m)
}

func (w world) again(t *testing.T, uplink tc.Party) *types.MsgRegisterCommunity {
	m := w.registration(t)
	m.Uplink = uplink.Address
	return m
}

// A header that a client went on from is good for a trust period, and not a second more.
func TestAClientRunsOutToTheSecond(t *testing.T) {
	for name, expired := range map[string]bool{"at the end of the trust period": true, "a second before": false} {
		t.Run(name, func(t *testing.T) {
			w := registered(t)
			kept, err := w.Main.Register.Kept.Iterate(w.Context(), nil)
			must(t, err)
			first, err := kept.Value()
			must(t, err)
			must(t, kept.Close())
			end := time.Unix(0, first.UnixNs).UTC().Add(14 * 24 * time.Hour)
			if !expired {
				end = end.Add(-time.Second)
			}
			w.After(end.Sub(w.Time))
			w.follow()
			update := &types.MsgUpdateClient{Uplink: uplink.Address, Evidence: w.community.Next().Evidence(t, nil)}
			if expired {
				w.Refused(types.ErrExpired, uplink, update)
			} else {
				w.Accepted(uplink, update)
			}
		})
	}
}

// A thousand days with bad proofs: a node looks at one of a signer and block, and refuses the others unseen; with the next block, the
// right one is looked at.
func TestBadEvidenceCostsANodeOneLookABlock(t *testing.T) {
	w := registered(t)
	check := func(tx []byte) *abci.ResponseCheckTx {
		response, err := w.App.CheckTx(&abci.RequestCheckTx{Tx: tx})
		must(t, err)
		return response
	}
	h := w.community.Next()
	h.Signers = h.Signers[:2]
	unsigned := w.closing(t, w.community.With(h.Evidence(t, nil), te.ProvenKey(day), te.UplinkKey(day)))
	if r := check(w.Tx(uplink, unsigned)); !tc.Is(types.ErrSignatures, r.Codespace, r.Code) {
		t.Fatalf("expected the signatures to fail, got %v", r)
	}
	good := w.Tx(uplink, w.closing(t, w.shown(t)))
	for range 1000 {
		if r := check(good); !tc.Is(metertypes.ErrProofsTried, r.Codespace, r.Code) {
			t.Fatalf("expected the next ones to wait for a block, unseen, got %v", r)
		}
	}
	w.After(time.Second)
	if r := check(good); r.Code != 0 {
		t.Errorf("expected it to be looked at in the next block, got %v", r)
	}
}

// Headers of a real chain hold as long as it makes blocks, so what is wrong behind one is counted as a bad signature is: else each day with
// another header and nothing under it would cost every node a look at all of its signatures.
func TestWhatIsWrongBehindAGoodHeaderIsCountedToo(t *testing.T) {
	w := registered(t)
	check := func(signer tc.Party, m sdk.Msg, want *errorsmod.Error) {
		t.Helper()
		r, err := w.App.CheckTx(&abci.RequestCheckTx{Tx: w.Tx(signer, m)})
		must(t, err)
		if !tc.Is(want, r.Codespace, r.Code) {
			t.Fatalf("expected %s, got %v", want, r)
		}
	}
	empty := func(seconds time.Duration) *metertypes.MsgCloseDay {
		h := w.community.Next()
		h.Time = h.Time.Add(seconds * time.Second) // another header each time
		return w.closing(t, w.community.With(h.Evidence(t, nil), te.ProvenKey(day-1), te.UplinkKey(day)))
	}
	check(uplink, empty(0), types.ErrNotProven)
	check(uplink, empty(1), metertypes.ErrProofsTried)
	w.After(time.Second)
	check(uplink, empty(1), types.ErrNotProven)

	// And of a pair both have to be of the chain before one is looked at: anybody may send a conflict.
	one := w.community.Next()
	other := one
	other.ChainID = "electra-other-5eed0003"
	one.Signers = one.Signers[:1]
	pair := &types.MsgConflict{Sender: tc.Meter(1).Address, Uplink: uplink.Address, One: one.Evidence(t, nil), Other: other.Evidence(t, nil)}
	check(tc.Meter(1), pair, types.ErrHeader)
	other.ChainID, other.AppHash = one.ChainID, make([]byte, 32)
	pair.Other = other.Evidence(t, nil)
	check(tc.Meter(1), pair, types.ErrSignatures)
	check(tc.Meter(1), pair, metertypes.ErrProofsTried)
}

// A halt passes no time for others to say no: the same wait in blocks that were made comes into force with its last second.
func TestNothingComesIntoForceByAHaltAlone(t *testing.T) {
	w := begin(t, nil)
	w.Accepted(tc.Operator, w.registration(t))
	there := func() bool {
		has, err := w.Main.Register.Communities.Has(w.Context(), uplink.Key.PubKey().Address())
		must(t, err)
		return has
	}
	w.After(8 * 24 * time.Hour) // one block after a halt of eight days
	if there() {
		t.Fatal("expected blocks in which others can say no")
	}
	for n := 1; n <= 2; n++ {
		m := &types.MsgVeto{Meter: tc.Meter(n).Address, Id: 1}
		if n == 1 {
			w.Accepted(tc.Meter(n), m)
			continue
		}
		w.After(time.Second, w.Tx(tc.Meter(n), m))
	}
	w.After(time.Second)
	if there() {
		t.Error("expected those who said no after the halt to be heard")
	}
}

// Power that is gone when a matter is decided says nothing, however it was used before: whoever takes part and leaves has no veto left.
func TestAVetoCountsWithThePowerOfTheDecision(t *testing.T) {
	for name, leaves := range map[string]bool{"of two validators": false, "of two, one of which leaves": true} {
		t.Run(name, func(t *testing.T) {
			w := begin(t, nil)
			w.Accepted(tc.Operator, w.registration(t))
			for n := 1; n <= 2; n++ {
				w.Accepted(tc.Meter(n), &types.MsgVeto{Meter: tc.Meter(n).Address, Id: 1})
			}
			if leaves {
				w.Accepted(tc.Meter(2), tc.LeaveValidators(tc.Meter(2)))
			}
			w.wait()
			there, err := w.Main.Register.Communities.Has(w.Context(), uplink.Key.PubKey().Address())
			must(t, err)
			if there != leaves {
				t.Errorf("registered is %t", there)
			}
		})
	}
}

// What validators of a community sign as they like, and no auditor reads: it is refused here, or one community would fail the audit of all.
func TestWhatNoAuditorReadsOfACommunityIsRefused(t *testing.T) {
	first := collections.Join(uint32(day), uint32(1))
	book := func(change func(*metertypes.Proven)) func(ctx, *te.Community) error {
		p := proven()
		change(&p)
		return func(at ctx, c *te.Community) error { return c.App.Meters.Proven.Set(at, first, p) }
	}
	at := func(height int64) func(*te.Header) { return func(h *te.Header) { h.Height = height } }
	as := func(fromDay uint32, height int64) func(*testing.T, world) func(ctx, *te.Community) error {
		return func(_ *testing.T, w world) func(ctx, *te.Community) error {
			u := metertypes.Uplink{FromDay: fromDay, MainChainId: w.ID, MainGenesisHash: w.hash, Uplink: uplink.Address, Height: height}
			return func(at ctx, c *te.Community) error { return c.App.Meters.Uplinks.Set(at, day, u) }
		}
	}
	for name, c := range map[string]struct {
		want   *errorsmod.Error // nil: it is taken
		book   func(ctx, *te.Community) error
		uplink func(*testing.T, world) func(ctx, *te.Community) error
		header func(*te.Header)
	}{
		"a book as it should be":           {nil, book(func(*metertypes.Proven) {}), nil, nil},
		"prices of no hash":                {types.ErrNotProven, book(func(p *metertypes.Proven) { p.PricesHash = p.PricesHash[1:] }), nil, nil},
		"a book of no hash":                {types.ErrNotProven, book(func(p *metertypes.Proven) { p.BookHash = nil }), nil, nil},
		"more copies than entries":         {types.ErrNotProven, book(func(p *metertypes.Proven) { p.Entries, p.Copies = 0, 1 }), nil, nil},
		"a height that no reader holds":    {types.ErrNotProven, book(func(p *metertypes.Proven) { p.Height = 1 << 53 }), nil, nil},
		"a book of before time":            {types.ErrNotProven, book(func(p *metertypes.Proven) { p.UnixS = -1 }), nil, nil},
		"sharing from the day of its key":  {nil, nil, as(day, 3), nil},
		"sharing from another day":         {types.ErrOtherMain, nil, as(day-1, 3), nil},
		"sharing since before any block":   {types.ErrOtherMain, nil, as(day, -1), nil},
		"the highest header":               {nil, nil, nil, at(1 << 40)},
		"a header that no bundle takes":    {types.ErrEvidenceForm, nil, nil, at(1<<40 + 1)},
		"a header far beyond what is read": {types.ErrEvidenceForm, nil, nil, at(1 << 60)},
	} {
		t.Run(name, func(t *testing.T) {
			w := registered(t)
			if c.book != nil {
				w.community.Write(func(at ctx) error { return c.book(at, w.community) })
			}
			if c.uplink != nil {
				set := c.uplink(t, w)
				w.community.Write(func(at ctx) error { return set(at, w.community) })
			}
			w.follow()
			h := w.community.Next()
			if c.header != nil {
				c.header(&h)
			}
			m := w.closing(t, w.community.With(h.Evidence(t, nil), te.ProvenKey(day), te.UplinkKey(day)))
			if c.want == nil {
				w.Accepted(uplink, m)
			} else {
				w.Refused(c.want, uplink, m)
			}
		})
	}
}
