package ante

import (
	"bytes"
	"reflect"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"
	"github.com/cosmos/gogoproto/proto"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/codec/unknownproto"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"

	"electra/internal/txerrors"
)

// TxRoomBytes is what a transaction may have beyond its messages: signer, signature, memo.
const TxRoomBytes = 1024

// oneEncoding comes first, in simulations too. Whoever reads a block must read the same in it, by whichever decoder; and
// the SDK's accessors presume a form that nothing before them has checked. So the bytes themselves are looked at here:
// each part must be what its decoded value encodes to, without a field that the chain does not know, within the bound of
// its kind. PrepareProposal hands over what its encoder writes, with body and auth info as they came: those are compared.
type oneEncoding struct {
	modules modules
	codec   codec.Codec
}

func (d oneEncoding) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if err := d.check(ctx.TxBytes(), tx, simulate); err != nil {
		return ctx, err
	}
	return next(ctx, tx, simulate)
}

func (d oneEncoding) check(raw []byte, tx sdk.Tx, simulate bool) error {
	if n := len(raw); n > MaxTxBytes {
		return errorsmod.Wrapf(txerrors.ErrTxSize, "transaction: expected at most %d bytes, got %d", MaxTxBytes, n)
	}
	var outer txtypes.TxRaw
	if err := exact(d.codec, "transaction", raw, &outer); err != nil {
		return err
	}
	var auth txtypes.AuthInfo
	if err := exact(d.codec, "auth_info", outer.AuthInfoBytes, &auth); err != nil {
		return err
	}
	if err := checkAuth(&auth); err != nil {
		return err
	}
	if n := len(outer.Signatures); n != 1 && !(simulate && n == 0) {
		return errorsmod.Wrapf(txerrors.ErrTxSigners, "signatures: expected 1, got %d", n)
	}
	messages := tx.GetMsgs()
	for i, message := range messages {
		if _, err := d.modules.of(message); err != nil {
			return errorsmod.Wrapf(err, "messages[%d]", i)
		}
	}
	packed, err := readBody(d.codec, outer.BodyBytes, messages)
	if err != nil {
		return err
	}
	return d.checkBounds(len(raw), packed, messages)
}

// CheckMessages holds what a reader of blocks sees of a transaction, the messages and all around them but auth info and
// signatures, to the one encoding. Readers in other languages are tested against it.
func CheckMessages(cdc codec.Codec, raw []byte, messages []sdk.Msg) error {
	var outer txtypes.TxRaw
	if err := exact(cdc, "transaction", raw, &outer); err != nil {
		return err
	}
	_, err := readBody(cdc, outer.BodyBytes, messages)
	return err
}

// readBody gives the messages as they are packed, each named by its own URL and encoded in the one way.
func readBody(cdc codec.Codec, raw []byte, decoded []sdk.Msg) ([]*codectypes.Any, error) {
	var body txtypes.TxBody
	if err := exact(cdc, "body", raw, &body); err != nil {
		return nil, err
	}
	if err := checkBody(&body); err != nil {
		return nil, err
	}
	if len(body.Messages) != len(decoded) {
		return nil, errorsmod.Wrapf(sdkerrors.ErrTxDecode, "messages: expected %d decoded ones, got %d", len(body.Messages), len(decoded))
	}
	for i, message := range decoded {
		if url := sdk.MsgTypeURL(message); body.Messages[i].TypeUrl != url {
			return nil, errorsmod.Wrapf(txerrors.ErrEncoding, "messages[%d].type_url: expected %s", i, url)
		}
		if err := sameBytes("value", body.Messages[i].Value, message); err != nil {
			return nil, errorsmod.Wrapf(err, "messages[%d]", i)
		}
		if !textsAreUTF8(message) {
			return nil, errorsmod.Wrapf(txerrors.ErrEncoding, "messages[%d]: expected UTF-8 in its texts", i)
		}
	}
	return body.Messages, nil
}

// textsAreUTF8: generated decoders take any bytes for a text, and those of other languages do not.
func textsAreUTF8(message sdk.Msg) bool {
	fields := reflect.Indirect(reflect.ValueOf(message))
	for i := range fields.NumField() {
		if field := fields.Field(i); field.Kind() == reflect.String && !utf8.ValidString(field.String()) {
			return false
		}
	}
	return true
}

// exact decodes bytes that are what the decoded value encodes to. Where a decoder keeps what it does not know, as that of
// Any does, its encoder writes it again: so unknown fields are looked for besides.
func exact(cdc codec.Codec, name string, raw []byte, into proto.Message) error {
	if err := unknownproto.RejectUnknownFieldsStrict(raw, into, cdc.InterfaceRegistry()); err != nil {
		return errorsmod.Wrapf(txerrors.ErrEncoding, "%s: expected no unknown field (%s)", name, err)
	}
	if err := proto.Unmarshal(raw, into); err != nil {
		return errorsmod.Wrapf(txerrors.ErrEncoding, "%s: %s", name, err)
	}
	return sameBytes(name, raw, into)
}

func sameBytes(name string, raw []byte, value proto.Message) error {
	again, err := proto.Marshal(value)
	if err != nil || !bytes.Equal(again, raw) {
		return errorsmod.Wrapf(txerrors.ErrEncoding, "%s: expected the one encoding of its value", name)
	}
	return nil
}

func checkBody(body *txtypes.TxBody) error {
	switch {
	case len(body.Messages) == 0 || len(body.Messages) > MaxTxMessages:
		return errorsmod.Wrapf(txerrors.ErrTxMessages, "messages: expected 1 to %d, got %d", MaxTxMessages, len(body.Messages))
	case !utf8.ValidString(body.Memo):
		return errorsmod.Wrap(txerrors.ErrEncoding, "memo: expected UTF-8")
	case len(body.ExtensionOptions)+len(body.NonCriticalExtensionOptions) > 0:
		return errorsmod.Wrap(txerrors.ErrTxOptions, "extension_options: expected none")
	case body.Unordered:
		return errorsmod.Wrap(txerrors.ErrTxOptions, "unordered: expected false")
	case body.TimeoutTimestamp != nil:
		return errorsmod.Wrap(txerrors.ErrTxOptions, "timeout_timestamp: expected none, a transaction ends with its timeout_height")
	}
	return nil
}

// checkAuth wants an empty fee that is there, no tip, and one signer with a secp256k1 key who signs in the one mode.
func checkAuth(auth *txtypes.AuthInfo) error {
	switch {
	case auth.Fee == nil:
		return errorsmod.Wrap(txerrors.ErrFee, "fee: expected one, without an amount")
	case len(auth.Fee.Amount) > 0:
		return errorsmod.Wrapf(txerrors.ErrFee, "fee.amount: expected none, got %d coins", len(auth.Fee.Amount))
	case auth.Fee.Payer != "":
		return errorsmod.Wrap(txerrors.ErrTxSigners, "fee.payer: expected none")
	case auth.Fee.Granter != "":
		return errorsmod.Wrap(txerrors.ErrFee, "fee.granter: expected none")
	case auth.Tip != nil: //nolint:staticcheck // deprecated, and decoded all the same
		return errorsmod.Wrap(txerrors.ErrFee, "tip: expected none")
	case len(auth.SignerInfos) != 1 || auth.SignerInfos[0] == nil:
		return errorsmod.Wrapf(txerrors.ErrTxSigners, "signer_infos: expected 1, got %d", len(auth.SignerInfos))
	}
	signer := auth.SignerInfos[0]
	if single := signer.ModeInfo.GetSingle(); single == nil || single.Mode != signing.SignMode_SIGN_MODE_DIRECT {
		return errorsmod.Wrap(txerrors.ErrSignMode, "signer_infos[0].mode_info: expected SIGN_MODE_DIRECT")
	}
	return checkKey(signer.PublicKey)
}

func checkKey(packed *codectypes.Any) error {
	var key secp256k1.PubKey
	if packed == nil || packed.TypeUrl != sdk.MsgTypeURL(&key) {
		return errorsmod.Wrapf(txerrors.ErrSignMode, "public_key: expected a %s", sdk.MsgTypeURL(&key))
	}
	if err := proto.Unmarshal(packed.Value, &key); err != nil {
		return errorsmod.Wrapf(txerrors.ErrEncoding, "public_key: %s", err)
	}
	if len(key.Key) != secp256k1.PubKeySize {
		return errorsmod.Wrapf(txerrors.ErrSignMode, "public_key: expected %d bytes, got %d", secp256k1.PubKeySize, len(key.Key))
	}
	return sameBytes("public_key", packed.Value, &key)
}

// checkBounds: no message beyond the bound of its kind, none beside one that comes alone, and next to nothing else.
func (d oneEncoding) checkBounds(size int, packed []*codectypes.Any, messages []sdk.Msg) error {
	room := TxRoomBytes
	for i, message := range messages {
		module, err := d.modules.of(message)
		if err != nil {
			return err
		}
		if len(messages) > 1 && module.Alone(message) {
			return errorsmod.Wrapf(txerrors.ErrTxMessages, "messages[%d]: expected %s alone in its transaction", i, sdk.MsgTypeURL(message))
		}
		bound := module.MaxBytes(message)
		if n := packed[i].Size(); n > bound {
			return errorsmod.Wrapf(txerrors.ErrTxSize, "messages[%d]: expected at most %d bytes, got %d", i, bound, n)
		}
		room += bound
	}
	if size > room {
		return errorsmod.Wrapf(txerrors.ErrTxSize, "transaction: expected at most %d bytes with these messages, got %d", room, size)
	}
	return nil
}
