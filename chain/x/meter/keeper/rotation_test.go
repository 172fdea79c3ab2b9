package keeper_test

import (
	"bytes"
	"testing"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

var heir = tc.NewParty("heir")

func TestNodeKeysAreSignedByTheOperator(t *testing.T) {
	ok := tc.PublishNodeKey(2)
	signed := func(by tc.Party, state types.GenesisState, epoch uint32, key []byte) *types.MsgPublishNodeKey {
		return with(ok, func(m *types.MsgPublishNodeKey) { m.Signature = tc.SignNodeKey(by, state, epoch, key) })
	}
	refuse := func(name string, m *types.MsgPublishNodeKey) pair {
		return pair{name: name, by: tc.Operator, refused: m, want: types.ErrOperatorSignature, field: "signature", like: ok}
	}
	checkPairs(t, []pair{
		refuse("without a signature", with(ok, func(m *types.MsgPublishNodeKey) { m.Signature = nil })),
		refuse("by another key", signed(tc.Stranger, tc.State(4), 2, ok.Key)),
		refuse("for another epoch", signed(tc.Operator, tc.State(4), 3, ok.Key)),
		refuse("for another key", signed(tc.Operator, tc.State(4), 2, tc.NodeKey(9))),
		refuse("for another genesis", signed(tc.Operator, tc.State(5), 2, ok.Key)),
	})
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Operator, ok)
	key, err := c.App.Meters.NodeKeys.Get(c.Context(), 2)
	if err != nil || !bytes.Equal(key.Signature, ok.Signature) {
		t.Fatalf("expected the state to keep the signature for meters, got %v, %v", key, err)
	}
}

func TestAFreshGenesisHasSealingKeysThatItsOperatorSigned(t *testing.T) {
	state := tc.State(4)
	state.NodeKeys = []types.NodeKey{{Epoch: 1, Key: tc.NodeKey(0), Signature: tc.SignNodeKey(tc.Stranger, state, 1, tc.NodeKey(0))}}
	if _, err := tc.TryStart(t, tc.Document(t, state)); err == nil {
		t.Fatal("expected a genesis to be refused whose sealing key somebody else signed")
	}
	state.NodeKeys[0].Signature = tc.SignNodeKey(tc.Operator, state, 1, tc.NodeKey(0))
	if _, err := tc.TryStart(t, tc.Document(t, state)); err != nil {
		t.Fatal(err)
	}
}

func operatorOf(t *testing.T, c *tc.Chain) string {
	t.Helper()
	address, err := c.App.Meters.Operator.Get(c.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := types.FormatAddress(address)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRotateOperator(t *testing.T) {
	ok := tc.RotateOperator(tc.Operator, heir, 1)
	forged := with(tc.RotateOperator(tc.Stranger, heir, 1), func(m *types.MsgRotateOperator) { m.Operator = tc.Operator.Address })
	other := with(tc.RotateOperator(tc.Operator, tc.Stranger, 1), func(m *types.MsgRotateOperator) { m.Address = heir.Address })
	checkPairs(t, []pair{
		{name: "by another key", by: tc.Operator, refused: forged, want: types.ErrOperatorSignature, field: "signature", like: ok},
		{name: "of another address", by: tc.Operator, refused: other, want: types.ErrOperatorSignature, field: "signature", like: ok},
		{name: "no number is left out", by: tc.Operator, refused: tc.RotateOperator(tc.Operator, heir, 2), want: types.ErrRotationNumber,
			field: "n", like: ok},
		{name: "to another one", by: tc.Operator, refused: tc.RotateOperator(tc.Operator, tc.Operator, 1), want: types.ErrRotationAddress,
			field: "address", like: ok},
		{name: "one at a time", by: tc.Operator, before: func(c *tc.Chain) { c.Accepted(tc.Operator, ok) }, want: types.ErrRotationQueued,
			field: "n", refused: tc.RotateOperator(tc.Operator, tc.Stranger, 1), like: tc.PublishNodeKey(2)},
	})
}

func TestARotationIsInForceAfterItsDelayAndNoSooner(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Operator, tc.RotateOperator(tc.Operator, heir, 1))
	atLength(7*day - 1)(c)
	if operatorOf(t, c) != tc.Operator.Address {
		t.Fatal("expected the operator to stay for seven days")
	}
	c.Refused(txerrors.ErrStranger, heir, with(tc.SetTariff(tc.Today+9), func(m *types.MsgSetTariff) { m.Operator = heir.Address }))
	atLength(8 * day)(c)
	if operatorOf(t, c) != heir.Address {
		t.Fatalf("expected the heir, got %s", operatorOf(t, c))
	}
	rotation, err := c.App.Meters.Rotations.Get(c.Context(), 1)
	if err != nil || rotation.Address != heir.Address || len(rotation.Signature) != types.SignatureBytes || rotation.UnixS != c.Now() {
		t.Fatalf("expected the rotation with its signature in the state, got %v, %v", rotation, err)
	}
	c.Refused(txerrors.ErrStranger, tc.Operator, tc.SetTariff(tc.Today+9))
	c.Accepted(heir, with(tc.SetTariff(tc.Today+9), func(m *types.MsgSetTariff) { m.Operator = heir.Address }))
	c.Accepted(heir, tc.RotateOperator(heir, tc.Operator, 2))
}

func TestMoreThanAThirdOfThePowerDropsARotation(t *testing.T) {
	for vetoes, want := range map[int]string{1: heir.Address, 2: tc.Operator.Address} {
		c := tc.Start(t, tc.State(4))
		c.Refused(types.ErrNoRotation, tc.Meter(1), tc.VetoRotation(tc.Meter(1), 1))
		c.Accepted(tc.Operator, tc.RotateOperator(tc.Operator, heir, 1))
		c.Refused(types.ErrNoPower, tc.Meter(5), tc.VetoRotation(tc.Meter(5), 1))
		for n := 1; n <= vetoes; n++ {
			c.Accepted(tc.Meter(n), tc.VetoRotation(tc.Meter(n), 1))
			c.Refused(types.ErrVetoed, tc.Meter(n), tc.VetoRotation(tc.Meter(n), 1))
		}
		atLength(8 * day)(c)
		if got := operatorOf(t, c); got != want {
			t.Errorf("%d of 4 vetoes: expected %s, got %s", vetoes, want, got)
		}
	}
}

func TestMoreThanTwoThirdsOfThePowerNameAnOperatorAtOnce(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Operator, tc.RotateOperator(tc.Operator, tc.Stranger, 1)) // as a thief of the key would
	c.Refused(types.ErrNoPower, tc.Meter(5), tc.ReplaceOperator(tc.Meter(5), heir, 1))
	c.Refused(types.ErrRotationNumber, tc.Meter(1), tc.ReplaceOperator(tc.Meter(1), heir, 2))
	c.Accepted(tc.Meter(1), tc.ReplaceOperator(tc.Meter(1), heir, 1))
	c.Refused(types.ErrVoted, tc.Meter(1), tc.ReplaceOperator(tc.Meter(1), heir, 1))
	c.Accepted(tc.Meter(2), tc.ReplaceOperator(tc.Meter(2), heir, 1))
	c.Accepted(tc.Meter(3), tc.ReplaceOperator(tc.Meter(3), tc.Member(1), 1)) // no voice for the heir
	if operatorOf(t, c) != tc.Operator.Address {
		t.Fatal("expected half of the power to change nothing")
	}
	c.Accepted(tc.Meter(3), tc.ReplaceOperator(tc.Meter(3), heir, 1))
	if operatorOf(t, c) != heir.Address {
		t.Fatal("expected three of four to name the operator in their block")
	}
	rotation, err := c.App.Meters.Rotations.Get(c.Context(), 1)
	if err != nil || len(rotation.Signature) != 0 {
		t.Fatalf("expected a rotation without a signature, which no meter follows: %v, %v", rotation, err)
	}
	atLength(8 * day)(c)
	if operatorOf(t, c) != heir.Address {
		t.Fatal("expected what the thief queued to be over")
	}
	c.Accepted(heir, with(tc.SetTariff(tc.Today+20), func(m *types.MsgSetTariff) { m.Operator = heir.Address }))
}

func TestRotationsGoOnThroughAnExport(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Operator, tc.RotateOperator(tc.Operator, heir, 1))
	atLength(8 * day)(c)
	c.Accepted(heir, tc.RotateOperator(heir, tc.Stranger, 2))
	c.Accepted(tc.Meter(1), tc.VetoRotation(tc.Meter(1), 2), tc.ReplaceOperator(tc.Meter(1), tc.Operator, 2))
	again, err := tc.TryStart(t, export(t, c, c.Time))
	if err != nil {
		t.Fatal(err)
	}
	if operatorOf(t, again) != heir.Address {
		t.Fatal("expected the operator in force to be the import's")
	}
	var before, after types.QueryRotationsResponse
	for chain, into := range map[*tc.Chain]*types.QueryRotationsResponse{c: &before, again: &after} {
		if err := chain.Query("/electra.meter.v1.Query/Rotations", &types.QueryRotationsRequest{}, into); err != nil {
			t.Fatal(err)
		}
	}
	if len(after.Rotations) != 1 || len(after.Queued) != 1 || len(after.Votes) != 1 || before.String() != after.String() {
		t.Fatalf("expected %v, got %v", before, after)
	}
	again.Accepted(tc.Meter(2), tc.VetoRotation(tc.Meter(2), 2))
}
