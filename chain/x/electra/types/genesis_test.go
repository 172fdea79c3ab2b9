package types

import (
	"errors"
	"strings"
	"testing"
)

// A chain that begins has made no block in which the guardian could say no, whatever one before it made: a rotation that waits brings none
// of them along.
func TestARotationOfAGenesisWaitsForAllItsBlocks(t *testing.T) {
	for height, want := range map[int64]bool{0: true, 1: false, -1: false} {
		g := GenesisState{Roles: TestRoles,
			RoleChanges: []RoleChange{{Role: RoleIssuer, Address: TestRoles[2].Address, DueUnixS: 1, DueHeight: height}}}
		err := g.Validate()
		if want && err != nil {
			t.Errorf("height %d: %v", height, err)
		}
		if !want && (!errors.Is(err, ErrGenesis) || !strings.Contains(err.Error(), "role_changes[0].due_height: expected 0")) {
			t.Errorf("height %d: expected a refusal that names the field, got %v", height, err)
		}
	}
}
