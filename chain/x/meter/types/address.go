package types

import (
	errorsmod "cosmossdk.io/errors"
	"github.com/cosmos/cosmos-sdk/types/bech32"

	"electra/internal/txerrors"
)

// ParseAddress reads a bech32 account address of exactly 20 bytes. Upper case decodes to the same bytes, so only the
// one canonical (lower-case) text is accepted: state, events and index then know one name for one account.
func ParseAddress(field, text string) ([]byte, error) {
	hrp, raw, err := bech32.DecodeAndConvert(text)
	if err != nil || hrp != Bech32Prefix || len(raw) != AddressBytes {
		return nil, errorsmod.Wrapf(txerrors.ErrAddress, "%s: expected a bech32 address %s1... of %d bytes", field, Bech32Prefix, AddressBytes)
	}
	if canonical, err := bech32.ConvertAndEncode(Bech32Prefix, raw); err != nil || canonical != text {
		return nil, errorsmod.Wrapf(txerrors.ErrAddress, "%s: expected the lower-case form of the address", field)
	}
	return raw, nil
}

// FormatAddress is the inverse of ParseAddress.
func FormatAddress(raw []byte) (string, error) {
	if len(raw) != AddressBytes {
		return "", errorsmod.Wrapf(txerrors.ErrAddress, "expected %d bytes, got %d", AddressBytes, len(raw))
	}
	return bech32.ConvertAndEncode(Bech32Prefix, raw)
}
