package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"

	"electra/app"
)

// --development is said where a chain may have what production refuses: the keys that ship with the project, a clock of its own, other
// durations. A node's environment says it by ELECTRAD_DEVELOPMENT=true, as it does every flag.
const flagDevelopment = "development"

func addDevelopmentFlag(cmd *cobra.Command) {
	cmd.Flags().Bool(flagDevelopment, false, "accept a chain that is fit for development alone, and say what about it is")
}

// checkProduction wants a production chain's genesis, or to be told that it is none; then it says so before anything else.
func (p Program) checkProduction(cmd *cobra.Command, file string) error {
	err := p.Kind.CheckProduction(file)
	var departure app.DepartureError
	if !errors.As(err, &departure) {
		return err
	}
	if development, flagErr := cmd.Flags().GetBool(flagDevelopment); flagErr != nil || !development {
		return err
	}
	for _, one := range departure.Departures {
		if _, err := fmt.Fprintf(os.Stderr, "%s: not a production chain: %s\n", p.Name, one); err != nil {
			return err
		}
	}
	return nil
}

func genesisOf(home string) string { return filepath.Join(home, "config", "genesis.json") }

func isDevelopment(opts servertypes.AppOptions) bool {
	switch said := opts.Get(flagDevelopment).(type) {
	case bool:
		return said
	case string:
		return said == "true"
	}
	return false
}
