package mainapp_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"testing"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	tc "electra/internal/testchain"
	tm "electra/internal/testmain"
	"electra/mainapp"
	electratypes "electra/x/electra/types"
	metertypes "electra/x/meter/types"
	registertypes "electra/x/register/types"
	settlementtypes "electra/x/settlement/types"
)

// A main chain on which a day was shared and settled, and what becomes of it.

// proven has the real day proven, and waits for the last day of its period.
func proven(t *testing.T) *realWorld {
	t.Helper()
	w := beginReal(t)
	anchor, prove := w.frozen()
	w.Accepted(tc.Operator, anchor)
	w.Accepted(tc.Operator, prove)
	for _, n := range []int{1, 2} {
		w.Accepted(tc.Operator, &electratypes.MsgRegisterAccount{Registrar: tc.Operator.Address, Address: tc.Member(n).Address,
			Kind: electratypes.KindTreasury})
	}
	w.until(metertypes.DayEnd(w.day.Day+settlementtypes.PeriodDays-1) + 60*3600)
	return w
}

// settled has the period settled: uplink 0 owes, uplink 1 has to get it.
func settled(t *testing.T) *realWorld {
	t.Helper()
	w := proven(t)
	w.Accepted(tc.Member(1), w.settling(nil))
	return w
}

// paid has the test issuer give the debtor's treasury an amount, and the treasury deposit it.
func (w *realWorld) paid(nel uint64) {
	w.t.Helper()
	attestor, issuer, treasury := testRole(w.t, electratypes.RoleAttestor), testRole(w.t, electratypes.RoleIssuer), tc.Member(2)
	w.Accepted(attestor, &electratypes.MsgAttestReserve{Attestor: attestor.Address, AsOfUnixS: w.Now(), AmountNel: nel,
		DocumentHash: make([]byte, 32)})
	w.Accepted(issuer, &electratypes.MsgMint{Issuer: issuer.Address, To: treasury.Address, AmountNel: nel})
	w.Accepted(treasury, &settlementtypes.MsgDeposit{Treasury: treasury.Address, Uplink: w.day.Uplinks[0].Uplink, AmountNel: nel})
}

// Who owes for fourteen days shares nothing: its day is refused before anybody looks at evidence. With the debt paid, its evidence is
// looked at again, and is too old by then.
func TestACommunityInDebtSharesNothingUntilItHasPaid(t *testing.T) {
	w := settled(t)
	closing := w.closing(0)
	closing.Day = w.day.Day + 24
	w.Until(metertypes.DayEnd(closing.Day), 12*time.Hour)
	w.Refused(registertypes.ErrSuspended, w.parties[0], closing)
	owed, err := strconv.ParseUint(w.day.Uplinks[0].AmountNel, 10, 64)
	must(t, err)
	w.paid(owed)
	if owes, _ := stands(t, w.Chain, w.parties[0]); owes != 0 {
		t.Fatalf("expected the debt to be paid, got %d", owes)
	}
	if _, claims := stands(t, w.Chain, w.parties[1]); claims != "0" {
		t.Errorf("expected the claim to be paid, got %s", claims)
	}
	w.Refused(registertypes.ErrExpired, w.parties[0], closing)
}

// exportOf is `electra-maind export`, with its sealing keys signed anew.
func (w *realWorld) exportOf(c *tm.Chain) *genutiltypes.AppGenesis {
	w.t.Helper()
	out, err := mainapp.Kind().Export(log.NewNopLogger(), c.DB, nil, -1, baseapp.SetChainID(c.ID))
	must(w.t, err)
	params := cmttypes.ConsensusParamsFromProto(out.ConsensusParams)
	doc := &genutiltypes.AppGenesis{ChainID: c.ID, GenesisTime: c.Time, InitialHeight: out.Height, AppState: out.AppState,
		Consensus: &genutiltypes.ConsensusGenesis{Params: &params, Validators: out.Validators}}
	var states map[string]json.RawMessage
	must(w.t, json.Unmarshal(doc.AppState, &states))
	cdc := c.App.Encoding().Codec
	var g metertypes.GenesisState
	must(w.t, cdc.UnmarshalJSON(states["meter"], &g))
	others := metertypes.OtherStates{}
	for name, raw := range states {
		if name != "auth" && name != "meter" && name != "consensus" {
			others[name] = raw
		}
	}
	hash, err := metertypes.GenesisHash(cdc, doc.ChainID, doc.GenesisTime, doc.InitialHeight, g, others)
	must(w.t, err)
	for i, k := range g.NodeKeys {
		g.NodeKeys[i].Signature = tc.Operator.Sign(metertypes.NodeKeyText(doc.ChainID, hash, k.Epoch, k.Key))
	}
	states["meter"], err = metertypes.GenesisJSON(cdc, g)
	must(w.t, err)
	doc.AppState, err = json.Marshal(states)
	must(w.t, err)
	return doc
}

func TestAWholeMainChainBeginsAgainFromItsExport(t *testing.T) {
	w := settled(t)
	w.follow()
	w.Accepted(tc.Operator, &registertypes.MsgReplaceTreasury{Operator: tc.Operator.Address, Uplink: w.day.Uplinks[1].Uplink,
		Treasury: tc.Member(1).Address})
	w.Accepted(tc.Meter(1), &registertypes.MsgVeto{Meter: tc.Meter(1).Address, Id: 3})
	w.Accepted(tc.Meter(3), &registertypes.MsgSuspend{Meter: tc.Meter(3).Address, Uplink: w.day.Uplinks[0].Uplink})
	first := w.exportOf(w.Chain)
	must(t, mainapp.Kind().CheckGenesis(first))
	again, err := tm.TryStart(t, first)
	must(t, err)
	w.Block() // the same block, on the old chain
	want, got := w.exportOf(w.Chain), w.exportOf(again)
	if !bytes.Equal(want.AppState, got.AppState) {
		t.Fatalf("expected both to export the same states:\n%s\n%s", want.AppState, got.AppState)
	}
	w.Chain = again
	w.paid(100_000_000_000)
	// the communities' clients go on from the headers that were kept
	c := w.communities[1]
	c.Time = w.Time
	c.Block()
	w.Accepted(w.parties[1], &registertypes.MsgUpdateClient{Uplink: w.day.Uplinks[1].Uplink, Evidence: c.Next().Evidence(t, nil)})
}
