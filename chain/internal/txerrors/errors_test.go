package txerrors

import (
	"testing"

	errorsmod "cosmossdk.io/errors"
)

// Senders decide by these what to send again (sdk/ts/src/refusals.ts), so neither codespace nor code ever changes.
func TestTheCodesAreThoseThatWerePublished(t *testing.T) {
	for code, refusal := range map[uint32]*errorsmod.Error{
		2: ErrStranger, 3: ErrWrongSigner, 4: ErrMessageType, 5: ErrTxSize, 6: ErrTxMessages, 7: ErrTxSigners, 8: ErrFee,
		9: ErrSignMode, 10: ErrTxOptions, 11: ErrAddress, 13: ErrEncoding,
	} {
		if refusal.Codespace() != "meter" || refusal.ABCICode() != code {
			t.Errorf("%v: expected meter %d, got %s %d", refusal, code, refusal.Codespace(), refusal.ABCICode())
		}
	}
}
