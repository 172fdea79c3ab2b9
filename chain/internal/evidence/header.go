// Package evidence judges what one chain shows another of its state: a header that its validators signed, from a header that was
// accepted before, and proofs under the header's app hash. The verification is CometBFT's own light client and the ICS-23 library's; what
// is added here is one encoding of everything, and bounds.
package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/light"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"

	metertypes "electra/x/meter/types"
)

const (
	// ClockDrift is how far ahead of this chain's time another one's header may be.
	ClockDrift = 10 * time.Second

	// maxHeight is what readers of a bundle take for a height at most.
	maxHeight     = int64(1) << 40
	maxValidators = 1000
	maxPower      = int64(1) << 40
)

// Header is what evidence shows, read.
type Header struct {
	*cmttypes.SignedHeader
	Validators, Trusted *cmttypes.ValidatorSet
	raw                 [sha256.Size]byte
}

// Kept is what is remembered of a header that was accepted.
type Kept struct {
	Height             int64
	Hash               []byte
	Time               time.Time
	NextValidatorsHash []byte
}

// Keep is what to remember of a header.
func (h Header) Keep() Kept {
	return Kept{h.Height, h.Hash(), h.Time, h.NextValidatorsHash}
}

// Read decodes a header and its sets. Each part has one encoding.
func Read(e *metertypes.Evidence) (h Header, err error) {
	if e == nil {
		return h, fmt.Errorf("signed_header: expected one")
	}
	var raw cmtproto.SignedHeader
	if err := raw.Unmarshal(e.SignedHeader); err != nil {
		return h, fmt.Errorf("signed_header: expected the encoding of one: %w", err)
	}
	if again, err := raw.Marshal(); err != nil || !bytes.Equal(again, e.SignedHeader) {
		return h, fmt.Errorf("signed_header: expected the one encoding of its value")
	}
	if h.SignedHeader, err = cmttypes.SignedHeaderFromProto(&raw); err != nil {
		return h, fmt.Errorf("signed_header: %w", err)
	}
	if h.Header == nil || h.Commit == nil {
		return h, fmt.Errorf("signed_header: expected a header and a commit")
	}
	if h.Height > maxHeight {
		return h, fmt.Errorf("signed_header.header.height: expected at most %d, got %d", maxHeight, h.Height)
	}
	if n := len(h.NextValidatorsHash); n != sha256.Size { // CometBFT lets it be left out; then nothing could ever go on from here
		return h, fmt.Errorf("signed_header.header.next_validators_hash: expected %d bytes, got %d", sha256.Size, n)
	}
	if h.Validators, err = setOf("validators", e.Validators); err != nil {
		return h, err
	}
	h.Trusted = h.Validators
	if len(e.TrustedValidators) > 0 {
		if h.Trusted, err = setOf("trusted_validators", e.TrustedValidators); err != nil {
			return h, err
		}
		if bytes.Equal(h.Trusted.Hash(), h.Validators.Hash()) {
			return h, fmt.Errorf("trusted_validators: expected none where they are the validators")
		}
	}
	h.raw = sha256.Sum256(e.SignedHeader)
	return h, nil
}

// setOf is a set in the order in which it is hashed, which is that of the signatures.
func setOf(field string, list []metertypes.LightValidator) (*cmttypes.ValidatorSet, error) {
	if len(list) == 0 || len(list) > maxValidators {
		return nil, fmt.Errorf("%s: expected 1 to %d, got %d", field, maxValidators, len(list))
	}
	set, seen := &cmttypes.ValidatorSet{}, map[string]bool{}
	for i, v := range list {
		if len(v.Key) != cmted25519.PubKeySize || v.Power < 1 || v.Power > maxPower {
			return nil, fmt.Errorf("%s[%d]: expected an Ed25519 key and a power of 1 to 2^40", field, i)
		}
		if seen[string(v.Key)] { // nothing of CometBFT's light client looks for it, and it would count twice
			return nil, fmt.Errorf("%s[%d]: expected each validator once", field, i)
		}
		seen[string(v.Key)] = true
		set.Validators = append(set.Validators, cmttypes.NewValidator(cmted25519.PubKey(v.Key), v.Power))
	}
	return set, nil
}

// ListOf is the inverse, for whoever makes evidence.
func ListOf(set *cmttypes.ValidatorSet) (list []metertypes.LightValidator) {
	for _, v := range set.Validators {
		list = append(list, metertypes.LightValidator{Key: v.PubKey.Bytes(), Power: v.VotingPower})
	}
	return list
}

// IsAhead says that a header claims a time that has not come.
func (h Header) IsAhead(now time.Time) bool { return !h.Time.Before(now.Add(ClockDrift)) }

// IsExpired says that nothing can be judged from a header any more.
func (k Kept) IsExpired(trust time.Duration, now time.Time) bool {
	return !k.Time.Add(trust).After(now)
}

// Seed is of all that decides whether the signatures of a header hold, judged from another one; or, from none, for themselves.
func (h Header) Seed(chainID string, from *Kept) [sha256.Size]byte {
	sum := sha256.New()
	sum.Write([]byte("electra/evidence/v1"))
	sum.Write([]byte(chainID))
	sum.Write([]byte{0})
	sum.Write(h.raw[:])
	sum.Write(h.Validators.Hash())
	if from != nil {
		sum.Write(h.Trusted.Hash())
		sum.Write(from.Hash)
		sum.Write(from.NextValidatorsHash)
		sum.Write(binary.BigEndian.AppendUint64(nil, uint64(from.Height)))
		sum.Write(binary.BigEndian.AppendUint64(nil, uint64(from.Time.UnixNano())))
	}
	return [sha256.Size]byte(sum.Sum(nil))
}

// FaultFrom judges a header from one below it that was accepted, both recent: more than a third of the validators that come after that
// one, and more than two thirds of its own, have signed. Times are looked at elsewhere, so that a verdict can be kept.
func (h Header) FaultFrom(chainID string, from Kept) string {
	trusted := &cmttypes.SignedHeader{Header: &cmttypes.Header{ChainID: chainID, Height: from.Height, Time: from.Time,
		NextValidatorsHash: from.NextValidatorsHash}}
	if !bytes.Equal(h.Trusted.Hash(), from.NextValidatorsHash) {
		return "trusted_validators: expected those that the header gone on from names as next"
	}
	err := light.Verify(trusted, h.Trusted, h.SignedHeader, h.Validators, 1<<62, h.Time, ClockDrift, light.DefaultTrustLevel)
	if err != nil {
		return fmt.Sprintf("signed_header: %s", err)
	}
	return h.commitFault(chainID)
}

// commitFault wants every signature that is there to be one, as auditors do. CometBFT's light client looks at no more than it needs; the
// others would be the sender's to choose, and whoever reads the day's evidence later would refuse what was taken here.
func (h Header) commitFault(chainID string) string {
	if err := h.Validators.VerifyCommit(chainID, h.Commit.BlockID, h.Height, h.Commit); err != nil {
		return fmt.Sprintf("signed_header: %s", err)
	}
	return ""
}

// FaultAlone judges a header by its own validators, which somebody else vouches for.
func (h Header) FaultAlone(chainID string) string {
	if err := h.ValidateBasic(chainID); err != nil {
		return fmt.Sprintf("signed_header: %s", err)
	}
	if !bytes.Equal(h.ValidatorsHash, h.Validators.Hash()) {
		return "validators: expected those that the header names"
	}
	return h.commitFault(chainID)
}
