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

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
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
	// MaxBytes bounds a message of this module, encoded with its type.
	MaxBytes(sdk.Msg) int
	// Alone says whether a message has to be the only one of its transaction.
	Alone(sdk.Msg) bool
	// IsParty says whether an address may send messages of this module at all.
	IsParty(context.Context, []byte) (bool, error)
	// Check holds the rules of a message against the state as it stands, and writes nothing.
	Check(sdk.Context, sdk.Msg) error
	// Apply is the effect of a message that Check has accepted in the same state. It fails only where the store fails.
	Apply(sdk.Context, sdk.Msg) error
}

// New is the ante handler of a chain of these modules. Cheap refusals come first, and strangers are refused before any
// signature is verified.
func New(cdc codec.Codec, accounts authkeeper.AccountKeeper, signModes *txsigning.HandlerMap, modules ...Module) sdk.AnteHandler {
	return sdk.ChainAnteDecorators(
		oneEncoding{modules, cdc},
		countGas{},
		oneSigner{},
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

// oneSigner wants every message to name the same signer.
type oneSigner struct{}

func (oneSigner) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	sigTx, ok := tx.(authsigning.SigVerifiableTx)
	if !ok {
		return ctx, errorsmod.Wrap(sdkerrors.ErrTxDecode, "expected a signed transaction")
	}
	signers, err := sigTx.GetSigners()
	if err != nil {
		return ctx, errorsmod.Wrap(txerrors.ErrAddress, "signer: expected a bech32 address in every message")
	}
	if len(signers) != 1 {
		return ctx, errorsmod.Wrapf(txerrors.ErrTxSigners, "messages: expected one signer, got %d", len(signers))
	}
	return next(ctx, tx, simulate)
}

// signerOf is the one signer, after oneSigner has passed.
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
