package daybook

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// Books of communities, by the vectors that TypeScript reads too (src/protocol/bundle/shared-book.test.ts).

type sharedVectors struct {
	Book    string   `json:"book"`
	Metered []string `json:"metered"`
	Absent  []string `json:"absent"`
	Refused []struct {
		What string `json:"what"`
		From string `json:"from"`
		To   string `json:"to"`
	} `json:"refused"`
}

func readShared(t *testing.T) (v sharedVectors) {
	t.Helper()
	raw, err := os.ReadFile("../../../sdk/vectors/shared-books.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestABookOfCommunitiesIsRead(t *testing.T) {
	v := readShared(t)
	book, err := Read([]byte(v.Book), Shared)
	if err != nil {
		t.Fatal(err)
	}
	of := map[Source][]string{}
	for _, e := range book.Entries {
		of[e.Source] = append(of[e.Source], e.Meter)
	}
	if !slices.Equal(of[Metered], v.Metered) || !slices.Equal(of[Absent], v.Absent) || book.Copies() != len(v.Absent) {
		t.Errorf("expected %v metered and %v absent, got %v", v.Metered, v.Absent, of)
	}
	if _, err := Read([]byte(v.Book), Community); err == nil {
		t.Error("expected it to be no community's book")
	}
}

func TestAChangedBookOfCommunitiesIsRefused(t *testing.T) {
	v := readShared(t)
	if len(v.Refused) == 0 {
		t.Fatal("expected some cases")
	}
	for _, c := range v.Refused {
		if _, err := Read([]byte(strings.Replace(v.Book, c.From, c.To, 1)), Shared); err == nil {
			t.Errorf("expected a refusal of %s", c.What)
		}
	}
}
