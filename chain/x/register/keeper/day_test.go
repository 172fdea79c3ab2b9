package keeper_test

import (
	"testing"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"

	errorsmod "cosmossdk.io/errors"

	tc "electra/internal/testchain"
	te "electra/internal/testevidence"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

func TestACommunitysDayIsTakenWithWhatItsOwnChainSaysOfIt(t *testing.T) {
	w := registered(t)
	w.Accepted(uplink, w.closing(t, w.shown(t)))
	latest, err := w.Main.Register.Kept.Iterate(w.Context(), nil)
	must(t, err)
	kept, err := latest.Values()
	must(t, err)
	if len(kept) != 2 || kept[1].Height != w.community.Height+1 {
		t.Errorf("expected the checkpoint and the header of the day to be kept, got %v", kept)
	}
}

// dayCases are what a day must not be closed with: each is refused by this name and no other, in every door.
func dayCases() map[string]dayCase {
	others := []cmted25519.PrivKey{}
	for _, name := range []string{"a", "b", "c", "d"} {
		others = append(others, cmted25519.GenPrivKeyFromSecret([]byte(name)))
	}
	header := func(t *testing.T, w world, change func(*te.Header)) *metertypes.Evidence {
		h := w.community.Next()
		change(&h)
		return w.community.With(h.Evidence(t, nil), te.ProvenKey(day), te.UplinkKey(day))
	}
	return map[string]dayCase{
		"without evidence": {metertypes.ErrEvidence, func(t *testing.T, w world) *metertypes.MsgCloseDay { return tc.CloseDay(uplink, day) }},
		"two thirds exactly signed": {types.ErrSignatures, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			return w.closing(t, header(t, w, func(h *te.Header) { h.Signers = h.Signers[:2] }))
		}},
		"another set signed": {types.ErrSignatures, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			return w.closing(t, header(t, w, func(h *te.Header) { h.Set, h.Next, h.Signers = others, others, others }))
		}},
		"a swapped set beside the trusted one": {types.ErrSignatures, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			h := w.community.Next()
			h.Set, h.Next, h.Signers = others, others, others
			return w.closing(t, w.community.With(h.Evidence(t, w.community.Keys), te.ProvenKey(day), te.UplinkKey(day)))
		}},
		"another chain's header": {types.ErrHeader, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			return w.closing(t, header(t, w, func(h *te.Header) { h.ChainID = "electra-other-5eed0003" }))
		}},
		"a header of the future": {types.ErrHeader, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			return w.closing(t, header(t, w, func(h *te.Header) { h.Time = w.Time.Add(11 * time.Second) }))
		}},
		"a header below the first kept one": {types.ErrHeader, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			return w.closing(t, header(t, w, func(h *te.Header) { h.Height = 1 }))
		}},
		"another app hash": {types.ErrStateProof, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			return w.closing(t, header(t, w, func(h *te.Header) { h.AppHash = make([]byte, 32) }))
		}},
		"a day that is not proven": {types.ErrNotProven, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			return w.closing(t, w.community.With(w.community.Next().Evidence(t, nil), te.ProvenKey(day-1), te.UplinkKey(day)))
		}},
		"the uplink of another day": {types.ErrStateProof, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			return w.closing(t, w.community.With(w.community.Next().Evidence(t, nil), te.ProvenKey(day), te.UplinkKey(day-1)))
		}},
		"proofs in another order": {types.ErrStateProof, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			return w.closing(t, w.community.With(w.community.Next().Evidence(t, nil), te.UplinkKey(day), te.ProvenKey(day)))
		}},
		"a proof too many": {types.ErrEvidenceForm, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			return w.closing(t, w.community.With(w.shown(t), te.ProvenKey(day)))
		}},
		"bytes behind the evidence": {metertypes.ErrEvidence, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			m := w.closing(t, w.shown(t))
			m.Evidence = append(m.Evidence, 0x30, 1)
			return m
		}},
		"bytes behind the header": {types.ErrEvidenceForm, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			e := w.shown(t)
			e.SignedHeader = append(e.SignedHeader, 0x28, 1)
			return w.closing(t, e)
		}},
		"a net proof of another chain": {metertypes.ErrProof, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			m := w.closing(t, w.shown(t))
			m.NetProof = w.net(m, "electra-other-5eed0003", uplink, day, 5000)
			return m
		}},
		"a net proof of another meter": {metertypes.ErrProof, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			m := w.closing(t, w.shown(t))
			m.NetProof = w.net(m, w.community.ID, tc.Meter(4), day, 5000)
			return m
		}},
		"a net proof of another day": {metertypes.ErrProof, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			m := w.closing(t, w.shown(t))
			m.NetProof = w.net(m, w.community.ID, uplink, day-1, 5000)
			return m
		}},
		"a net proof for more than the capacity": {metertypes.ErrProof, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			m := w.closing(t, w.shown(t))
			m.NetProof = w.net(m, w.community.ID, uplink, day, 5001)
			return m
		}},
		"a net proof of another statement": {metertypes.ErrProof, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			m := w.closing(t, w.shown(t))
			m.Commitment = tc.Commitment(tc.Meter(1), day)
			return m
		}},
		"infinity for a net proof": {metertypes.ErrProofForm, func(t *testing.T, w world) *metertypes.MsgCloseDay {
			m := w.closing(t, w.shown(t))
			m.NetProof = append([]byte{0x40}, make([]byte, 127)...)
			return m
		}},
	}
}

type dayCase struct {
	want *errorsmod.Error
	make func(t *testing.T, w world) *metertypes.MsgCloseDay
}

func TestADayIsRefusedWhoseEvidenceOrProofIsNotThatDays(t *testing.T) {
	for name, c := range dayCases() {
		t.Run(name, func(t *testing.T) {
			w := registered(t)
			w.Refused(c.want, uplink, c.make(t, w))
			w.After(time.Second)
			w.Accepted(uplink, w.closing(t, w.shown(t)))
		})
	}
}

func TestADayIsRefusedOfWhichTheCommunitysStateSaysSomethingElse(t *testing.T) {
	for name, c := range map[string]struct {
		want   *errorsmod.Error
		change func(w world)
	}{
		"three copies of 40 entries": {types.ErrCopies, func(w world) {
			p := proven()
			p.Copies = 3
			w.community.Prove(p)
		}},
		"two copies of ten entries": {types.ErrCopies, func(w world) {
			p := proven()
			p.Entries = 10
			w.community.Prove(p)
		}},
		"sharing on another main chain": {types.ErrOtherMain, func(w world) {
			w.community.Share(metertypes.Uplink{FromDay: day, MainChainId: "electra-main-5eed0009", MainGenesisHash: w.hash, Uplink: uplink.Address})
		}},
		"sharing on a main chain of another genesis": {types.ErrOtherMain, func(w world) {
			w.community.Share(metertypes.Uplink{FromDay: day, MainChainId: w.ID, MainGenesisHash: make([]byte, 32), Uplink: uplink.Address})
		}},
		"sharing by another uplink": {types.ErrOtherMain, func(w world) {
			w.community.Share(metertypes.Uplink{FromDay: day, MainChainId: w.ID, MainGenesisHash: w.hash, Uplink: tc.Meter(4).Address})
		}},
		"sharing on none": {types.ErrOtherMain, func(w world) { w.community.Share(metertypes.Uplink{FromDay: day}) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := registered(t)
			c.change(w)
			w.Refused(c.want, uplink, w.closing(t, w.shown(t)))
		})
	}
}

// The latest entry that is not after the day is in force on it; one that begins later says nothing of the day.
func TestTheUplinkInForceIsTheLastOneBegunByTheDay(t *testing.T) {
	w := registered(t)
	w.community.Share(metertypes.Uplink{FromDay: day - 9, MainChainId: "electra-main-5eed0009", MainGenesisHash: w.hash,
		Uplink: uplink.Address})
	w.community.Share(metertypes.Uplink{FromDay: day + 1})
	w.Accepted(uplink, w.closing(t, w.shown(t)))

	w = registered(t)
	w.community.Share(metertypes.Uplink{FromDay: day - 1, MainChainId: w.ID, MainGenesisHash: w.hash, Uplink: uplink.Address})
	w.community.Write(func(ctx ctx) error { return w.community.App.Meters.Uplinks.Remove(ctx, day) })
	w.Accepted(uplink, w.closing(t, w.shown(t)))
}

func TestACommunitysChainTakesNoEvidence(t *testing.T) {
	w := registered(t)
	m := w.closing(t, w.shown(t))
	m.Evidence = []byte{1}
	w.community.Refused(metertypes.ErrEvidence, uplink, m)
	w.community.Accepted(uplink, tc.CloseDay(uplink, day))
}
