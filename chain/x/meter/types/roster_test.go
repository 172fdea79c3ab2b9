package types

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

// testdata/roster.json is shared with the TypeScript side: `go test ./x/meter/types -run Roster -update` writes it.
var update = flag.Bool("update", false, "write the golden files")

const golden = "../../../testdata/roster.json"

type goldenRoster struct {
	About   string        `json:"about"`
	Tag     string        `json:"tag"`
	Rosters []goldenEntry `json:"rosters"`
}

type goldenEntry struct {
	Name    string        `json:"name"`
	Day     uint32        `json:"day"`
	Meters  []goldenMeter `json:"meters"`
	Encoded string        `json:"encoded"`
	Digest  string        `json:"digest"`
}

type goldenMeter struct {
	Address    string  `json:"address"`
	Bech32     string  `json:"bech32"`
	Commitment *string `json:"commitment"`
}

func sampleRosters() map[string][]RosterEntry {
	address := func(first, last byte) []byte {
		a := bytes.Repeat([]byte{0x11}, AddressBytes)
		a[0], a[19] = first, last
		return a
	}
	commitment := func(low byte) []byte { c := make([]byte, 32); c[0], c[31] = 0x2f, low; return c }
	greatest := bytes.Clone(fieldOrder.Bytes())
	greatest[31]--
	return map[string][]RosterEntry{
		"no meter":           nil,
		"one that is silent": {{Address: address(0, 1)}},
		"one that closed":    {{Address: address(0, 1), Commitment: commitment(7)}},
		"four, sorted": {{Address: address(0, 1), Commitment: commitment(1)}, {Address: address(0, 2)},
			{Address: address(0x7f, 0), Commitment: make([]byte, 32)}, {Address: address(0xff, 0), Commitment: greatest}},
	}
}

func TestRosterGolden(t *testing.T) {
	days := map[string]uint32{"no meter": 0, "one that is silent": 20635, "one that closed": 20635, "four, sorted": MaxDay}
	want := goldenRoster{Tag: rosterTag, About: "Rosters of protocol section 5: encoded is version u8, day u32, count u32 and the entries, " +
		"little-endian; digest is SHA-256 of tag and encoded. A null commitment means none."}
	for _, name := range []string{"no meter", "one that is silent", "one that closed", "four, sorted"} {
		entries := sampleRosters()[name]
		encoded := EncodeRoster(days[name], entries)
		entry := goldenEntry{Name: name, Day: days[name], Meters: []goldenMeter{}, Encoded: hex.EncodeToString(encoded),
			Digest: hex.EncodeToString(RosterDigest(encoded))}
		for _, e := range entries {
			text, err := FormatAddress(e.Address)
			if err != nil {
				t.Fatal(err)
			}
			meter := goldenMeter{Address: hex.EncodeToString(e.Address), Bech32: text}
			if e.Commitment != nil {
				c := hex.EncodeToString(e.Commitment)
				meter.Commitment = &c
			}
			entry.Meters = append(entry.Meters, meter)
		}
		want.Rosters = append(want.Rosters, entry)
	}
	raw, err := json.MarshalIndent(want, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	raw = append(raw, '\n')
	if *update {
		if err := os.WriteFile(golden, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, raw) {
		t.Fatalf("%s differs from what the code writes; -update only when the protocol changes on purpose", golden)
	}
}

// One digest computed by hand (sha256sum of the printed bytes), so that the golden file cannot move with the code.
func TestRosterDigestOfNoMeterIsKnown(t *testing.T) {
	encoded := EncodeRoster(0, nil)
	if got := hex.EncodeToString(encoded); got != "010000000000000000" {
		t.Fatalf("got %s", got)
	}
	if got := hex.EncodeToString(RosterDigest(encoded)); got != "8f91728662081063ac2b1a169e41d4d25cb349002426945f866ced527d4d4c16" {
		t.Fatalf("got %s", got)
	}
}

func TestARosterDecodesToWhatWasEncoded(t *testing.T) {
	for name, entries := range sampleRosters() {
		day, decoded, err := DecodeRoster(EncodeRoster(77, entries))
		if err != nil || day != 77 || len(decoded) != len(entries) {
			t.Fatalf("%s: %d, %v, %v", name, day, decoded, err)
		}
		for i, e := range entries {
			if !bytes.Equal(decoded[i].Address, e.Address) || !bytes.Equal(decoded[i].Commitment, e.Commitment) ||
				(decoded[i].Commitment == nil) != (e.Commitment == nil) {
				t.Errorf("%s: entry %d differs", name, i)
			}
			c, listed := RosterCommitment(EncodeRoster(77, entries), e.Address)
			if !listed || !bytes.Equal(c, e.Commitment) || (c == nil) != (e.Commitment == nil) {
				t.Errorf("%s: entry %d is not found", name, i)
			}
		}
	}
	if _, listed := RosterCommitment(EncodeRoster(77, sampleRosters()["four, sorted"]), make([]byte, 20)); listed {
		t.Error("expected an address outside the roster not to be found")
	}
}

func TestEveryOtherEncodingOfARosterIsRefused(t *testing.T) {
	good := EncodeRoster(77, sampleRosters()["four, sorted"])
	entry := func(i int) []byte { return good[rosterHead+i*rosterEntry : rosterHead+(i+1)*rosterEntry] }
	change := func(f func([]byte)) []byte { b := bytes.Clone(good); f(b); return b }
	for name, bad := range map[string][]byte{
		"nothing":              {},
		"a head cut short":     good[:rosterHead-1],
		"another version":      change(func(b []byte) { b[0] = 2 }),
		"a count too many":     change(func(b []byte) { b[5]++ }),
		"a huge count":         change(func(b []byte) { b[8] = 0xff }),
		"a byte too few":       good[:len(good)-1],
		"a byte too many":      append(bytes.Clone(good), 0),
		"a flag of 2":          change(func(b []byte) { b[rosterHead+20] = 2 }),
		"C without the flag":   change(func(b []byte) { b[rosterHead+20] = 0 }),
		"C of r":               change(func(b []byte) { b[len(b)-1]++ }),
		"two out of order":     change(func(b []byte) { copy(b[rosterHead:], entry(1)); copy(b[rosterHead+rosterEntry:], entry(0)) }),
		"one address twice":    change(func(b []byte) { copy(b[rosterHead:], entry(1)) }),
		"bytes in a silent C":  change(func(b []byte) { b[rosterHead+rosterEntry+30] = 1 }),
		"a day of five bytes":  append([]byte{1, 77, 0, 0, 0, 0}, good[5:]...),
		"another tag in front": append([]byte(rosterTag), good...),
	} {
		if _, _, err := DecodeRoster(bad); err == nil {
			t.Errorf("%s: expected a refusal", name)
		}
	}
}

func FuzzDecodeRoster(f *testing.F) {
	for _, entries := range sampleRosters() {
		f.Add(EncodeRoster(77, entries))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		day, entries, err := DecodeRoster(raw)
		if err == nil && !bytes.Equal(EncodeRoster(day, entries), raw) {
			t.Fatalf("%x decodes to what encodes differently", raw)
		}
	})
}
