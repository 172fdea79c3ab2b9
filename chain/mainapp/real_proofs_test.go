package mainapp_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"

	errorsmod "cosmossdk.io/errors"

	"electra/app"
	tc "electra/internal/testchain"
	te "electra/internal/testevidence"
	tm "electra/internal/testmain"
	metertypes "electra/x/meter/types"
	registertypes "electra/x/register/types"
	settlementtypes "electra/x/settlement/types"
)

// Real proofs of the circuits net, day-bill, clearing-shared and bill-sum (sdk/vectors/main-day.json, from test/kit/main-day) go the way
// of a shared day, through every door: two communities state their nets, the day's book is proven, the week is settled.

type realDay struct {
	ChainID string `json:"chain_id"`
	Day     uint32 `json:"day"`
	Keys    []struct {
		Circuit                       string
		Alpha, Beta, Gamma, Delta, Ic []byte
	} `json:"keys"`
	Uplinks []realUplink `json:"uplinks"`
	Hash    string       `json:"book_hash"`
	Totals  string       `json:"book_totals"`
	Whole   []byte       `json:"whole"`
}

type realUplink struct {
	ChainID             string `json:"chain_id"`
	Uplink              string `json:"uplink"`
	Totals              string `json:"totals"`
	Commitment          string `json:"commitment"`
	CommitmentElsewhere string `json:"commitment_elsewhere"`
	AmountNel           string `json:"amount_nel"`
	Net                 string `json:"net"`
	NetElsewhere        string `json:"net_elsewhere"`
	Sum                 string `json:"sum"`
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(text)
	must(t, err)
	return raw
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// realWorld is a main chain with the development keys, and the communities of its uplinks, registered.
type realWorld struct {
	*tm.Chain
	t           *testing.T
	day         realDay
	communities []*te.Community
	parties     []tc.Party // the uplinks
}

func beginReal(t *testing.T) *realWorld {
	t.Helper()
	raw, err := os.ReadFile("../../sdk/vectors/main-day.json")
	must(t, err)
	w := &realWorld{t: t}
	must(t, json.Unmarshal(raw, &w.day))
	state := tc.SharedState(4)
	state.VerificationKeys = nil
	for _, k := range w.day.Keys {
		state.VerificationKeys = append(state.VerificationKeys, metertypes.VerificationKey{Circuit: k.Circuit, Alpha: k.Alpha, Beta: k.Beta,
			Gamma: k.Gamma, Delta: k.Delta, Ic: k.Ic})
	}
	register := registertypes.DefaultGenesis()
	for i, k := range tc.VerificationKeys() {
		register.CommunityKeys[i].Id = k.ID()
	}
	enc, err := app.NewEncoding()
	must(t, err)
	w.Chain = tm.Start(t, state, map[string]json.RawMessage{"register": enc.Codec.MustMarshalJSON(&register)})
	w.After(time.Minute)
	for _, u := range w.day.Uplinks {
		c, err := tc.TryStart(t, tc.DocumentOf(t, u.ChainID, tc.State(4), nil))
		must(t, err)
		w.communities = append(w.communities, te.On(c))
		for n := 1; n <= 5; n++ {
			if tc.Meter(n).Address == u.Uplink {
				w.parties = append(w.parties, tc.Meter(n))
			}
		}
	}
	w.register()
	return w
}

// follow brings the communities' chains up to the main chain's time.
func (w *realWorld) follow() {
	for _, c := range w.communities {
		c.Time = w.Time
		c.Block()
	}
}

// register has both communities registered and in force, and their books of the day proven on their own chains.
func (w *realWorld) register() {
	w.t.Helper()
	w.follow()
	hash, err := w.App.Meters.GenesisHash.Get(w.Context())
	must(w.t, err)
	for i, u := range w.day.Uplinks {
		c := w.communities[i]
		own, err := c.App.Meters.GenesisHash.Get(c.Context())
		must(w.t, err)
		w.Accepted(tc.Operator, &registertypes.MsgRegisterCommunity{Operator: tc.Operator.Address, Uplink: u.Uplink, ChainId: u.ChainID,
			GenesisHash: own, Checkpoint: c.With(c.Next().Evidence(w.t, nil), te.RegisterKeys()...), CreditNel: 1000, Members: 4})
	}
	w.After(7 * 24 * time.Hour)
	for range 3 {
		w.After(time.Second)
	}
	w.follow()
	for i, u := range w.day.Uplinks {
		c := w.communities[i]
		c.Share(metertypes.Uplink{FromDay: w.day.Day, MainChainId: w.ID, MainGenesisHash: hash, Uplink: u.Uplink, Height: 1})
		c.Prove(metertypes.Proven{Day: w.day.Day, Version: 1, BookHash: make([]byte, 32), Totals: unhex(w.t, u.Totals), Entries: 13,
			PricesHash: make([]byte, 32), Height: 1})
	}
	w.follow()
}

// closing is an uplink's day with its real net proof.
func (w *realWorld) closing(i int) *metertypes.MsgCloseDay {
	w.t.Helper()
	u, c := w.day.Uplinks[i], w.communities[i]
	m := tc.CloseDay(w.parties[i], w.day.Day)
	evidence := c.With(c.Next().Evidence(w.t, nil), te.ProvenKey(w.day.Day), te.UplinkKey(w.day.Day))
	raw, err := evidence.Marshal()
	must(w.t, err)
	m.Commitment, m.Evidence, m.NetProof = unhex(w.t, u.Commitment), raw, unhex(w.t, u.Net)
	return m
}

// until lets time pass, and minutes and blocks more: a day freezes grace after the first block behind it, and one day in a block.
func (w *realWorld) until(unixS int64) {
	w.t.Helper()
	w.Until(unixS+300, 3*time.Hour)
	for range 12 {
		w.After(time.Second)
	}
}

// frozen is the day after both have stated it, and its messages.
func (w *realWorld) frozen() (*metertypes.MsgAnchorBook, *metertypes.MsgProveBook) {
	w.t.Helper()
	w.Accepted(w.parties[0], w.closing(0))
	w.Accepted(w.parties[1], w.closing(1))
	w.until(metertypes.DayEnd(w.day.Day) + 60*3600)
	anchor := &metertypes.MsgAnchorBook{Operator: tc.Operator.Address, Day: w.day.Day, Version: 1, BookHash: unhex(w.t, w.day.Hash),
		Totals: unhex(w.t, w.day.Totals)}
	prove := &metertypes.MsgProveBook{Operator: tc.Operator.Address, Day: w.day.Day, Version: 1, Parts: 1, Bytes: w.day.Whole}
	return anchor, prove
}

func TestARealDayOfCommunitiesIsStatedProvenAndSettled(t *testing.T) {
	w := proven(t)
	if w.ID != w.day.ChainID || len(w.parties) != 2 {
		t.Fatalf("expected the vectors to be of this chain and two of its meters, got %s, %d", w.day.ChainID, len(w.parties))
	}
	if fate, err := w.App.Meters.DayFate(w.Context(), w.day.Day); err != nil || fate != metertypes.FateProven {
		t.Fatalf("expected the day to be proven, got %d %v", fate, err)
	}
	w.Accepted(tc.Member(1), w.settling(nil))
	if owes, _ := stands(t, w.Chain, w.parties[0]); strconv.FormatInt(owes, 10) != w.day.Uplinks[0].AmountNel {
		t.Errorf("expected a debt of %s, got %d", w.day.Uplinks[0].AmountNel, owes)
	}
	if _, claims := stands(t, w.Chain, w.parties[1]); "-"+claims != w.day.Uplinks[1].AmountNel {
		t.Errorf("expected a claim of %s, got %s", w.day.Uplinks[1].AmountNel, claims)
	}
}

// settling are both entries of the period, in one message.
func (w *realWorld) settling(change func(entries []settlementtypes.SettleEntry)) *settlementtypes.MsgSettle {
	w.t.Helper()
	m := &settlementtypes.MsgSettle{Sender: tc.Member(1).Address, FromDay: w.day.Day}
	for _, u := range w.day.Uplinks {
		amount, err := strconv.ParseInt(u.AmountNel, 10, 64)
		must(w.t, err)
		m.Entries = append(m.Entries, settlementtypes.SettleEntry{Uplink: u.Uplink, AmountNel: amount, SumProof: unhex(w.t, u.Sum)})
	}
	if change != nil {
		change(m.Entries)
	}
	return m
}

// Each is a true statement in another place, or bytes of a true one: refused by the proof alone.
func TestAStatementIsRefusedWithARealProofOfSomethingElse(t *testing.T) {
	w := beginReal(t)
	for name, c := range map[string]struct {
		want   *errorsmod.Error
		change func(m *metertypes.MsgCloseDay)
	}{
		"the same net on another main chain": {metertypes.ErrProof, func(m *metertypes.MsgCloseDay) {
			m.Commitment, m.NetProof = unhex(t, w.day.Uplinks[0].CommitmentElsewhere), unhex(t, w.day.Uplinks[0].NetElsewhere)
		}},
		"another community's statement and net": {metertypes.ErrProof, func(m *metertypes.MsgCloseDay) {
			m.Commitment, m.NetProof = unhex(t, w.day.Uplinks[1].Commitment), unhex(t, w.day.Uplinks[1].Net)
		}},
		"a statement that is not of this net": {metertypes.ErrProof, func(m *metertypes.MsgCloseDay) {
			m.Commitment = tc.Commitment(w.parties[0], w.day.Day)
		}},
		"the sum of a week for a net": {metertypes.ErrProof, func(m *metertypes.MsgCloseDay) {
			m.NetProof = unhex(t, w.day.Uplinks[0].Sum)
		}},
		"(−A, B, C)": {metertypes.ErrProof, func(m *metertypes.MsgCloseDay) {
			m.NetProof = bytes.Clone(m.NetProof)
			m.NetProof[0] ^= 0x40
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m := w.closing(0)
			c.change(m)
			w.Refused(c.want, w.parties[0], m)
			w.After(time.Second)
			w.follow()
		})
	}
	w.Accepted(w.parties[0], w.closing(0))
}

func TestABookIsRefusedWithRealProofsInOtherPlaces(t *testing.T) {
	w := beginReal(t)
	anchor, prove := w.frozen()
	w.Accepted(tc.Operator, anchor)
	end := len(prove.Bytes) // S, proof, S, proof, clearing
	clearing, second, first := end-128, end-2*128, end-3*128-32
	for name, move := range map[string][2]int{
		"one bill's proof for the other": {first, second},
		"a bill's for the clearing":      {first, clearing},
	} {
		t.Run(name, func(t *testing.T) {
			moved := *prove
			moved.Bytes = bytes.Clone(prove.Bytes)
			copy(moved.Bytes[move[1]:move[1]+128], prove.Bytes[move[0]:])
			w.Refused(metertypes.ErrProof, tc.Operator, &moved)
			w.After(time.Second)
		})
	}
	sumS := *prove
	sumS.Bytes = bytes.Clone(prove.Bytes)
	sumS.Bytes[first-1] ^= 1
	w.Refused(metertypes.ErrProof, tc.Operator, &sumS)
	w.After(time.Second)
	w.Accepted(tc.Operator, prove)
}

func TestASettlementIsRefusedWhoseRealSumsAreNotTheUplinks(t *testing.T) {
	w := proven(t)
	type entries = []settlementtypes.SettleEntry
	for name, change := range map[string]func(all entries){
		"a sum that is right with its entries exchanged": func(all entries) {
			all[0].AmountNel, all[1].AmountNel = all[1].AmountNel, all[0].AmountNel
		},
		"a unit moved from one to the other": func(all entries) { all[0].AmountNel--; all[1].AmountNel++ },
		"proofs exchanged":                   func(all entries) { all[0].SumProof, all[1].SumProof = all[1].SumProof, all[0].SumProof },
		"a net for a sum":                    func(all entries) { all[1].SumProof = unhex(t, w.day.Uplinks[1].Net) },
	} {
		t.Run(name, func(t *testing.T) {
			w.Refused(metertypes.ErrProof, tc.Member(1), w.settling(change))
			w.After(time.Second)
		})
	}
	w.Accepted(tc.Member(1), w.settling(nil))
	w.Refused(settlementtypes.ErrSettled, tc.Member(1), w.settling(nil))
}
