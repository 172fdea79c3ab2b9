package types

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"

	"github.com/cosmos/cosmos-sdk/codec"
)

// Where two readings of a genesis part is said by field, as every other refusal is: whoever wrote a file of ten thousand lines looks for
// the line.

// blame names the smallest part of a state that the codec does not read, alone and in its place.
func blame(cdc codec.JSONCodec, raw json.RawMessage) string {
	var tree any
	if json.Unmarshal(raw, &tree) != nil {
		return ""
	}
	reads := func(alone any) bool {
		text, err := json.Marshal(alone)
		return err == nil && cdc.UnmarshalJSON(text, &GenesisState{}) == nil
	}
	return blamed("", tree, func(part any) any { return part }, reads)
}

// blamed looks below a part that is not read; in puts a part into its place.
func blamed(path string, tree any, in func(any) any, reads func(any) bool) string {
	switch t := tree.(type) {
	case map[string]any:
		for _, key := range sortedKeys(t) {
			place := func(part any) any { return in(map[string]any{key: part}) }
			if !reads(place(t[key])) {
				return blamed(path+dotted(path)+key, t[key], place, reads)
			}
		}
	case []any:
		for i, entry := range t {
			place := func(part any) any { return in([]any{part}) }
			if !reads(place(entry)) {
				return blamed(fmt.Sprintf("%s[%d]", path, i), entry, place, reads)
			}
		}
	}
	return path
}

// parts names the first place at which two canonical texts differ.
func parts(given, ours []byte) string {
	var a, b any
	if json.Unmarshal(given, &a) != nil || json.Unmarshal(ours, &b) != nil {
		return ""
	}
	return parted("", a, b)
}

func parted(path string, a, b any) string {
	switch x := a.(type) {
	case map[string]any:
		y, same := b.(map[string]any)
		if !same {
			return path
		}
		for _, key := range union(x, y) {
			inside := path + dotted(path) + key
			one, here := x[key]
			other, there := y[key]
			if here != there || !equal(one, other) {
				return parted(inside, one, other)
			}
		}
	case []any:
		y, same := b.([]any)
		if !same || len(x) != len(y) {
			return path
		}
		for i := range x {
			if !equal(x[i], y[i]) {
				return parted(fmt.Sprintf("%s[%d]", path, i), x[i], y[i])
			}
		}
	}
	return path
}

func equal(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && slices.Equal(x, y)
}

func dotted(path string) string {
	if path == "" {
		return ""
	}
	return "."
}

func sortedKeys(t map[string]any) []string {
	keys := make([]string, 0, len(t))
	for key := range t {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

func union(a, b map[string]any) []string {
	keys := sortedKeys(a)
	for _, key := range sortedKeys(b) {
		if _, both := a[key]; !both {
			keys = append(keys, key)
		}
	}
	sort.Strings(keys)
	return keys
}
