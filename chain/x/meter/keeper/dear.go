package keeper

import (
	"context"
	"crypto/sha256"

	errorsmod "cosmossdk.io/errors"
)

// Dearly asks for a verdict that is dear to find, such as on the signatures of a header, by the rules that proofs are judged by: what is
// wrong, or nothing. seed is a hash over all that decides it.
func (k Keeper) Dearly(ctx context.Context, signer string, seed [sha256.Size]byte, failed *errorsmod.Error, judge func() string) error {
	return k.inDoor(ctx, signer, func() error {
		fault, known := k.verdicts.find(seed)
		if !known {
			fault = judge()
			k.verdicts.keep(seed, fault)
		}
		if fault == "" {
			return nil
		}
		return errorsmod.Wrapf(failed, "%s", fault)
	})
}

// Failed counts what a signer sent as failed where a dear verdict was asked for and something after it was wrong: the next one would cost a
// look again, and new headers of a real chain are nothing that a sender runs out of.
func (k Keeper) Failed(ctx context.Context, signer string) {
	if at := doorOf(ctx); at.remembers {
		k.verdicts.try(signer, at.lastBlock)
	}
}
