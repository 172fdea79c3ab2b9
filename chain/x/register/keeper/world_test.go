package keeper_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/daybook"
	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
	te "electra/internal/testevidence"
	tm "electra/internal/testmain"
	metertypes "electra/x/meter/types"
	"electra/x/register/types"
)

// day is the one that is closed, the last before the registration came into force; the uplink is the main chain's light meter.
const day = tc.Today + 6

var uplink = tc.Meter(5)

// world is a main chain and a community's beside it.
type world struct {
	*tm.Chain
	community *te.Community
	hash      []byte // of the main chain's genesis
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// begin starts both. The main chain takes the keys of the community; its own are such that the tests know their secrets.
func begin(t testing.TB, change func(*types.GenesisState)) world {
	t.Helper()
	return beginWith(t, te.Start(t), change)
}

func beginWith(t testing.TB, community *te.Community, change func(*types.GenesisState)) world {
	t.Helper()
	g := types.DefaultGenesis()
	for i, k := range tc.VerificationKeys() {
		g.CommunityKeys[i] = types.CircuitKey{Circuit: k.Circuit, Id: k.ID()}
	}
	if change != nil {
		change(&g)
	}
	enc := community.App.Encoding()
	raw, err := enc.Codec.MarshalJSON(&g)
	must(t, err)
	main := tm.Start(t, tc.SharedState(4), map[string]json.RawMessage{types.ModuleName: raw})
	main.After(time.Minute)
	hash, err := main.App.Meters.GenesisHash.Get(main.Context())
	must(t, err)
	w := world{main, community, hash}
	w.follow()
	return w
}

// follow brings the community's chain up to the main chain's time.
func (w world) follow() {
	w.community.Time = w.Time
	w.community.Block()
}

// registration is one that is taken.
func (w world) registration(t testing.TB) *types.MsgRegisterCommunity {
	t.Helper()
	hash, err := w.community.App.Meters.GenesisHash.Get(w.community.Context())
	must(t, err)
	return &types.MsgRegisterCommunity{Operator: tc.Operator.Address, Uplink: uplink.Address, ChainId: w.community.ID, GenesisHash: hash,
		Checkpoint: w.community.With(w.community.Next().Evidence(t, nil), te.RegisterKeys()...), CreditNel: 1000, Members: 4}
}

// registered is a main chain on which the community's registration came into force, with a header of the community as of then.
func registered(t testing.TB) world {
	t.Helper()
	return registeredWith(t, te.Start(t))
}

func registeredWith(t testing.TB, community *te.Community) world {
	t.Helper()
	w := beginWith(t, community, nil)
	w.Accepted(tc.Operator, w.registration(t))
	w.wait()
	w.community.Share(metertypes.Uplink{FromDay: day, MainChainId: w.ID, MainGenesisHash: w.hash, Uplink: uplink.Address})
	w.community.Prove(proven())
	w.follow()
	return w
}

// wait lets come into force what waits.
func (w world) wait() {
	w.After(time.Second)
	w.After(7*24*time.Hour - time.Second)
	for range 3 {
		w.After(time.Second)
	}
	w.follow()
}

func proven() metertypes.Proven {
	totals := make([]byte, 32)
	totals[31] = 77
	return metertypes.Proven{Day: day, Version: 1, BookHash: totals, Totals: totals, Entries: 40, Copies: 2, Height: 3,
		PricesHash: totals}
}

// closing is a day with evidence that is taken. The statement is of a day that no roster has frozen yet.
func (w world) closing(t testing.TB, e *metertypes.Evidence) *metertypes.MsgCloseDay {
	t.Helper()
	m := tc.CloseDay(uplink, day)
	raw, err := e.Marshal()
	must(t, err)
	m.Evidence = raw
	m.NetProof = w.net(m, w.community.ID, uplink, day, 5000)
	return m
}

// shown is the evidence of the day as of the community's last block.
func (w world) shown(t testing.TB) *metertypes.Evidence {
	t.Helper()
	return w.community.With(w.community.Next().Evidence(t, nil), te.ProvenKey(day), te.UplinkKey(day))
}

// net forges a proof that holds for these public inputs.
func (w world) net(m *metertypes.MsgCloseDay, chainID string, meter tc.Party, of uint32, capacityWh uint64) []byte {
	number := func(n uint64) (e fr.Element) { e.SetUint64(n); return e }
	return tb.ForgedProof([]fr.Element{number(77), daybook.GridID(chainID), daybook.MeterTag(m.Commitment), daybook.GridID(w.ID),
		daybook.MeterTag(meter.Key.PubKey().Address()), number(uint64(of)), number(capacityWh)})
}

type ctx = sdk.Context
