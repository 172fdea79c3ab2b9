// Package ante judges transactions. It holds every rule, so that CheckTx, PrepareProposal, ProcessProposal and
// FinalizeBlock judge alike: a Byzantine proposer skips CheckTx. What a message may do its module says (Module).
package ante

import (
	"context"
	"slices"
	"strings"

	errorsmod "cosmossdk.io/errors"
	storetypes "cosmossdk.io/store/types"
	txsigning "cosmossdk.io/x/tx/signing"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	sdkante "github.com/cosmos/cosmos-sdk/x/auth/ante"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"

	"electra/internal/txerrors"
)

// There are no fees, so a transaction is bounded by its size and its number of messages instead of by gas.
const (
	MaxTxBytes    = 200 * 1024
	MaxTxMessages = 200
)

// Module is what is asked of a module whose messages may be sent. Modules know no message in common.
type Module interface {
	// Package is the protobuf package of its messages, such as electra.meter.v1.
	Package() string
	// Knows says whether a message is one of this module.
	Knows(sdk.Msg) bool
	// IsParty says whether an address may send messages of this module at all.
	IsParty(context.Context, []byte) (bool, error)
	// Check holds the rules of a message against the state as it stands, and writes nothing.
	Check(sdk.Context, sdk.Msg) error
	// Apply is the effect of a message that Check has accepted in the same state. It fails only where the store fails.
	Apply(sdk.Context, sdk.Msg) error
}

// New is the ante handler of a chain of these modules. Cheap refusals come first, and strangers are refused before any
// signature is verified.
func New(accounts authkeeper.AccountKeeper, signModes *txsigning.HandlerMap, modules ...Module) sdk.AnteHandler {
	return sdk.ChainAnteDecorators(
		countGas{},
		shape{modules},
		sdkante.NewValidateBasicDecorator(),
		sdkante.NewTxTimeoutHeightDecorator(),
		sdkante.NewValidateMemoDecorator(accounts),
		partiesOnly{modules},
		sdkante.NewSetPubKeyDecorator(accounts),
		keyType{accounts},
		sdkante.NewSigVerificationDecorator(accounts, signModes),
		rules{modules},
		sdkante.NewIncrementSequenceDecorator(accounts),
	)
}

type modules []Module

// of is the module of a message.
func (all modules) of(message sdk.Msg) (Module, error) {
	var packages []string
	for _, m := range all {
		if m.Knows(message) {
			return m, nil
		}
		packages = append(packages, m.Package())
	}
	return nil, errorsmod.Wrapf(txerrors.ErrMessageType, "expected one of %s, got %s", strings.Join(packages, ", "), sdk.MsgTypeURL(message))
}

// countGas counts gas and never runs out of it: nobody pays for it, and an effect that fails after its rules have
// passed would be a transaction which ProcessProposal accepts and FinalizeBlock does not carry out.
type countGas struct{}

type openMeter struct {
	storetypes.GasMeter
	wanted uint64
}

func (m openMeter) Limit() uint64 { return m.wanted }

func (countGas) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	feeTx, ok := tx.(sdk.FeeTx)
	if !ok {
		return ctx, errorsmod.Wrap(sdkerrors.ErrTxDecode, "expected a transaction with a fee field")
	}
	return next(ctx.WithGasMeter(openMeter{storetypes.NewInfiniteGasMeter(), feeTx.GetGas()}), tx, simulate)
}

// shape bounds a transaction: size, number and type of messages, one signer, no fee, no options.
type shape struct{ modules modules }

func (d shape) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if n := len(ctx.TxBytes()); n > MaxTxBytes {
		return ctx, errorsmod.Wrapf(txerrors.ErrTxSize, "transaction: expected at most %d bytes, got %d", MaxTxBytes, n)
	}
	messages := tx.GetMsgs()
	if n := len(messages); n == 0 || n > MaxTxMessages {
		return ctx, errorsmod.Wrapf(txerrors.ErrTxMessages, "messages: expected 1 to %d, got %d", MaxTxMessages, n)
	}
	for i, m := range messages {
		if _, err := d.modules.of(m); err != nil {
			return ctx, errorsmod.Wrapf(err, "messages[%d]", i)
		}
	}
	if err := checkFee(tx); err != nil {
		return ctx, err
	}
	if err := checkOptions(tx); err != nil {
		return ctx, err
	}
	if err := checkSignature(tx, simulate); err != nil {
		return ctx, err
	}
	return next(ctx, tx, simulate)
}

func checkFee(tx sdk.Tx) error {
	feeTx, ok := tx.(sdk.FeeTx)
	if !ok {
		return errorsmod.Wrap(sdkerrors.ErrTxDecode, "expected a transaction with a fee field")
	}
	if len(feeTx.GetFee()) > 0 {
		return errorsmod.Wrapf(txerrors.ErrFee, "fee.amount: expected none, got %s", feeTx.GetFee())
	}
	if len(feeTx.FeeGranter()) > 0 {
		return errorsmod.Wrap(txerrors.ErrFee, "fee.granter: expected none")
	}
	return nil
}

func checkOptions(tx sdk.Tx) error {
	if ext, ok := tx.(sdkante.HasExtensionOptionsTx); ok && len(ext.GetExtensionOptions())+len(ext.GetNonCriticalExtensionOptions()) > 0 {
		return errorsmod.Wrap(txerrors.ErrTxOptions, "extension_options: expected none")
	}
	if free, ok := tx.(sdk.TxWithUnordered); ok && free.GetUnordered() {
		return errorsmod.Wrap(txerrors.ErrTxOptions, "unordered: expected false")
	}
	return nil
}

// checkSignature wants one signer (a fee payer would be another) who signs in the one mode.
func checkSignature(tx sdk.Tx, simulate bool) error {
	sigTx, ok := tx.(authsigning.SigVerifiableTx)
	if !ok {
		return errorsmod.Wrap(sdkerrors.ErrTxDecode, "expected a signed transaction")
	}
	signers, err := sigTx.GetSigners()
	if err != nil {
		return errorsmod.Wrap(txerrors.ErrAddress, "signer: expected a bech32 address in every message")
	}
	if len(signers) != 1 {
		return errorsmod.Wrapf(txerrors.ErrTxSigners, "messages: expected one signer, got %d", len(signers))
	}
	signatures, err := sigTx.GetSignaturesV2()
	if err != nil {
		return err
	}
	if simulate {
		return nil // a simulation may leave the signature out
	}
	if len(signatures) != 1 {
		return errorsmod.Wrapf(txerrors.ErrTxSigners, "signatures: expected 1, got %d", len(signatures))
	}
	single, ok := signatures[0].Data.(*signing.SingleSignatureData)
	if !ok || single.SignMode != signing.SignMode_SIGN_MODE_DIRECT {
		return errorsmod.Wrap(txerrors.ErrSignMode, "signer_infos: expected SIGN_MODE_DIRECT")
	}
	return nil
}

// signerOf is the one signer, after shape has passed.
func signerOf(tx sdk.Tx) ([]byte, error) {
	sigTx, ok := tx.(authsigning.SigVerifiableTx)
	if !ok {
		return nil, errorsmod.Wrap(sdkerrors.ErrTxDecode, "expected a signed transaction")
	}
	signers, err := sigTx.GetSigners()
	if err != nil {
		return nil, err
	}
	return signers[0], nil
}

// partiesOnly keeps strangers out, whatever they send. A party of one module is a stranger to another.
type partiesOnly struct{ modules modules }

func (d partiesOnly) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	signer, err := signerOf(tx)
	if err != nil {
		return ctx, err
	}
	for _, module := range d.modules {
		if !slices.ContainsFunc(tx.GetMsgs(), module.Knows) {
			continue
		}
		if party, err := module.IsParty(ctx, signer); err != nil {
			return ctx, err
		} else if !party {
			return ctx, errorsmod.Wrapf(txerrors.ErrStranger, "signer: %s", sdk.AccAddress(signer))
		}
	}
	return next(ctx, tx, simulate)
}

// keyType accepts secp256k1 account keys only.
type keyType struct{ accounts authkeeper.AccountKeeper }

func (d keyType) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	signer, err := signerOf(tx)
	if err != nil {
		return ctx, err
	}
	account, err := sdkante.GetSignerAcc(ctx, d.accounts, signer)
	if err != nil {
		return ctx, err
	}
	if _, ok := account.GetPubKey().(*secp256k1.PubKey); !ok && (account.GetPubKey() != nil || !simulate) {
		return ctx, errorsmod.Wrap(txerrors.ErrSignMode, "public_key: expected a secp256k1 key")
	}
	return next(ctx, tx, simulate)
}

// rules checks each message in the state that the messages before it leave. In FinalizeBlock and in a simulation this
// rehearsal is thrown away, because the message server then does the same for good. Everywhere else messages do not
// run, so the rehearsal is kept: the next transaction of the mempool or of the proposal meets its effects.
type rules struct{ modules modules }

func (d rules) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	rehearsal, keep := ctx.CacheContext()
	for i, m := range tx.GetMsgs() {
		if err := d.rehearse(rehearsal, m); err != nil {
			return ctx, errorsmod.Wrapf(err, "messages[%d]", i)
		}
	}
	if !simulate && ctx.ExecMode() != sdk.ExecModeFinalize {
		keep()
	}
	return next(ctx, tx, simulate)
}

func (d rules) rehearse(ctx sdk.Context, message sdk.Msg) error {
	module, err := d.modules.of(message)
	if err != nil {
		return err
	}
	if err := module.Check(ctx, message); err != nil {
		return err
	}
	return module.Apply(ctx, message)
}
