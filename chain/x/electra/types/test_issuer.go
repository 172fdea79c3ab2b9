package types

import (
	"fmt"
	"strings"
)

// The test issuer ships with the project, like the development keys: a day's demonstration needs ELECTRA that are worth nothing. The key
// of each of its roles is SHA-256 of "electra/test-issuer/v1/" and the role's name, so everybody has it. A production chain refuses them.
var TestRoles = []Role{
	{Role: RoleAttestor, Address: "electra1mts75ae3fglxgkksu02pdemy82fgvy24m55hmy"},
	{Role: RoleGuardian, Address: "electra1fkytafmpv8jhx5h7ujdevq5wc430le47at3ltp"},
	{Role: RoleIssuer, Address: "electra1qzaypjx2mph48sul30dakzvwvqkh9zcdej2r68"},
}

// TestRoleText is what a test role's secret key is the SHA-256 of.
func TestRoleText(role string) string { return "electra/test-issuer/v1/" + role }

// Departures are everything in a state that production would not have.
func (g GenesisState) Departures() []string {
	var held []string
	for _, r := range g.rolesThatMayCome() {
		for _, test := range TestRoles {
			if r.Address == test.Address {
				held = append(held, r.Role)
			}
		}
	}
	if len(held) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the test issuer (%s), whose keys everybody has", strings.Join(held, ", "))}
}

// rolesThatMayCome are those in force and those that wait.
func (g GenesisState) rolesThatMayCome() []Role {
	all := append([]Role{}, g.Roles...)
	for _, c := range g.RoleChanges {
		all = append(all, Role{Role: c.Role, Address: c.Address})
	}
	return all
}
