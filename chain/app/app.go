// Package app wires electrad: x/auth for accounts and signatures, x/consensus for CometBFT's parameters, x/meter for
// everything else. There is no bank, no staking and no governance, so there is nothing to transfer, to bribe with or
// to vote away; the parameters are those of genesis.
package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"
	storetypes "cosmossdk.io/store/types"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/grpc/cmtservice"
	"github.com/cosmos/cosmos-sdk/client/grpc/node"
	"github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/server/api"
	"github.com/cosmos/cosmos-sdk/server/config"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/types/mempool"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authsims "github.com/cosmos/cosmos-sdk/x/auth/simulation"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"electra/app/ante"
	"electra/x/meter"
	meterkeeper "electra/x/meter/keeper"
	metertypes "electra/x/meter/types"
)

// Name is the application's name in CometBFT's handshake and in genesis.
const Name = "electra"

// App is one node's application.
type App struct {
	*baseapp.BaseApp
	enc   Encoding
	mm    *module.Manager
	basic module.BasicManager
	// production: no chain begins that is fit for development alone
	production bool
	kind       Kind

	Accounts  authkeeper.AccountKeeper
	Consensus consensuskeeper.Keeper
	Meters    meterkeeper.Keeper
}

var _ servertypes.Application = (*App)(nil)

// New builds a community's application and loads its latest state.
func New(logger log.Logger, db dbm.DB, trace io.Writer, opts ...func(*baseapp.BaseApp)) (*App, error) {
	return Community.New(logger, db, trace, opts...)
}

// build stops short of loading, for an export of an older height.
func (k Kind) build(logger log.Logger, db dbm.DB, trace io.Writer, opts ...func(*baseapp.BaseApp)) (*App, error) {
	enc, err := NewEncoding()
	if err != nil {
		return nil, err
	}
	base := baseapp.NewBaseApp(k.Name, newCalmLogger(logger, time.Now), db, enc.TxConfig.TxDecoder(), opts...)
	base.SetCommitMultiStoreTracer(trace)
	base.SetInterfaceRegistry(enc.Registry)
	base.SetTxEncoder(enc.TxConfig.TxEncoder())
	base.SetMempool(mempool.NoOpMempool{}) // CometBFT's own, first in first out
	baseapp.DisableBlockGasMeter()(base)   // gas is counted, not bounded: see countGas

	a := &App{BaseApp: base, enc: enc, kind: k}
	keys := storetypes.NewKVStoreKeys(k.storeNames(authtypes.StoreKey, consensustypes.StoreKey, metertypes.StoreKey)...)
	ofBlock := storetypes.NewTransientStoreKeys(append([]string{metertypes.TransientStoreKey}, k.Passing...)...)
	a.addKeepers(keys, ofBlock)
	var more Extension
	if k.Extend != nil {
		if more, err = k.Extend(a, Stores{keys, ofBlock}); err != nil {
			return nil, err
		}
	}
	if err := a.addModules(more.Modules); err != nil {
		return nil, err
	}
	base.MountKVStores(keys)
	base.MountTransientStores(ofBlock)
	base.SetInitChainer(a.initChainer)
	base.SetBeginBlocker(func(ctx sdk.Context) (sdk.BeginBlock, error) { return a.mm.BeginBlock(ctx) })
	base.SetEndBlocker(func(ctx sdk.Context) (sdk.EndBlock, error) { return a.mm.EndBlock(ctx) })
	base.SetAnteHandler(ante.New(enc.Codec, a.Accounts, enc.TxConfig.SignModeHandler(), append([]ante.Module{a.Meters}, more.Parties...)...))
	base.AddRunTxRecoveryHandler(a.recovered)
	base.SetPrepareProposal(a.prepareProposal)
	base.SetProcessProposal(a.processProposal)
	return a, nil
}

func (a *App) addKeepers(keys map[string]*storetypes.KVStoreKey, ofBlock map[string]*storetypes.TransientStoreKey) {
	// Nobody holds a key of the authority, and its messages are refused anyway: parameters are fixed at genesis.
	authority := authtypes.NewModuleAddress("authority").String()
	a.Consensus = consensuskeeper.NewKeeper(a.enc.Codec, runtime.NewKVStoreService(keys[consensustypes.StoreKey]),
		authority, runtime.EventService{})
	a.SetParamStore(a.Consensus.ParamsStore)
	a.Accounts = authkeeper.NewAccountKeeper(a.enc.Codec, runtime.NewKVStoreService(keys[authtypes.StoreKey]), authtypes.ProtoBaseAccount,
		a.kind.Purses, address.NewBech32Codec(metertypes.Bech32Prefix), metertypes.Bech32Prefix, authority)
	a.Meters = meterkeeper.NewKeeper(a.enc.Codec, runtime.NewKVStoreService(keys[metertypes.StoreKey]),
		runtime.NewTransientStoreService(ofBlock[metertypes.TransientStoreKey]), a.Accounts)
}

func (a *App) addModules(more []module.AppModule) error {
	a.mm = module.NewManager(append([]module.AppModule{
		auth.NewAppModule(a.enc.Codec, a.Accounts, authsims.RandomGenesisAccounts, nil),
		consensus.NewAppModule(a.enc.Codec, a.Consensus),
		meter.NewAppModule(a.enc.Codec, a.Meters),
	}, more...)...)
	order := append([]string{authtypes.ModuleName, metertypes.ModuleName}, a.kind.moduleNames()...)
	order = append(order, consensustypes.ModuleName)
	a.mm.SetOrderInitGenesis(order...)
	a.mm.SetOrderExportGenesis(order...)
	a.mm.SetOrderBeginBlockers(order...)
	a.mm.SetOrderEndBlockers(order...)

	a.basic = module.NewBasicManagerFromManager(a.mm, nil)
	a.basic.RegisterInterfaces(a.enc.Registry)
	a.basic.RegisterLegacyAminoCodec(a.enc.Amino)
	return a.mm.RegisterServices(module.NewConfigurator(a.enc.Codec, a.MsgServiceRouter(), a.GRPCQueryRouter()))
}

// initChainer turns the panics by which modules report a bad genesis into an error: the operator reads a sentence.
func (a *App) initChainer(ctx sdk.Context, req *abci.RequestInitChain) (response *abci.ResponseInitChain, err error) {
	defer func() {
		if r := recover(); r != nil {
			response, err = nil, fmt.Errorf("genesis: %v", r)
		}
	}()
	var state map[string]json.RawMessage
	if err := json.Unmarshal(req.AppStateBytes, &state); err != nil {
		return nil, fmt.Errorf("app_state: %w", err)
	}
	if a.production {
		if err := a.kind.refuseDevelopment(a.enc.Codec, state, req.Time); err != nil {
			return nil, err
		}
	}
	if err := a.kind.checkRule(a.enc.Codec, state); err != nil {
		return nil, err
	}
	return a.mm.InitGenesis(a.kind.othersOf(state).In(ctx), a.enc.Codec, state)
}

// Query answers everything but a walk over a whole part of the store, which is as long as the state: single keys have proofs.
func (a *App) Query(ctx context.Context, req *abci.RequestQuery) (*abci.ResponseQuery, error) {
	if strings.HasPrefix(req.Path, "/store/") && strings.HasSuffix(req.Path, "/subspace") {
		return sdkerrors.QueryResult(sdkerrors.ErrInvalidRequest.Wrap("path: expected a single key, /store/NAME/key"), false), nil
	}
	return a.BaseApp.Query(ctx, req)
}

// Encoding reads and writes this chain's transactions and genesis.
func (a *App) Encoding() Encoding { return a.enc }

// RegisterAPIRoutes serves REST where app.toml switches it on.
func (a *App) RegisterAPIRoutes(s *api.Server, _ config.APIConfig) {
	authtx.RegisterGRPCGatewayRoutes(s.ClientCtx, s.GRPCGatewayRouter)
	cmtservice.RegisterGRPCGatewayRoutes(s.ClientCtx, s.GRPCGatewayRouter)
	node.RegisterGRPCGatewayRoutes(s.ClientCtx, s.GRPCGatewayRouter)
	a.basic.RegisterGRPCGatewayRoutes(s.ClientCtx, s.GRPCGatewayRouter)
}

// RegisterTxService serves cosmos.tx.v1beta1.Service.
func (a *App) RegisterTxService(c client.Context) {
	authtx.RegisterTxService(a.GRPCQueryRouter(), c, a.Simulate, a.enc.Registry)
}

// RegisterTendermintService serves cosmos.base.tendermint.v1beta1.Service.
func (a *App) RegisterTendermintService(c client.Context) {
	cmtservice.RegisterTendermintService(c, a.GRPCQueryRouter(), a.enc.Registry, a.Query)
}

// RegisterNodeService serves cosmos.base.node.v1beta1.Service.
func (a *App) RegisterNodeService(c client.Context, cfg config.Config) {
	node.RegisterNodeService(c, a.GRPCQueryRouter(), cfg)
}
