package types

import (
	"encoding/json"
	"os"
	"testing"
	"time"
)

// The indexer and whoever checks compute chain time by src/protocol/clock.ts. Both read the same answers.
func TestChainTimeIsThatOfTheVectors(t *testing.T) {
	text, err := os.ReadFile("../../../../sdk/vectors/clock.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		What         string `json:"what"`
		StartUnixS   int64  `json:"start_unix_s"`
		Rate         uint64 `json:"rate"`
		GenesisUnixS int64  `json:"genesis_unix_s"`
		TimeUnixS    int64  `json:"time_unix_s"`
		TimeNanos    int64  `json:"time_nanos"`
		ChainUnixS   int64  `json:"chain_unix_s"`
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatal("no case")
	}
	for _, c := range cases {
		clock := Clock{StartUnixS: c.StartUnixS, Rate: c.Rate, GenesisUnixS: c.GenesisUnixS}
		if got := clock.At(time.Unix(c.TimeUnixS, c.TimeNanos)); got != c.ChainUnixS {
			t.Errorf("%s: expected %d, got %d", c.What, c.ChainUnixS, got)
		}
	}
}
