package types

import (
	"bytes"
	"crypto/ecdh"
	"math/big"

	"filippo.io/edwards25519"

	errorsmod "cosmossdk.io/errors"
)

// Keys and field elements that the chain stores but never uses itself. Each check refuses what would later hurt
// somebody else: a consensus key of small order could be impersonated (CometBFT verifies by ZIP-215, with cofactor),
// a low-order X25519 point would seal to a secret that everybody knows, a commitment >= r is no public input.

// fieldOrder is r, the order of the BN254 scalar field.
var fieldOrder, _ = new(big.Int).SetString("21888242871839275222246405745257275088548364400416034343698204186575808495617", 10)

// curveP is 2^255 - 19, the field of both curves.
var curveP = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))

// probe is any fixed X25519 secret: clamping makes it a multiple of 8, so that low-order points, and only they, give zero.
var probe, _ = ecdh.X25519().NewPrivateKey(bytes.Repeat([]byte{0x5e}, KeyBytes))

// CheckCommitment wants 32 bytes, big-endian, below r.
func CheckCommitment(field string, c []byte) error {
	if len(c) != CommitmentBytes {
		return errorsmod.Wrapf(ErrCommitment, "%s: expected %d bytes, got %d", field, CommitmentBytes, len(c))
	}
	if new(big.Int).SetBytes(c).Cmp(fieldOrder) >= 0 {
		return errorsmod.Wrapf(ErrCommitment, "%s: expected a value below the BN254 field order", field)
	}
	return nil
}

// CheckTotals wants X of a day's first book as a field element of 32 bytes, and nothing in later ones: totals are issued once.
func CheckTotals(field string, version uint32, totals []byte) error {
	if version > 1 {
		if len(totals) != 0 {
			return errorsmod.Wrapf(ErrTotals, "%s: expected none in version %d, got %d bytes", field, version, len(totals))
		}
		return nil
	}
	if len(totals) != CommitmentBytes || new(big.Int).SetBytes(totals).Cmp(fieldOrder) >= 0 {
		return errorsmod.Wrapf(ErrTotals, "%s: expected %d bytes below the BN254 field order in version 1, got %d bytes", field,
			CommitmentBytes, len(totals))
	}
	return nil
}

// CheckConsensusKey wants the canonical 32 bytes of an Ed25519 point that is not of small order.
func CheckConsensusKey(field string, key []byte) error {
	if len(key) != KeyBytes {
		return errorsmod.Wrapf(ErrConsensusKey, "%s: expected %d bytes, got %d", field, KeyBytes, len(key))
	}
	point, err := new(edwards25519.Point).SetBytes(key)
	if err != nil || !bytes.Equal(point.Bytes(), key) {
		return errorsmod.Wrapf(ErrConsensusKey, "%s: expected the canonical encoding of an Ed25519 point", field)
	}
	if new(edwards25519.Point).MultByCofactor(point).Equal(edwards25519.NewIdentityPoint()) == 1 {
		return errorsmod.Wrapf(ErrConsensusKey, "%s: expected a point that is not of small order", field)
	}
	return nil
}

// CheckNodeKey wants the canonical 32 bytes (little-endian, below 2^255-19) of an X25519 point that is not of low order.
func CheckNodeKey(field string, key []byte) error {
	if len(key) != KeyBytes {
		return errorsmod.Wrapf(ErrNodeKey, "%s: expected %d bytes, got %d", field, KeyBytes, len(key))
	}
	bigEndian := make([]byte, KeyBytes)
	for i, b := range key {
		bigEndian[KeyBytes-1-i] = b
	}
	if new(big.Int).SetBytes(bigEndian).Cmp(curveP) >= 0 {
		return errorsmod.Wrapf(ErrNodeKey, "%s: expected a canonical X25519 coordinate below 2^255-19", field)
	}
	point, err := ecdh.X25519().NewPublicKey(key)
	if err != nil {
		return errorsmod.Wrapf(ErrNodeKey, "%s: expected an X25519 public key", field)
	}
	if _, err := probe.ECDH(point); err != nil {
		return errorsmod.Wrapf(ErrNodeKey, "%s: expected a point that is not of low order", field)
	}
	return nil
}
