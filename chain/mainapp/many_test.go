package mainapp_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/app"
	"electra/internal/daybook"
	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
	te "electra/internal/testevidence"
	tm "electra/internal/testmain"
	metertypes "electra/x/meter/types"
	registertypes "electra/x/register/types"
)

// A main chain of many communities, and their days. Each community has its chain id, its own validators, who sign its headers, and its
// state; the states are those of one chain, which has in turn what each community's would have: a chain for each would be the same bytes.
// Net proofs are forged under a key whose secret is known (internal/testbook), and verified as any.

// ownValidators are those of each community.
const ownValidators = 13

// waitHours is how long after midnight the communities state their day: the first ones have proven it by then.
const waitHours = 13

type many struct {
	*tm.Chain
	t       testing.TB
	hash    []byte // of the main chain's genesis
	uplinks []tc.Party
	keys    [][]cmted25519.PrivKey // of each community's validators
	state   *te.Community
}

func chainOf(i int) string { return fmt.Sprintf("community-%08x", i+1) }

// beginMany begins with so many communities registered: all validators of the main chain are silent meters beside them.
func beginMany(t testing.TB, communities int, db dbm.DB) *many {
	t.Helper()
	m := &many{t: t, state: te.Start(t)}
	clock, err := m.state.App.Meters.Clock.Get(m.state.Context())
	must(t, err)
	meters, register := tc.SharedState(4), registertypes.DefaultGenesis()
	meters.Meters = meters.Meters[:4]
	for i, k := range tc.VerificationKeys() {
		register.CommunityKeys[i].Id = k.ID()
	}
	for i := range communities {
		uplink, hash := tc.NewParty(fmt.Sprint("uplink ", i)), sha256.Sum256([]byte(chainOf(i)))
		var keys []cmted25519.PrivKey
		for n := range ownValidators {
			keys = append(keys, cmted25519.GenPrivKeyFromSecret([]byte(fmt.Sprint(chainOf(i), " validator ", n))))
		}
		m.uplinks, m.keys = append(m.uplinks, uplink), append(m.keys, keys)
		meters.Meters = append(meters.Meters, metertypes.Meter{Address: uplink.Address, Member: tc.Member(1).Address, FirstDay: fromDay,
			MaxWhPerSlot: 5000})
		register.Communities = append(register.Communities, registertypes.Community{Uplink: uplink.Address, ChainId: chainOf(i),
			GenesisHash: hash[:], Clock: clock, CreditNel: 1000, Members: 99, Height: 1, UnixS: tc.Genesis.Unix()})
		register.Kept = append(register.Kept, registertypes.Kept{Uplink: uplink.Address, Height: 1, Hash: hash[:],
			UnixNs: tc.Genesis.UnixNano(), NextValidatorsHash: te.SetOf(keys).Hash()})
	}
	enc, err := app.NewEncoding()
	must(t, err)
	doc := tm.Document(t, meters, map[string]json.RawMessage{registertypes.ModuleName: enc.Codec.MustMarshalJSON(&register)})
	m.Chain, err = tm.TryStartOn(t, doc, db)
	must(t, err)
	m.hash, err = m.App.Meters.GenesisHash.Get(m.Context())
	must(t, err)
	m.After(time.Minute)
	return m
}

// untilStated is the moment at which the communities state a day.
func (m *many) untilStated(day uint32) {
	m.t.Helper()
	m.Until(metertypes.DayEnd(day)+waitHours*3600, 3*time.Hour)
}

// stated is a community's day, as its uplink sends it.
func (m *many) stated(i int, day uint32) []byte {
	m.t.Helper()
	return m.Tx(m.uplinks[i], m.closing(i, day))
}

func (m *many) closing(i int, day uint32) *metertypes.MsgCloseDay {
	m.t.Helper()
	totals := make([]byte, metertypes.CommitmentBytes)
	binary.BigEndian.PutUint32(totals[28:], uint32(i)+1)
	c := tc.CloseDay(m.uplinks[i], day)
	raw, err := m.evidence(i, day, totals).Marshal()
	must(m.t, err)
	c.Evidence, c.NetProof = raw, m.net(i, c, totals)
	return c
}

// evidence is of a header as of now. The uplink was set days ago, so that what shows it is mostly what stands beside the day's key.
func (m *many) evidence(i int, day uint32, totals []byte) *metertypes.Evidence {
	m.t.Helper()
	shares := metertypes.Uplink{FromDay: fromDay - 1, MainChainId: m.ID, MainGenesisHash: m.hash, Uplink: m.uplinks[i].Address, Height: 1}
	proven := metertypes.Proven{Day: day, Version: 1, BookHash: m.hash, Totals: totals, Entries: 99, Copies: 2, Height: 3, PricesHash: m.hash}
	meters := m.state.App.Meters
	m.state.Write(func(ctx sdk.Context) error {
		if err := meters.Uplinks.Set(ctx, shares.FromDay, shares); err != nil {
			return err
		}
		return meters.Proven.Set(ctx, collections.Join(day, proven.Version), proven)
	})
	h := m.state.Next()
	h.ChainID, h.Time = chainOf(i), m.Time
	h.Set, h.Next, h.Signers = m.keys[i], m.keys[i], m.keys[i]
	return m.state.With(h.Evidence(m.t, nil), te.ProvenKey(day), te.UplinkKey(day))
}

func (m *many) net(i int, c *metertypes.MsgCloseDay, totals []byte) []byte {
	number := func(n uint64) (e fr.Element) { e.SetUint64(n); return e }
	return tb.ForgedProof([]fr.Element{daybook.MeterTag(totals), daybook.GridID(chainOf(i)), daybook.MeterTag(c.Commitment),
		daybook.GridID(m.ID), daybook.MeterTag(m.uplinks[i].Key.PubKey().Address()), number(uint64(c.Day)), number(5000)})
}

// carriedOut commits a block, all of whose transactions have to hold.
func (m *many) carriedOut(txs [][]byte) {
	m.t.Helper()
	for i, r := range m.Finalize(txs...) {
		if r.Code != 0 {
			m.t.Fatalf("height %d, transaction %d: %s", m.Height, i, r.Log)
		}
	}
}

// Else they would all be one community, and cost what one costs.
func TestEachOfManyCommunitiesHasEvidenceOfItsOwn(t *testing.T) {
	m := beginMany(t, 2, dbm.NewMemDB())
	m.untilStated(fromDay)
	for name, c := range map[string]struct {
		want   *errorsmod.Error
		change func(c *metertypes.MsgCloseDay)
	}{
		"another's evidence":  {registertypes.ErrHeader, func(c *metertypes.MsgCloseDay) { c.Evidence = m.closing(1, fromDay).Evidence }},
		"another's net proof": {metertypes.ErrProof, func(c *metertypes.MsgCloseDay) { c.NetProof = m.closing(1, fromDay).NetProof }},
	} {
		t.Run(name, func(t *testing.T) {
			closing := m.closing(0, fromDay)
			c.change(closing)
			m.Refused(c.want, m.uplinks[0], closing)
			m.After(time.Second)
		})
	}
	m.Accepted(m.uplinks[0], m.closing(0, fromDay))
}
