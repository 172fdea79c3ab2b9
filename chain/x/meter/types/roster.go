package types

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// The roster's bytes (protocol section 5), little-endian, one encoding per value:
//
//	version u8 = 1 | day u32 | count u32 | count x ( address[20] | present u8 | C[32], zeros if none )
//
// and digest = SHA-256("electra/roster/v1" | those bytes). One state proof of it tells completeness and
// non-inclusion at once: nobody left out, nobody invented, no signed day called missing.

const (
	rosterTag     = "electra/roster/v1"
	rosterVersion = 1
	rosterHead    = 1 + 4 + 4
	rosterEntry   = AddressBytes + 1 + CommitmentBytes
)

// RosterEntry is one meter of a roster. Commitment is nil where the meter has not closed the day.
type RosterEntry struct {
	Address    []byte
	Commitment []byte
}

// EncodeRoster writes entries that are sorted by address already; EncodeRoster and DecodeRoster are inverses.
func EncodeRoster(day uint32, entries []RosterEntry) []byte {
	out := make([]byte, 0, rosterHead+len(entries)*rosterEntry)
	out = append(out, rosterVersion)
	out = binary.LittleEndian.AppendUint32(out, day)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(entries)))
	for _, e := range entries {
		out = append(out, e.Address...)
		if e.Commitment == nil {
			out = append(out, 0)
			out = append(out, make([]byte, CommitmentBytes)...)
			continue
		}
		out = append(out, 1)
		out = append(out, e.Commitment...)
	}
	return out
}

// RosterDigest is what books and light clients refer to.
func RosterDigest(encoded []byte) []byte {
	sum := sha256.Sum256(append([]byte(rosterTag), encoded...))
	return sum[:]
}

// DecodeRoster refuses every encoding but the one that EncodeRoster writes.
func DecodeRoster(encoded []byte) (day uint32, entries []RosterEntry, err error) {
	if len(encoded) < rosterHead {
		return 0, nil, fmt.Errorf("roster: expected at least %d bytes, got %d", rosterHead, len(encoded))
	}
	if encoded[0] != rosterVersion {
		return 0, nil, fmt.Errorf("roster version: expected %d, got %d", rosterVersion, encoded[0])
	}
	day = binary.LittleEndian.Uint32(encoded[1:])
	count := uint64(binary.LittleEndian.Uint32(encoded[5:]))
	if want := rosterHead + count*rosterEntry; uint64(len(encoded)) != want {
		return 0, nil, fmt.Errorf("roster: expected %d bytes for %d meters, got %d", want, count, len(encoded))
	}
	for at := rosterHead; at < len(encoded); at += rosterEntry {
		entry, err := decodeRosterEntry(encoded[at : at+rosterEntry])
		if err != nil {
			return 0, nil, err
		}
		if n := len(entries); n > 0 && bytes.Compare(entries[n-1].Address, entry.Address) >= 0 {
			return 0, nil, fmt.Errorf("roster: expected addresses in strictly rising order")
		}
		entries = append(entries, entry)
	}
	return day, entries, nil
}

func decodeRosterEntry(b []byte) (RosterEntry, error) {
	entry := RosterEntry{Address: bytes.Clone(b[:AddressBytes])}
	commitment := b[AddressBytes+1:]
	switch b[AddressBytes] {
	case 0:
		if !bytes.Equal(commitment, make([]byte, CommitmentBytes)) {
			return entry, fmt.Errorf("roster: expected zeros where a meter has no commitment")
		}
	case 1:
		if err := CheckCommitment("roster commitment", commitment); err != nil {
			return entry, err
		}
		entry.Commitment = bytes.Clone(commitment)
	default:
		return entry, fmt.Errorf("roster present flag: expected 0 or 1, got %d", b[AddressBytes])
	}
	return entry, nil
}

// RosterCommitment looks one meter up. The second result says whether the meter is on the roster at all.
func RosterCommitment(encoded, address []byte) (commitment []byte, listed bool) {
	for at := rosterHead; at+rosterEntry <= len(encoded); at += rosterEntry {
		e := encoded[at : at+rosterEntry]
		if !bytes.Equal(e[:AddressBytes], address) {
			continue
		}
		if e[AddressBytes] == 0 {
			return nil, true
		}
		return bytes.Clone(e[AddressBytes+1:]), true
	}
	return nil, false
}

// RosterAdds says whether a day's late roster has a commitment that its roster has not.
func RosterAdds(roster, late []byte) (bool, error) {
	_, entries, err := DecodeRoster(late)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		if e.Commitment == nil {
			continue
		}
		if before, _ := RosterCommitment(roster, e.Address); before == nil {
			return true, nil
		}
	}
	return false, nil
}
