package keeper_test

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"
)

var update = flag.Bool("write", false, "write sdk/vectors/evidence.json")

const vectors = "../../../../sdk/vectors/evidence.json"

// vectorFile is what another reader of a main chain needs to judge the days in it as the chain does.
type vectorFile struct {
	About           string      `json:"about"`
	MainChainID     string      `json:"mainChainId"`
	MainGenesisHash []byte      `json:"mainGenesisHash"`
	Uplink          string      `json:"uplink"`
	CapacityWh      string      `json:"capacityWh"`
	ChainID         string      `json:"chainId"`
	Clock           vectorClock `json:"clock"`
	TrustPeriodS    string      `json:"trustPeriodS"`
	Kept            vectorKept  `json:"kept"`
	BlockUnixNs     string      `json:"blockUnixNs"`
	Days            []vectorDay `json:"days"`
}

type vectorClock struct {
	StartUnixS   string `json:"startUnixS"`
	Rate         string `json:"rate"`
	GenesisUnixS string `json:"genesisUnixS"`
}

type vectorKept struct {
	Height             string `json:"height"`
	Hash               []byte `json:"hash"`
	UnixNs             string `json:"unixNs"`
	NextValidatorsHash []byte `json:"nextValidatorsHash"`
}

type vectorDay struct {
	Name string `json:"name"`
	// codespace and code; empty: taken
	Refused string `json:"refused"`
	Message []byte `json:"message"`
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// Other languages read evidence by these days. They are the cases of day_test.go, each as an encoded MsgCloseDay.
func TestTheVectorsOfEvidenceAreThisChainsOwn(t *testing.T) {
	w := registered(t)
	c, err := w.Main.Register.Communities.Get(w.Context(), uplink.Key.PubKey().Address())
	must(t, err)
	it, err := w.Main.Register.Kept.Iterate(w.Context(), nil)
	must(t, err)
	kept, err := it.Values()
	must(t, err)
	params, err := w.App.Meters.Params.Get(w.Context())
	must(t, err)
	file := vectorFile{About: "Days that a community closes on a main chain (docs/main-chain.md), with what refuses them; net proofs are " +
		"forged under a key of tests (internal/testkeys, 7 inputs, X = 77). Bytes in base64.",
		MainChainID: w.ID, MainGenesisHash: w.hash, Uplink: uplink.Address, CapacityWh: "5000", ChainID: c.ChainId,
		Clock:        vectorClock{decimal(c.Clock.StartUnixS), decimal(int64(c.Clock.Rate)), decimal(c.Clock.GenesisUnixS)},
		TrustPeriodS: decimal(int64(params.TrustPeriodS)), Kept: vectorKept{decimal(kept[0].Height), kept[0].Hash, decimal(kept[0].UnixNs),
			kept[0].NextValidatorsHash}, BlockUnixNs: decimal(w.Time.UnixNano())}
	add := func(name, refused string, m interface{ Marshal() ([]byte, error) }) {
		raw, err := m.Marshal()
		must(t, err)
		file.Days = append(file.Days, vectorDay{name, refused, raw})
	}
	add("taken", "", w.closing(t, w.shown(t)))
	cases := dayCases()
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		want := cases[name].want
		add(name, want.Codespace()+"/"+decimal(int64(want.ABCICode())), cases[name].make(t, w))
	}
	raw, err := json.MarshalIndent(file, "", "  ")
	must(t, err)
	if *update {
		must(t, os.WriteFile(vectors, append(raw, '\n'), 0o644))
	}
	there, err := os.ReadFile(vectors)
	must(t, err)
	if string(there) != string(raw)+"\n" {
		t.Error("expected sdk/vectors/evidence.json to be what this chain makes: go test ./x/register/keeper -run Vectors -write")
	}
}
