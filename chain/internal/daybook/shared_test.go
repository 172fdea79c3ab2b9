package daybook

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
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

// The circuit's own known answer (circuits/testdata/main.json) has the public inputs in its order.
func TestTheInputsOfASharedClearingAreTheCircuits(t *testing.T) {
	raw, err := os.ReadFile("../../../circuits/testdata/main.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Circuit      string                     `json:"circuit"`
			Of           map[string]json.RawMessage `json:"of"` // "x" is another thing than "X"
			PublicInputs []string                   `json:"publicInputs"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	element := func(text string) (e fr.Element) {
		if _, err := e.SetString(text); err != nil {
			t.Fatal(err)
		}
		return e
	}
	for _, c := range file.Cases {
		if c.Circuit != "clearing-shared" {
			continue
		}
		read := func(name string, into any) {
			if err := json.Unmarshal(c.Of[name], into); err != nil {
				t.Fatal(err)
			}
		}
		named := func(name string) fr.Element {
			var text string
			read(name, &text)
			return element(text)
		}
		x, s := named("X"), named("sumS")
		book := &Book{Form: Shared, X: &x, Tariff: Tariff{FeedIn: make([]int64, slots)}}
		about := About{Book: book, Grid: named("gridId"), Rho: named("rho")}
		read("day", &book.Day)
		read("tick", &about.Tick)
		read("sharedNelPerWh", &book.Tariff.Retail)
		read("buyNelPerWh", &book.Buy)
		read("sellNelPerWh", &book.Sell)
		var one fr.Element
		one.SetOne()
		rest := s
		rest.Sub(&s, &one)
		inputs, err := about.Clearing([]Bill{{S: one}, {S: rest}})
		if err != nil || len(inputs) != len(c.PublicInputs) {
			t.Fatalf("expected %d inputs, got %d, %v", len(c.PublicInputs), len(inputs), err)
		}
		for i, want := range c.PublicInputs {
			if inputs[i].String() != want {
				t.Fatalf("input %d: expected %s, got %s", i, want, inputs[i].String())
			}
		}
		return
	}
	t.Fatal("expected a case of clearing-shared")
}
