package app_test

import (
	"bytes"
	"testing"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"cosmossdk.io/math"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"electra/app/ante"
	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

const yesterday = tc.Today - 1

// reports are the first n slots of yesterday.
func reports(meter tc.Party, n uint32) []sdk.Msg {
	var all []sdk.Msg
	for i := range n {
		all = append(all, tc.Report(meter, tc.Slot(yesterday, 0)+i))
	}
	return all
}

func TestATransactionHasOneToTwoHundredMessages(t *testing.T) {
	state := tc.State(4)
	for i := range state.Meters {
		state.Meters[i].FirstDay = tc.Today - 4
	}
	state.Tariffs[0].FromDay = tc.Today - 4
	c := tc.Start(t, state)
	meter := tc.Meter(1)
	var many []sdk.Msg
	for i := range uint32(ante.MaxTxMessages + 1) {
		many = append(many, tc.Report(meter, tc.Slot(tc.Today-4, 0)+i))
	}
	c.Refused(txerrors.ErrTxMessages, meter, many...)
	c.Accepted(meter, many[:ante.MaxTxMessages]...)
	none, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: c.Tx(meter)})
	if err != nil || none.Code == 0 {
		t.Fatalf("expected a transaction without messages to be refused: %v, %v", none, err)
	}
}

func TestATransactionIsAtMost200KiB(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter := tc.Meter(1)
	note := func(n int) func(client.TxBuilder) {
		return func(b client.TxBuilder) { b.SetMemo(string(bytes.Repeat([]byte{'x'}, n))) }
	}
	c.RefusedTx(txerrors.ErrTxSize, c.TxWith(meter, 0, note(ante.MaxTxBytes), reports(meter, 1)...))
	c.RefusedTx(sdkerrors.ErrMemoTooLarge, c.TxWith(meter, 0, note(257), reports(meter, 1)...))
	c.Block(c.TxWith(meter, 0, note(256), reports(meter, 1)...))
}

func TestTheLargestHonestBacklogFits(t *testing.T) {
	state := tc.State(4)
	const days = ante.MaxTxMessages
	for i := range state.Meters {
		state.Meters[i].FirstDay = tc.Today - days
	}
	state.Tariffs[0].FromDay = tc.Today - days
	c := tc.Start(t, state)
	var all []sdk.Msg
	for d := tc.Today - days; d < tc.Today; d++ {
		all = append(all, tc.CloseDay(tc.Meter(1), d))
	}
	if size := len(c.Tx(tc.Meter(1), all...)); size > ante.MaxTxBytes {
		t.Fatalf("200 day statements have %d bytes, expected them to fit %d", size, ante.MaxTxBytes)
	}
	c.Accepted(tc.Meter(1), all...)
}

func TestThereAreNoFees(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter := tc.Meter(1)
	fee := func(b client.TxBuilder) { b.SetFeeAmount(sdk.Coins{{Denom: "nelectra", Amount: math.NewInt(1)}}) }
	c.RefusedTx(txerrors.ErrFee, c.TxWith(meter, 0, fee, reports(meter, 1)...))
	granter := func(b client.TxBuilder) { b.SetFeeGranter(sdk.AccAddress(tc.Operator.Key.PubKey().Address())) }
	c.RefusedTx(txerrors.ErrFee, c.TxWith(meter, 0, granter, reports(meter, 1)...))
	huge := func(b client.TxBuilder) { b.SetGasLimit(1 << 62) } // counted, not bounded, so any limit will do
	c.Block(c.TxWith(meter, 0, huge, reports(meter, 1)...))
	none := func(b client.TxBuilder) { b.SetGasLimit(0) }
	c.Block(c.TxWith(tc.Meter(2), 0, none, reports(tc.Meter(2), 96)...))
}

func TestATransactionHasOneSigner(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter := tc.Meter(1)
	payer := func(b client.TxBuilder) { b.SetFeePayer(sdk.AccAddress(tc.Operator.Key.PubKey().Address())) }
	c.RefusedTx(txerrors.ErrTxSigners, c.TxWith(meter, 0, payer, reports(meter, 1)...))
	c.Refused(txerrors.ErrTxSigners, meter, tc.Report(meter, tc.Slot(yesterday, 0)), tc.Report(tc.Meter(2), tc.Slot(yesterday, 0)))
	c.Accepted(meter, reports(meter, 2)...)
}

func TestOnlyMessagesOfThisModuleAreAccepted(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	authority := tc.Operator.Address
	for _, message := range []sdk.Msg{
		&authtypes.MsgUpdateParams{Authority: authority, Params: authtypes.DefaultParams()},
		&consensustypes.MsgUpdateParams{Authority: authority},
	} {
		c.Refused(txerrors.ErrMessageType, tc.Operator, message)
		c.Refused(txerrors.ErrMessageType, tc.Operator, tc.PublishNodeKey(2), message)
	}
	c.Accepted(tc.Operator, tc.PublishNodeKey(2))
}

func TestOptionsAreRefused(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter := tc.Meter(1)
	option, err := codectypes.NewAnyWithValue(&types.MsgReport{})
	if err != nil {
		t.Fatal(err)
	}
	type extended interface {
		SetExtensionOptions(...*codectypes.Any)
		SetNonCriticalExtensionOptions(...*codectypes.Any)
	}
	with := func(change func(client.TxBuilder)) []byte { return c.TxWith(meter, 0, change, reports(meter, 1)...) }
	c.RefusedTx(txerrors.ErrTxOptions, with(func(b client.TxBuilder) { b.SetUnordered(true) }))
	// No type of extension is registered, so these do not even decode.
	c.RefusedTx(sdkerrors.ErrTxDecode, with(func(b client.TxBuilder) { b.(extended).SetExtensionOptions(option) }))
	c.RefusedTx(sdkerrors.ErrTxDecode, with(func(b client.TxBuilder) { b.(extended).SetNonCriticalExtensionOptions(option) }))
	c.Block(c.TxWith(meter, 0, func(b client.TxBuilder) { b.SetTimeoutHeight(uint64(c.Height) + 5) }, reports(meter, 1)...))
	c.RefusedTx(sdkerrors.ErrTxTimeoutHeight, c.TxWith(meter, 0, func(b client.TxBuilder) { b.SetTimeoutHeight(1) }, reports(meter, 2)[1]))
}

func TestSignatures(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter := tc.Meter(1)
	// Somebody else's key under the meter's name.
	forged := tc.Party{Name: "forger", Key: tc.Stranger.Key, Address: meter.Address}
	c.RefusedTx(sdkerrors.ErrInvalidPubKey, c.Tx(forged, reports(meter, 1)...))
	c.Accepted(meter, reports(meter, 1)...)
	c.RefusedTx(sdkerrors.ErrInvalidPubKey, c.Tx(forged, reports(meter, 2)[1]))
	// Another chain's signature, and a replayed one.
	other := *c
	other.ID = "electra-test-00000000"
	c.RefusedTx(sdkerrors.ErrUnauthorized, other.Tx(meter, reports(meter, 2)[1]))
	sent := c.Tx(meter, reports(meter, 2)[1])
	c.Block(sent)
	c.RefusedTx(sdkerrors.ErrWrongSequence, sent)
	// One bit of the signature.
	broken := c.Tx(meter, reports(meter, 3)[2])
	broken[len(broken)-1] ^= 1
	c.RefusedTx(sdkerrors.ErrUnauthorized, broken)
	// Another sign mode.
	amino := authtx.NewTxConfig(c.App.Encoding().Codec, []signing.SignMode{signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON})
	builder := amino.NewTxBuilder()
	if err := builder.SetMsgs(reports(meter, 3)[2]); err != nil {
		t.Fatal(err)
	}
	mode := signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON
	if err := builder.SetSignatures(signing.SignatureV2{PubKey: meter.Key.PubKey(),
		Data: &signing.SingleSignatureData{SignMode: mode, Signature: make([]byte, 64)}, Sequence: 2}); err != nil {
		t.Fatal(err)
	}
	raw, err := amino.TxEncoder()(builder.GetTx())
	if err != nil {
		t.Fatal(err)
	}
	c.RefusedTx(txerrors.ErrSignMode, raw)
}

// The account key of a meter, of its member and of the operator is secp256k1, even where another key's address fits.
func TestOnlySecp256k1KeysAreAccepted(t *testing.T) {
	key := ed25519.GenPrivKeyFromSecret([]byte("another curve"))
	address, err := types.FormatAddress(key.PubKey().Address())
	if err != nil {
		t.Fatal(err)
	}
	edwards := tc.Party{Name: "edwards", Key: key, Address: address}
	state := tc.State(4)
	state.Meters[4].Address = edwards.Address
	c := tc.Start(t, state)
	c.Refused(txerrors.ErrSignMode, edwards, reports(edwards, 1)...)
	c.Accepted(tc.Meter(1), reports(tc.Meter(1), 1)...)
}

func TestASimulationNeedsNoSignatureAndChangesNothing(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter := tc.Meter(1)
	before := c.AppHash()
	config := c.App.Encoding().TxConfig
	builder := config.NewTxBuilder()
	if err := builder.SetMsgs(reports(meter, 2)...); err != nil {
		t.Fatal(err)
	}
	if err := builder.SetSignatures(signing.SignatureV2{PubKey: meter.Key.PubKey(),
		Data: &signing.SingleSignatureData{SignMode: signing.SignMode_SIGN_MODE_DIRECT}}); err != nil {
		t.Fatal(err)
	}
	raw, err := config.TxEncoder()(builder.GetTx())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, _, err := c.App.Simulate(raw); err != nil {
			t.Fatal(err)
		}
	}
	c.Accepted(meter, reports(meter, 2)...)
	if bytes.Equal(before, c.AppHash()) {
		t.Fatal("expected the accepted transaction to change the state")
	}
}
