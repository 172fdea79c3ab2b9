package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"electra/app"
)

func genesisCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "genesis", Short: "Work on genesis files"}
	validate := &cobra.Command{
		Use:     "validate FILE",
		Short:   "Check a genesis file: chain id, time, parameters, meters, tariffs, keys; and that a production chain would start from it",
		Example: "  electrad genesis validate genesis.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := app.ValidateGenesis(args[0]); err != nil {
				return err
			}
			if err := checkProduction(cmd, args[0]); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s is a valid genesis file\n", args[0])
			return err
		},
	}
	addDevelopmentFlag(validate)
	cmd.AddCommand(validate)
	return cmd
}
