package command

import (
	"fmt"
	"io"
	"os"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cobra"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	srvcfg "github.com/cosmos/cosmos-sdk/server/config"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"electra/app"
)

func (p Program) newRoot(home string) (*cobra.Command, error) {
	enc, err := app.NewEncoding()
	if err != nil {
		return nil, err
	}
	if err := p.Kind.RegisterTypes(enc); err != nil {
		return nil, err
	}
	base := client.Context{}.WithCodec(enc.Codec).WithInterfaceRegistry(enc.Registry).WithLegacyAmino(enc.Amino).
		WithTxConfig(enc.TxConfig).WithAccountRetriever(authtypes.AccountRetriever{}).WithInput(os.Stdin).WithHomeDir(home).
		WithViper(p.Environment)

	root := &cobra.Command{
		Use:           p.Name,
		Short:         p.Short,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			c, err := client.ReadPersistentCommandFlags(base.WithCmdContext(cmd.Context()), cmd.Flags())
			if err != nil {
				return err
			}
			if err := client.SetCmdClientContextHandler(c, cmd); err != nil || !needsHome(cmd) {
				return err
			}
			if err := p.checkHome(c.HomeDir); err != nil {
				return err
			}
			err = server.InterceptConfigsPreRunHandler(cmd, srvcfg.DefaultConfigTemplate, appConfig(""), productionConfig())
			if err != nil || cmd.Name() != "start" {
				return err
			}
			return p.checkProduction(cmd, genesisOf(c.HomeDir))
		},
	}
	root.PersistentFlags().String(flags.FlagChainID, "", "chain id")
	server.AddCommands(root, home, p.newApp, p.exportApp, addDevelopmentFlag)
	root.AddCommand(p.devnetCommand(), p.genesisCommand(), queryCommand())
	return root, nil
}

// needsHome: the server's commands read (and where absent write) a node's home. The others touch no file by themselves.
func needsHome(cmd *cobra.Command) bool {
	top := cmd
	for top.Parent() != nil && top.Parent().Parent() != nil {
		top = top.Parent()
	}
	switch top.Name() {
	case "start", "comet", "export", "rollback", "module-hash-by-height":
		return true
	}
	return false
}

// checkHome keeps a misspelt --home from being filled with default files.
func (p Program) checkHome(home string) error {
	if _, err := os.Stat(genesisOf(home)); err != nil {
		return fmt.Errorf("--home: expected a node's home with config/genesis.json (see %s devnet), got %s", p.Name, home)
	}
	return nil
}

func (p Program) newApp(logger log.Logger, db dbm.DB, trace io.Writer, opts servertypes.AppOptions) servertypes.Application {
	a, err := p.Kind.New(logger, db, trace, server.DefaultBaseappOptions(opts)...)
	if err != nil {
		panic(err) // the SDK's creator has no other way to say it
	}
	if isDevelopment(opts) {
		return a
	}
	return a.InProduction()
}

func (p Program) exportApp(logger log.Logger, db dbm.DB, trace io.Writer, height int64, _ bool, _ []string, opts servertypes.AppOptions,
	_ []string) (servertypes.ExportedApp, error) {
	var options []func(*baseapp.BaseApp)
	if id, ok := opts.Get(flags.FlagChainID).(string); ok && id != "" {
		options = append(options, baseapp.SetChainID(id))
	}
	return p.Kind.Export(logger, db, trace, height, options...)
}

// EmptyBlocks is how long a production chain is silent at most. A block is made at once where a transaction waits, and another one right
// after it, whose header says what the first one has changed; only what nobody needs is left out. Chain time stands still in between:
// it is that of the last commit, so up to two of these behind.
const EmptyBlocks = 60 * time.Second

// productionConfig is config.toml where there is none yet.
func productionConfig() *cmtcfg.Config {
	c := cmtcfg.DefaultConfig()
	c.Consensus.CreateEmptyBlocksInterval = EmptyBlocks
	return c
}

// appConfig is app.toml: no REST, gRPC only where an address is given, nothing pruned of the blocks.
func appConfig(grpc string) *srvcfg.Config {
	c := srvcfg.DefaultConfig()
	c.MinGasPrices = "0nelectra" // the SDK wants a value; fees are refused by the ante handler
	c.IAVLCacheSize = 100_000
	c.API.Enable = false
	c.GRPCWeb.Enable = false
	c.GRPC.Enable = grpc != ""
	if grpc != "" {
		c.GRPC.Address = grpc
	}
	return c
}
