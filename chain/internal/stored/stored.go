// Package stored reads what collections alone say at greater length: keys that may be absent, whole ranges, the ends of ranges.
package stored

import (
	"context"

	"cosmossdk.io/collections"
)

// Get reads a key that may be absent.
func Get[K, V any](ctx context.Context, m collections.Map[K, V], key K) (value V, found bool, err error) {
	found, err = m.Has(ctx, key)
	if err != nil || !found {
		return value, found, err
	}
	value, err = m.Get(ctx, key)
	return value, true, err
}

// OrZero reads a key that is its type's zero where it is absent.
func OrZero[K, V any](ctx context.Context, m collections.Map[K, V], key K) (V, error) {
	value, _, err := Get(ctx, m, key)
	return value, err
}

// Values are those of a range (nil: of all), in the order of their keys.
func Values[K, V any](ctx context.Context, m collections.Map[K, V], in collections.Ranger[K]) (all []V, err error) {
	err = m.Walk(ctx, in, func(_ K, value V) (bool, error) {
		all = append(all, value)
		return false, nil
	})
	return all, err
}

// First is the first entry of a range: of a descending one the last.
func First[K, V any](ctx context.Context, m collections.Map[K, V], in collections.Ranger[K]) (entry collections.KeyValue[K, V],
	found bool, err error) {
	it, err := m.Iterate(ctx, in)
	if err != nil {
		return entry, false, err
	}
	defer it.Close()
	if !it.Valid() {
		return entry, false, nil
	}
	entry, err = it.KeyValue()
	return entry, true, err
}

// LastKey is the greatest key of a map of numbers, 0 where it is empty.
func LastKey[K uint32 | uint64, V any](ctx context.Context, m collections.Map[K, V]) (K, error) {
	last, _, err := First(ctx, m, new(collections.Range[K]).Descending())
	return last.Key, err
}
