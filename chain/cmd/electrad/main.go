// Command electrad is a validator, and the tools around it: devnet, genesis checks, queries.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"
	"github.com/cosmos/cosmos-sdk/version"
)

func init() {
	version.Name, version.AppName = "electra", "electrad"
	if version.Version == "" {
		version.Version = "0.1.0"
	}
}

func main() {
	home := ".electrad"
	if user, err := os.UserHomeDir(); err == nil {
		home = filepath.Join(user, ".electrad")
	}
	root, err := newRoot(home)
	if err == nil {
		err = svrcmd.Execute(root, "ELECTRAD", home)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "electrad:", err)
		os.Exit(1)
	}
}
