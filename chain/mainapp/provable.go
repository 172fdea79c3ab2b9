package mainapp

import (
	"context"

	"cosmossdk.io/core/store"
)

// provable is a store without values of no bytes. The bank's index of who holds a denomination has such values; ICS-23 has no proof of
// them, and so none that an account with a key right before the index holds nothing. A byte stands for them, as earlier versions of the
// bank wrote it and this one still reads it.
type provable struct{ store.KVStoreService }

func (p provable) OpenKVStore(ctx context.Context) store.KVStore {
	return provableStore{p.KVStoreService.OpenKVStore(ctx)}
}

type provableStore struct{ store.KVStore }

func (s provableStore) Set(key, value []byte) error {
	if len(value) == 0 {
		value = []byte{0}
	}
	return s.KVStore.Set(key, value)
}
