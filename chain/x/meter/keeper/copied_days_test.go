package keeper

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"cosmossdk.io/collections"
	storetypes "cosmossdk.io/store/types"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/daybook"
	"electra/x/meter/types"
)

// sdk/vectors/copied-days.json: which earlier day a silent meter's day copies, past those that were void when the copying book was
// anchored. Node and audit are held to the same table (src/protocol/day/copied-day.test.ts).

type earlierVector struct {
	Day         uint32
	FrozenUnixS int64 `json:"frozenUnixS,string"`
	Proven      bool
	Commitment  *string
	Disputed    bool
}

type copiedVector struct {
	Name          string
	Day           uint32
	AnchoredUnixS int64 `json:"anchoredUnixS,string"`
	Days          []earlierVector
	FromDay       uint32
	From          string
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	bytes, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

// put writes what the state has of an earlier day.
func (e earlierVector) put(t *testing.T, ctx sdk.Context, k Keeper, meter []byte) {
	t.Helper()
	entry := types.RosterEntry{Address: meter}
	if e.Commitment != nil {
		entry.Commitment = unhex(t, *e.Commitment)
	}
	encoded := types.EncodeRoster(e.Day, []types.RosterEntry{entry})
	roster := types.Roster{Day: e.Day, Encoded: encoded, UnixS: e.FrozenUnixS}
	errs := []error{k.Rosters.Set(ctx, collections.Join(e.Day, false), roster)}
	if e.Proven {
		errs = append(errs, k.Proven.Set(ctx, collections.Join(e.Day, uint32(1)), types.Proven{Day: e.Day, Version: 1}))
	}
	if e.Disputed {
		errs = append(errs, k.Disputes.Set(ctx, collections.Join(e.Day, meter), types.Dispute{Day: e.Day}))
	}
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestCopiedDaysAreThoseOfTheVectors(t *testing.T) {
	text, err := os.ReadFile("../../../../sdk/vectors/copied-days.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		VoidAfterS int64 `json:"voidAfterS,string"`
		Cases      []copiedVector
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if file.VoidAfterS != types.VoidAfterS || len(file.Cases) == 0 {
		t.Fatalf("expected cases for %d s, got %d of %d s", int64(types.VoidAfterS), len(file.Cases), file.VoidAfterS)
	}
	meter := make([]byte, 20)
	meter[19] = 7
	for _, c := range file.Cases {
		t.Run(c.Name, func(t *testing.T) {
			key, passing := storetypes.NewKVStoreKey("meter"), storetypes.NewTransientStoreKey("passing")
			ctx := testutil.DefaultContextWithDB(t, key, passing).Ctx
			cdc := codec.NewProtoCodec(codectypes.NewInterfaceRegistry())
			k := NewKeeper(cdc, runtime.NewKVStoreService(key), runtime.NewTransientStoreService(passing), nil)
			for _, e := range c.Days {
				e.put(t, ctx, k, meter)
			}
			b := &booked{book: &daybook.Book{Day: c.Day}, anchor: types.Anchor{UnixS: c.AnchoredUnixS}}
			day, from, err := k.copiedDay(ctx, types.Params{}, b, meter, map[uint32]map[string][]byte{})
			if err != nil {
				t.Fatal(err)
			}
			if day != c.FromDay || hex.EncodeToString(from) != c.From {
				t.Errorf("expected day %d, %s, got %d, %x", c.FromDay, c.From, day, from)
			}
		})
	}
}
