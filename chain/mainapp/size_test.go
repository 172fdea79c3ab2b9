package mainapp_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	dbm "github.com/cosmos/cosmos-db"

	storetypes "cosmossdk.io/store/types"

	metertypes "electra/x/meter/types"
)

// stored is how much a store holds.
type stored struct{ keys, bytes int64 }

// size is that of every store, by its name: keys and values, without the tree over them.
type size map[string]stored

func (m *many) size() size {
	m.t.Helper()
	named, ok := m.App.CommitMultiStore().(interface {
		StoreKeysByName() map[string]storetypes.StoreKey
	})
	if !ok {
		m.t.Fatal("expected a store that knows its parts")
	}
	all := size{}
	for name, key := range named.StoreKeysByName() {
		if _, kept := key.(*storetypes.KVStoreKey); !kept {
			continue
		}
		var of stored
		entries := m.Context().KVStore(key).Iterator(nil, nil)
		for ; entries.Valid(); entries.Next() {
			of = stored{of.keys + 1, of.bytes + int64(len(entries.Key())+len(entries.Value()))}
		}
		must(m.t, entries.Close())
		all[name] = of
	}
	return all
}

func (s size) without(before size) size {
	left := size{}
	for name, of := range s {
		left[name] = stored{of.keys - before[name].keys, of.bytes - before[name].bytes}
	}
	return left
}

func (s size) all() (sum stored) {
	for _, of := range s {
		sum = stored{sum.keys + of.keys, sum.bytes + of.bytes}
	}
	return sum
}

func bytesIn(t testing.TB, folder string) (n int64) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	}))
	return n
}

func TestASizeIsOfWhatTheStoresHold(t *testing.T) {
	m := beginMany(t, 1, dbm.NewMemDB())
	m.untilStated(fromDay)
	before := m.size()
	m.Accepted(m.uplinks[0], m.closing(0, fromDay))
	grown := m.size().without(before)
	// its statement and the header of its community; a sequence is changed in its place
	if grown["meter"].keys != 1 || grown["register"].keys != 1 || grown.all().keys != 2 || grown.all().bytes < 2*metertypes.CommitmentBytes {
		t.Errorf("expected a statement and a header to come, got %v", grown)
	}
}
