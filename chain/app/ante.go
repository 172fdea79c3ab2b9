package app

import (
	errorsmod "cosmossdk.io/errors"
	storetypes "cosmossdk.io/store/types"
	txsigning "cosmossdk.io/x/tx/signing"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"

	meterkeeper "electra/x/meter/keeper"
	metertypes "electra/x/meter/types"
)

// newAnteHandler holds every rule, so that CheckTx, PrepareProposal, ProcessProposal and FinalizeBlock judge alike: a
// Byzantine proposer skips CheckTx. Cheap refusals come first, and strangers are refused before any signature is
// verified. There is no fee and no gas step: what is bounded is the size and the number of messages.
func newAnteHandler(accounts authkeeper.AccountKeeper, meters meterkeeper.Keeper, signModes *txsigning.HandlerMap) sdk.AnteHandler {
	return sdk.ChainAnteDecorators(
		countGas{},
		shape{},
		ante.NewValidateBasicDecorator(),
		ante.NewTxTimeoutHeightDecorator(),
		ante.NewValidateMemoDecorator(accounts),
		partiesOnly{meters},
		ante.NewSetPubKeyDecorator(accounts),
		keyType{accounts},
		ante.NewSigVerificationDecorator(accounts, signModes),
		rules{meters},
		ante.NewIncrementSequenceDecorator(accounts),
	)
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
type shape struct{}

func (shape) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if n := len(ctx.TxBytes()); n > metertypes.MaxTxBytes {
		return ctx, errorsmod.Wrapf(metertypes.ErrTxSize, "transaction: expected at most %d bytes, got %d", metertypes.MaxTxBytes, n)
	}
	messages := tx.GetMsgs()
	if n := len(messages); n == 0 || n > metertypes.MaxTxMessages {
		return ctx, errorsmod.Wrapf(metertypes.ErrTxMessages, "messages: expected 1 to %d, got %d", metertypes.MaxTxMessages, n)
	}
	for i, m := range messages {
		if !meterkeeper.Knows(m) {
			return ctx, errorsmod.Wrapf(metertypes.ErrMessageType, "messages[%d]: expected one of electra.meter.v1, got %s", i, sdk.MsgTypeURL(m))
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
		return errorsmod.Wrapf(metertypes.ErrFee, "fee.amount: expected none, got %s", feeTx.GetFee())
	}
	if len(feeTx.FeeGranter()) > 0 {
		return errorsmod.Wrap(metertypes.ErrFee, "fee.granter: expected none")
	}
	return nil
}

func checkOptions(tx sdk.Tx) error {
	if ext, ok := tx.(ante.HasExtensionOptionsTx); ok && len(ext.GetExtensionOptions())+len(ext.GetNonCriticalExtensionOptions()) > 0 {
		return errorsmod.Wrap(metertypes.ErrTxOptions, "extension_options: expected none")
	}
	if free, ok := tx.(sdk.TxWithUnordered); ok && free.GetUnordered() {
		return errorsmod.Wrap(metertypes.ErrTxOptions, "unordered: expected false")
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
		return errorsmod.Wrap(metertypes.ErrAddress, "signer: expected a bech32 address in every message")
	}
	if len(signers) != 1 {
		return errorsmod.Wrapf(metertypes.ErrTxSigners, "messages: expected one signer, got %d", len(signers))
	}
	signatures, err := sigTx.GetSignaturesV2()
	if err != nil {
		return err
	}
	if simulate {
		return nil // a simulation may leave the signature out
	}
	if len(signatures) != 1 {
		return errorsmod.Wrapf(metertypes.ErrTxSigners, "signatures: expected 1, got %d", len(signatures))
	}
	single, ok := signatures[0].Data.(*signing.SingleSignatureData)
	if !ok || single.SignMode != signing.SignMode_SIGN_MODE_DIRECT {
		return errorsmod.Wrap(metertypes.ErrSignMode, "signer_infos: expected SIGN_MODE_DIRECT")
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

// partiesOnly keeps strangers out, whatever they send.
type partiesOnly struct{ k meterkeeper.Keeper }

func (d partiesOnly) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	signer, err := signerOf(tx)
	if err != nil {
		return ctx, err
	}
	party, err := d.k.IsParty(ctx, signer)
	if err != nil {
		return ctx, err
	}
	if !party {
		return ctx, errorsmod.Wrapf(metertypes.ErrStranger, "signer: %s", sdk.AccAddress(signer))
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
	account, err := ante.GetSignerAcc(ctx, d.accounts, signer)
	if err != nil {
		return ctx, err
	}
	if _, ok := account.GetPubKey().(*secp256k1.PubKey); !ok && (account.GetPubKey() != nil || !simulate) {
		return ctx, errorsmod.Wrap(metertypes.ErrSignMode, "public_key: expected a secp256k1 key")
	}
	return next(ctx, tx, simulate)
}

// rules checks each message in the state that the messages before it leave. In FinalizeBlock and in a simulation this
// rehearsal is thrown away, because the message server then does the same for good. Everywhere else messages do not
// run, so the rehearsal is kept: the next transaction of the mempool or of the proposal meets its effects.
type rules struct{ k meterkeeper.Keeper }

func (d rules) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	rehearsal, keep := ctx.CacheContext()
	for i, m := range tx.GetMsgs() {
		if err := d.k.Check(rehearsal, m); err != nil {
			return ctx, errorsmod.Wrapf(err, "messages[%d]", i)
		}
		if err := d.k.Apply(rehearsal, m); err != nil {
			return ctx, errorsmod.Wrapf(err, "messages[%d]", i)
		}
	}
	if !simulate && ctx.ExecMode() != sdk.ExecModeFinalize {
		keep()
	}
	return next(ctx, tx, simulate)
}
