package keeper

import (
	"context"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"

	"electra/internal/verifier"
)

// What other modules of a chain ask of the proofs that they are sent: the same keys, kept verdicts, and room in a block.

// Claim is that a proof of 128 bytes holds for public inputs, in the circuit's order.
type Claim struct {
	About  string // for the refusal
	Inputs []fr.Element
	Proof  []byte
}

// CheckClaims wants proofs of one circuit, in a message of this signer, to hold.
func (k Keeper) CheckClaims(ctx context.Context, signer, circuit string, all []Claim) error {
	if len(all) == 0 {
		return nil
	}
	raw, err := k.VerificationKeys.Get(ctx, circuit)
	if err != nil {
		return err
	}
	key, err := k.verdicts.key(raw, len(all[0].Inputs))
	if err != nil {
		return err
	}
	return k.inDoor(ctx, signer, func() error {
		var of claims
		for _, c := range all {
			if err := of.add(c.About, c.Proof, c.Inputs); err != nil {
				return err
			}
		}
		made, err := verifier.NewBatch(key, of.all)
		if err != nil {
			return err
		}
		return k.judge([]batch{{made, of.about}})
	})
}

// CountProofs counts a transaction with proofs of this block.
func (k Keeper) CountProofs(ctx context.Context) error { return k.countProofs(ctx) }
