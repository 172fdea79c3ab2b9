// Package command is a validator's command line, of any kind of chain: start, devnet, genesis, query, export.
package command

import (
	"fmt"
	"os"
	"path/filepath"

	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"
	"github.com/cosmos/cosmos-sdk/version"

	"electra/app"
)

// Program is one binary.
type Program struct {
	Name        string
	Environment string // prefix of the variables that say what flags say
	Short       string
	Kind        app.Kind
}

// Community is electrad.
var Community = Program{Name: "electrad", Environment: "ELECTRAD", Kind: app.Community,
	Short: "The chain of an Electra community: sealed readings, commitments, rosters, anchors"}

// Main runs a program and ends it.
func Main(p Program) {
	version.Name, version.AppName = "electra", p.Name
	if version.Version == "" {
		version.Version = "0.1.0"
	}
	home := "." + p.Name
	if user, err := os.UserHomeDir(); err == nil {
		home = filepath.Join(user, home)
	}
	root, err := p.newRoot(home)
	if err == nil {
		err = svrcmd.Execute(root, p.Environment, home)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %s\n", p.Name, err)
		os.Exit(1)
	}
}
