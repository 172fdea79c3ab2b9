// Package strict reads a module's state of a genesis in its one spelling: readers of JSON differ in what they let through, and
// validators that start from one file must not read it in two ways.
package strict

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/cosmos/gogoproto/proto"

	"github.com/cosmos/cosmos-sdk/codec"

	"electra/internal/canonical"
)

// Read decodes a module's state and wants it to be, spaces and the order of keys aside, what the chain writes of the decoded value:
// every field, 64-bit integers as strings, nothing unknown, no key twice.
func Read(cdc codec.JSONCodec, module string, raw json.RawMessage, into proto.Message) error {
	given, err := canonical.Text(raw)
	if err != nil {
		return fmt.Errorf("app_state.%s.%w", module, err)
	}
	if err := cdc.UnmarshalJSON(raw, into); err != nil {
		return fmt.Errorf("app_state.%s: expected every field as the chain writes it: %w", module, err)
	}
	written, err := cdc.MarshalJSON(into)
	if err != nil {
		return err
	}
	ours, err := canonical.Text(written)
	if err != nil {
		return err
	}
	if !bytes.Equal(given, ours) {
		at := 0
		for at < len(given) && at < len(ours) && given[at] == ours[at] {
			at++
		}
		around := func(text []byte) []byte { return text[min(max(0, at-30), len(text)):min(at+30, len(text))] }
		return fmt.Errorf("app_state.%s: expected every field in the writing of an export; the first other one: %q, expected %q",
			module, around(given), around(ours))
	}
	return nil
}
