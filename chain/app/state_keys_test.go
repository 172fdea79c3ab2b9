package app_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	gogoproto "github.com/cosmos/gogoproto/proto"

	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// A wrong key encoding would silently "prove" absence, so the raw keys are part of the protocol: prefix byte, integers
// big-endian in four bytes, addresses raw, a bool as one byte. README.md lists them.
func TestTheKeysThatLightClientsProve(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter, other := tc.Meter(1), tc.Meter(2)
	c.Accepted(meter, tc.CloseDay(meter, yesterday), tc.Report(meter, tc.Slot(yesterday, 95)))
	c.Accepted(other, tc.CloseDay(other, yesterday))
	c.Accepted(tc.Operator, tc.SetPrices(tc.Slot(tc.Today+1, 7), 1))
	c.After(time.Second)
	c.After(6 * time.Hour)
	c.Accepted(tc.Operator, tc.DisputeDay(meter, yesterday), tc.AnchorBook(yesterday, 1))
	c.Accepted(tc.Member(1), tc.NoBill(tc.Member(1), meter, yesterday))
	c.Block()

	key := func(prefix byte, parts ...any) []byte {
		out := []byte{prefix}
		for _, part := range parts {
			switch p := part.(type) {
			case uint64:
				out = binary.BigEndian.AppendUint64(out, p)
			case uint32:
				out = binary.BigEndian.AppendUint32(out, p)
			case tc.Party:
				out = append(out, p.Key.PubKey().Address()...)
			case byte:
				out = append(out, p)
			}
		}
		return out
	}
	has := func(name string, key []byte, into gogoproto.Message, field func() bool) {
		t.Helper()
		answer, err := c.App.Query(context.Background(), &abci.RequestQuery{Path: "/store/meter/key", Data: key, Prove: true, Height: c.Height})
		if err != nil || answer.Code != 0 || answer.ProofOps == nil || len(answer.ProofOps.Ops) != 2 {
			t.Fatalf("%s: expected a proof, got %v, %v", name, answer, err)
		}
		if field == nil {
			if len(answer.Value) != 0 {
				t.Errorf("%s: expected a proof of absence, got %x", name, answer.Value)
			}
			return
		}
		if err := gogoproto.Unmarshal(answer.Value, into); err != nil || len(answer.Value) == 0 || !field() {
			t.Errorf("%s: expected another value than %v, %v", name, into, err)
		}
	}
	var params types.Params
	has("params", key(0), &params, func() bool { return params == tc.Params() })
	var m types.Meter
	has("meter", key(3, meter), &m, func() bool { return m.Address == meter.Address })
	var tariff types.Tariff
	has("tariff", key(8, yesterday), &tariff, func() bool { return tariff.FromDay == yesterday })
	var commitment types.Commitment
	has("commitment", key(10, yesterday, other), &commitment, func() bool { return commitment.Meter == other.Address })
	var roster types.Roster
	has("roster", key(11, yesterday, byte(0)), &roster, func() bool { return roster.Day == yesterday && !roster.Late })
	has("late roster", key(11, yesterday, byte(1)), nil, nil)
	var dispute types.Dispute
	has("dispute", key(12, yesterday, meter), &dispute, func() bool { return dispute.Meter == meter.Address })
	has("no dispute", key(12, yesterday, other), nil, nil)
	var anchor types.Anchor
	has("anchor", key(13, yesterday, uint32(1)), &anchor, func() bool { return anchor.Version == 1 })
	has("no second version", key(13, yesterday, uint32(2)), nil, nil)
	var noBill types.NoBill
	has("NoBill", key(14, yesterday, meter), &noBill, func() bool { return noBill.Meter == meter.Address })
	var first, second types.LogEntry
	has("the log's first entry", key(24, uint64(1)), &first, func() bool {
		return first == types.LogEntry{Kind: types.LogDispute, Day: yesterday, Meter: meter.Address}
	})
	has("the log's second entry", key(24, uint64(2)), &second, func() bool {
		return second.Kind == types.LogNoBill && second.Day == yesterday
	})
	has("no third entry", key(24, uint64(3)), nil, nil)
	next, err := c.App.Query(context.Background(), &abci.RequestQuery{Path: "/store/meter/key", Data: key(25), Height: c.Height})
	if err != nil || binary.BigEndian.Uint64(next.Value) != 3 {
		t.Errorf("next number: expected 3 in eight bytes big-endian, got %v, %v", next, err)
	}
	enc := c.App.Encoding()
	hash, err := types.GenesisHash(enc.Codec, tc.ID, tc.Genesis, 1, tc.State(4), nil)
	if err != nil {
		t.Fatal(err)
	}
	asked := &abci.RequestQuery{Path: "/store/meter/key", Data: key(27), Height: c.Height}
	kept, err := c.App.Query(context.Background(), asked)
	if err != nil || !bytes.Equal(kept.Value, hash) {
		t.Errorf("hash of the genesis: expected %x, got %v, %v", hash, kept, err)
	}
	var prices types.SlotPrices
	has("prices of a slot", key(32, tc.Slot(tc.Today+1, 7)), &prices, func() bool { return prices.Slot == tc.Slot(tc.Today+1, 7) })
	has("no prices of the slot after", key(32, tc.Slot(tc.Today+1, 8)), nil, nil)
	var nodeKey types.NodeKey
	has("node key", key(7, uint32(1)), &nodeKey, func() bool { return nodeKey.Epoch == 1 })
}
