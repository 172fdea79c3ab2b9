package app_test

import (
	"bytes"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"google.golang.org/protobuf/encoding/protowire"

	errorsmod "cosmossdk.io/errors"
	"github.com/cosmos/gogoproto/proto"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"

	"electra/app/ante"
	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

// parts is a transaction before its signature, each part as bytes, so that a test can write it in any way.
type parts struct {
	value      []byte // of the first message
	any        []byte // the first message with its type
	body, auth []byte
	signatures func([]byte) []byte // what of the outer bytes follows body and auth info
	outer      func([]byte) []byte // a last change
	account    *uint64             // the account's number, if another one is signed for
}

// field appends a field of bytes.
func field(to []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, number, protowire.BytesType), value)
}

func number(to []byte, at protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, at, protowire.VarintType), value)
}

// groups is an unknown field that the SDK lets pass: 404 bytes that another decoder gives up on.
func groups(depth int) []byte {
	return append(bytes.Repeat([]byte{0x8b, 0x40}, depth), bytes.Repeat([]byte{0x8c, 0x40}, depth)...)
}

// honest is a transaction of one message in parts, as the SDK would write it.
func honest(c *tc.Chain, signer tc.Party, message sdk.Msg) *parts {
	var raw txtypes.TxRaw
	must(c.T, proto.Unmarshal(c.Tx(signer, message), &raw))
	value, err := proto.Marshal(message)
	must(c.T, err)
	return (&parts{value: value, auth: raw.AuthInfoBytes}).wrap(message)
}

// wrap makes Any and body anew from the value.
func (p *parts) wrap(message sdk.Msg) *parts {
	p.any = field(field(nil, 1, []byte(sdk.MsgTypeURL(message))), 2, p.value)
	p.body = field(nil, 1, p.any)
	return p
}

// signed is the transaction with a good signature over whatever the parts are.
func (p *parts) signed(c *tc.Chain, signer tc.Party) []byte {
	doc := txtypes.SignDoc{BodyBytes: p.body, AuthInfoBytes: p.auth, ChainId: c.ID}
	address, err := types.ParseAddress("address", signer.Address)
	must(c.T, err)
	doc.AccountNumber = c.App.Accounts.GetAccount(c.Context(), address).GetAccountNumber()
	if p.account != nil {
		doc.AccountNumber = *p.account
	}
	toSign, err := doc.Marshal()
	must(c.T, err)
	signature, err := signer.Key.Sign(toSign)
	must(c.T, err)
	out := field(field(nil, 1, p.body), 2, p.auth)
	if p.signatures != nil {
		return append(out, p.signatures(signature)...)
	}
	out = field(out, 3, signature)
	if p.outer != nil {
		out = p.outer(out)
	}
	return out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// auth makes auth info anew: signer infos and fee as given.
func auth(signerInfos [][]byte, fee []byte, more ...[]byte) []byte {
	var out []byte
	for _, info := range signerInfos {
		out = field(out, 1, info)
	}
	return append(field(out, 2, fee), bytes.Join(more, nil)...)
}

var direct = number(nil, 1, 1) // ModeInfo.Single of SIGN_MODE_DIRECT

// signerInfo of a key, by type and value, and a mode.
func signerInfo(url string, key, mode []byte) []byte {
	return field(field(nil, 1, field(field(nil, 1, []byte(url)), 2, key)), 2, mode)
}

const secpURL = "/cosmos.crypto.secp256k1.PubKey"

func keyOf(p tc.Party) []byte { return field(nil, 1, p.Key.PubKey().Bytes()) }

func infoOf(p tc.Party) []byte { return signerInfo(secpURL, keyOf(p), field(nil, 1, direct)) }

var gas = number(nil, 2, 1)

// What each place takes, and how it is refused. Every one of these carries a good signature over its own bytes.
var hiding = []struct {
	place string
	want  *errorsmod.Error
	hide  func(p *parts, m tc.Party, message sdk.Msg)
}{
	{"a field that the SDK lets pass, in the body", txerrors.ErrEncoding, func(p *parts, _ tc.Party, _ sdk.Msg) {
		p.body = field(p.body, 1025, make([]byte, 300))
	}},
	{"groups in the body", txerrors.ErrEncoding, func(p *parts, _ tc.Party, _ sdk.Msg) { p.body = append(p.body, groups(101)...) }},
	{"a field that the SDK lets pass, in a message", txerrors.ErrEncoding, func(p *parts, _ tc.Party, m sdk.Msg) {
		p.value = field(p.value, 1025, make([]byte, 200))
		p.wrap(m)
	}},
	{"groups in a message", txerrors.ErrEncoding, func(p *parts, _ tc.Party, m sdk.Msg) {
		p.value = append(p.value, groups(101)...)
		p.wrap(m)
	}},
	{"a field that the SDK lets pass, beside type and value", txerrors.ErrEncoding, func(p *parts, _ tc.Party, _ sdk.Msg) {
		p.body = field(nil, 1, field(p.any, 1025, make([]byte, 200)))
	}},
	{"a critical unknown field in a message", sdkerrors.ErrTxDecode, func(p *parts, _ tc.Party, m sdk.Msg) {
		p.value = field(p.value, 99, []byte{1})
		p.wrap(m)
	}},
	{"a field of a message twice", txerrors.ErrEncoding, func(p *parts, _ tc.Party, m sdk.Msg) {
		p.value = append(number(nil, 2, 7), p.value...)
		p.wrap(m)
	}},
	{"a long varint in a message", txerrors.ErrEncoding, func(p *parts, _ tc.Party, m sdk.Msg) {
		p.value = append(append(protowire.AppendTag(nil, 3, protowire.VarintType), 0x81, 0x80, 0x00), p.value...)
		p.wrap(m)
	}},
	{"a zero in a message that is written out", txerrors.ErrEncoding, func(p *parts, m tc.Party, message sdk.Msg) {
		p.value = append(number(nil, 3, 0), p.value...)
		p.wrap(message)
	}},
	{"bits above the 32 of a number", txerrors.ErrEncoding, func(p *parts, _ tc.Party, m sdk.Msg) {
		p.value = append(number(nil, 3, 1<<40|1), p.value...)
		p.wrap(m)
	}},
	{"the type's URL twice", txerrors.ErrEncoding, func(p *parts, _ tc.Party, m sdk.Msg) {
		p.body = field(nil, 1, append(field(nil, 1, []byte(sdk.MsgTypeURL(m))), p.any...))
	}},
	{"a value twice", txerrors.ErrEncoding, func(p *parts, _ tc.Party, _ sdk.Msg) {
		p.body = field(nil, 1, field(p.any, 2, p.value))
	}},
	{"a memo twice", txerrors.ErrEncoding, func(p *parts, _ tc.Party, _ sdk.Msg) {
		p.body = field(field(p.body, 2, []byte("a")), 2, []byte("b"))
	}},
	{"an empty memo", txerrors.ErrEncoding, func(p *parts, _ tc.Party, _ sdk.Msg) { p.body = field(p.body, 2, nil) }},
	{"a memo that is no text", txerrors.ErrEncoding, func(p *parts, _ tc.Party, _ sdk.Msg) { p.body = field(p.body, 2, []byte{0xff, 0xfe}) }},
	{"a memo before the messages", txerrors.ErrEncoding, func(p *parts, _ tc.Party, _ sdk.Msg) {
		p.body = append(field(nil, 2, []byte("a")), p.body...)
	}},
	{"a timeout by a time", txerrors.ErrTxOptions, func(p *parts, _ tc.Party, _ sdk.Msg) {
		p.body = field(p.body, 5, number(nil, 1, 4_000_000_000))
	}},
	{"unordered, said to be false", txerrors.ErrEncoding, func(p *parts, _ tc.Party, _ sdk.Msg) { p.body = number(p.body, 4, 0) }},
	{"a tip", txerrors.ErrFee, func(p *parts, m tc.Party, _ sdk.Msg) {
		p.auth = auth([][]byte{infoOf(m)}, gas, field(nil, 3, field(nil, 2, bytes.Repeat([]byte{'x'}, 500))))
	}},
	{"an empty tip", txerrors.ErrFee, func(p *parts, m tc.Party, _ sdk.Msg) {
		p.auth = auth([][]byte{infoOf(m)}, gas, field(nil, 3, nil))
	}},
	{"a payer of the fee", txerrors.ErrTxSigners, func(p *parts, m tc.Party, _ sdk.Msg) {
		p.auth = auth([][]byte{infoOf(m)}, field(gas, 3, []byte(m.Address)))
	}},
	{"a fee twice", txerrors.ErrEncoding, func(p *parts, m tc.Party, _ sdk.Msg) {
		p.auth = auth([][]byte{infoOf(m)}, gas, field(nil, 2, gas))
	}},
	{"an unknown field in the auth info", sdkerrors.ErrTxDecode, func(p *parts, m tc.Party, _ sdk.Msg) {
		p.auth = field(p.auth, 1025, make([]byte, 300))
	}},
	{"a key twice", txerrors.ErrEncoding, func(p *parts, m tc.Party, _ sdk.Msg) {
		p.auth = auth([][]byte{signerInfo(secpURL, append(keyOf(m), keyOf(m)...), field(nil, 1, direct))}, gas)
	}},
	{"a mode twice", txerrors.ErrEncoding, func(p *parts, m tc.Party, _ sdk.Msg) {
		p.auth = auth([][]byte{signerInfo(secpURL, keyOf(m), field(field(nil, 1, direct), 1, direct))}, gas)
	}},
	{"the body twice", txerrors.ErrEncoding, func(p *parts, _ tc.Party, _ sdk.Msg) {
		p.outer = func(raw []byte) []byte { return append(field(nil, 1, make([]byte, 300)), raw...) }
	}},
	{"a second signature", txerrors.ErrTxSigners, func(p *parts, _ tc.Party, _ sdk.Msg) {
		p.signatures = func(s []byte) []byte { return field(field(nil, 3, s), 3, make([]byte, 300)) }
	}},
	{"a second signer", txerrors.ErrTxSigners, func(p *parts, m tc.Party, _ sdk.Msg) {
		p.auth = auth([][]byte{infoOf(m), infoOf(m)}, gas)
	}},
}

func TestBytesHideNowhere(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	for i, test := range hiding {
		t.Run(test.place, func(t *testing.T) {
			c.T = t
			meter := tc.Meter(1 + i%4)
			message := tc.Report(meter, tc.Slot(yesterday, uint32(i)))
			p := honest(c, meter, message)
			p.auth = auth([][]byte{infoOf(meter)}, gas)
			test.hide(p, meter, message)
			raw := p.signed(c, meter)
			c.RefusedTx(test.want, raw)
			if _, _, err := c.App.Simulate(raw); !errorsmod.IsOf(err, test.want) {
				t.Errorf("simulation: expected %v, got %v", test.want, err)
			}
		})
	}
	c.T = t
	// The same parts without a change are what everybody sends.
	meter := tc.Meter(1)
	p := honest(c, meter, tc.Report(meter, tc.Slot(yesterday, 90)))
	p.auth = auth([][]byte{infoOf(meter)}, gas)
	c.Block(p.signed(c, meter))
}

// Prices may come packed or one by one: every decoder reads both, and one of them is ours.
func TestAListIsPacked(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	tariff := tc.SetTariff(tc.Today + 1)
	p := honest(c, tc.Operator, tariff)
	one := *tariff
	one.RetailNelPerWh = nil
	p.value, _ = proto.Marshal(&one)
	for _, price := range tariff.RetailNelPerWh {
		p.value = number(p.value, 4, uint64(price))
	}
	c.RefusedTx(txerrors.ErrEncoding, p.wrap(tariff).signed(c, tc.Operator))
	c.Accepted(tc.Operator, tariff)
}

func TestEachKindOfMessageHasABound(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter := tc.Meter(1)
	tooLarge := func(signer tc.Party, message sdk.Msg) {
		t.Helper()
		if said := c.Refused(txerrors.ErrTxSize, signer, message); !strings.Contains(said, "messages[0]: expected at most") {
			t.Errorf("expected the message and its bound to be named, got %s", said)
		}
	}
	report := tc.Report(meter, tc.Slot(yesterday, 0))
	report.Sealed = make([]byte, 1024)
	tooLarge(meter, report)
	report.Sealed = make([]byte, 900) // within the bound, and then of a wrong size
	c.Refused(types.ErrSealedSize, meter, report)
	tariff := tc.SetTariff(tc.Today + 1)
	for range 1200 {
		tariff.RetailNelPerWh = append(tariff.RetailNelPerWh, -1)
	}
	tooLarge(tc.Operator, tariff)
	dearest := tc.SetTariff(tc.Today + 1)
	for i := range dearest.RetailNelPerWh { // negative prices have the longest encoding
		dearest.RetailNelPerWh[i], dearest.FeedInNelPerWh[i] = -2000, -(types.PriceEnd-2000)/2000*2000
	}
	c.Accepted(tc.Operator, dearest)
	gift := tc.DisputeDay(meter, yesterday)
	gift.Reason = strings.Repeat("x", 1000)
	tooLarge(tc.Operator, gift)
}

// A signature of 64 bytes and a memo are all that fits beside messages.
func TestATransactionHasLittleRoomBesideItsMessages(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter := tc.Meter(1)
	p := honest(c, meter, tc.Report(meter, tc.Slot(yesterday, 0)))
	p.signatures = func([]byte) []byte { return field(nil, 3, make([]byte, 1024+ante.TxRoomBytes)) }
	if said := c.RefusedTx(txerrors.ErrTxSize, p.signed(c, meter)); !strings.Contains(said, "with these messages") {
		t.Error(said)
	}
}

// Accessors of the SDK presume what nobody has checked before them: each of these made one of them panic.
var panics = map[string]func(m tc.Party) []byte{
	"no fee":                func(m tc.Party) []byte { return field(nil, 1, infoOf(m)) },
	"nothing at all":        func(tc.Party) []byte { return nil },
	"a mode without a kind": func(m tc.Party) []byte { return auth([][]byte{signerInfo(secpURL, keyOf(m), nil)}, gas) },
	"no mode": func(m tc.Party) []byte {
		return auth([][]byte{field(nil, 1, field(field(nil, 1, []byte(secpURL)), 2, keyOf(m)))}, gas)
	},
	"no key":           func(tc.Party) []byte { return auth([][]byte{field(nil, 2, field(nil, 1, direct))}, gas) },
	"a key of no type": func(tc.Party) []byte { return auth([][]byte{signerInfo("", nil, field(nil, 1, direct))}, gas) },
	"a short key": func(tc.Party) []byte {
		return auth([][]byte{signerInfo(secpURL, field(nil, 1, []byte{2, 3}), field(nil, 1, direct))}, gas)
	},
	"a long key": func(tc.Party) []byte {
		return auth([][]byte{signerInfo(secpURL, field(nil, 1, make([]byte, secp256k1.PubKeySize+1)), field(nil, 1, direct))}, gas)
	},
	"an empty key": func(tc.Party) []byte { return auth([][]byte{signerInfo(secpURL, nil, field(nil, 1, direct))}, gas) },
	"a short Ed25519 key": func(tc.Party) []byte {
		return auth([][]byte{signerInfo("/cosmos.crypto.ed25519.PubKey", field(nil, 1, []byte{1}), field(nil, 1, direct))}, gas)
	},
	"an empty secp256r1 key": func(tc.Party) []byte {
		return auth([][]byte{signerInfo("/cosmos.crypto.secp256r1.PubKey", nil, field(nil, 1, direct))}, gas)
	},
	"an odd secp256r1 key": func(tc.Party) []byte {
		return auth([][]byte{signerInfo("/cosmos.crypto.secp256r1.PubKey", field(nil, 1, []byte{9}), field(nil, 1, direct))}, gas)
	},
	"a multisig key of nobody": func(tc.Party) []byte {
		return auth([][]byte{signerInfo("/cosmos.crypto.multisig.LegacyAminoPubKey", nil, field(nil, 2, nil))}, gas)
	},
	"a multisig key of an empty one": func(tc.Party) []byte {
		return auth([][]byte{signerInfo("/cosmos.crypto.multisig.LegacyAminoPubKey", field(number(nil, 1, 1), 2, nil), field(nil, 2, nil))}, gas)
	},
	"a coin of nothing": func(m tc.Party) []byte { return auth([][]byte{infoOf(m)}, field(gas, 1, nil)) },
	"a coin of words": func(m tc.Party) []byte {
		return auth([][]byte{infoOf(m)}, field(gas, 1, field(field(nil, 1, []byte("x")), 2, []byte("many"))))
	},
	"a signer of nothing": func(tc.Party) []byte { return auth([][]byte{nil}, gas) },
}

// malformed is a transaction that a stranger can make without any key.
func malformed(c *tc.Chain, meter tc.Party, authInfo []byte) []byte {
	p := honest(c, meter, tc.Report(meter, tc.Slot(yesterday, 0)))
	p.auth = authInfo
	return p.signed(c, meter)
}

func TestNothingMalformedPanics(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter := tc.Meter(1)
	for name, make := range panics {
		quiet(t, c, name, malformed(c, meter, make(meter)))
	}
}

// quiet wants a refusal without a panic from every door, and no answer that shows a stack.
func quiet(t testing.TB, c *tc.Chain, name string, raw []byte) {
	t.Helper()
	response, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: raw})
	if err != nil || response.Code == 0 || panicked(response.Codespace, response.Code, response.Log) {
		t.Errorf("%s: CheckTx: %v, %v", name, response, err)
	}
	if _, _, err := c.App.Simulate(raw); err == nil || errorsmod.IsOf(err, sdkerrors.ErrPanic) {
		t.Errorf("%s: simulation: %v", name, err)
	}
	if len(c.Propose(raw)) != 0 || c.Accepts(raw) {
		t.Errorf("%s: expected proposer and validators to refuse it", name)
	}
}

func panicked(codespace string, code uint32, log string) bool {
	return tc.Is(sdkerrors.ErrPanic, codespace, code) || strings.Contains(log, "goroutine") || strings.Contains(log, "panic")
}
