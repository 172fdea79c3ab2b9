package types

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	curve "github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/decred/dcrd/dcrec/secp256k1/v4/ecdsa"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
)

// What the operator signs beside transactions (protocol section 9.8): the sealing key of an epoch, and who the operator is
// from then on. Meters check both, whatever a node tells them, so these signatures travel with the state: 64 bytes, r and
// s, of the digest, s in the lower half. The signer's public key follows from them, and must be that of the address.

const (
	SignatureBytes = 64

	nodeKeyTag  = "electra/node-key/v1"
	operatorTag = "electra/operator/v1"
)

// NodeKeyText is what the operator signs of an epoch's key: its SHA-256 is the digest.
func NodeKeyText(chainID string, genesisHash []byte, epoch uint32, key []byte) []byte {
	text := append([]byte(nodeKeyTag+chainID), 0)
	text = append(text, genesisHash...)
	text = binary.LittleEndian.AppendUint32(text, epoch)
	return append(text, key...)
}

// RotationText is what an operator signs of the one after it.
func RotationText(chainID string, n uint32, address []byte) []byte {
	text := append([]byte(operatorTag+chainID), 0)
	text = binary.LittleEndian.AppendUint32(text, n)
	return append(text, address...)
}

// CheckSignature wants the one form of a signature of a text's SHA-256 by the key of an address.
func CheckSignature(field string, text, signature, address []byte) error {
	if n := len(signature); n != SignatureBytes {
		return errorsmod.Wrapf(ErrOperatorSignature, "%s: expected %d bytes, got %d", field, SignatureBytes, n)
	}
	var s curve.ModNScalar
	overflow := s.SetByteSlice(signature[SignatureBytes/2:])
	digest := sha256.Sum256(text)
	for recovery := byte(0); recovery < 2 && !overflow && !s.IsOverHalfOrder(); recovery++ {
		key, _, err := ecdsa.RecoverCompact(append([]byte{31 + recovery}, signature...), digest[:])
		if err != nil {
			continue
		}
		public := &secp256k1.PubKey{Key: key.SerializeCompressed()}
		if bytes.Equal(public.Address(), address) {
			return nil
		}
	}
	return errorsmod.Wrapf(ErrOperatorSignature, "%s: expected one by the operator's key, s in the lower half", field)
}
