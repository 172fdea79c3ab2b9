package command

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (p Program) genesisCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "genesis", Short: "Work on genesis files"}
	validate := &cobra.Command{
		Use:     "validate FILE",
		Short:   "Check a genesis file: chain id, time, parameters, meters, tariffs, keys; and that a production chain would start from it",
		Example: "  " + p.Name + " genesis validate genesis.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.Kind.ValidateGenesis(args[0]); err != nil {
				return err
			}
			if err := p.checkProduction(cmd, args[0]); err != nil {
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
