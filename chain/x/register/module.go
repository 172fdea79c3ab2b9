// Package register plugs the register of communities into the SDK's module manager.
package register

import (
	"context"
	"encoding/json"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"electra/x/register/keeper"
	"electra/x/register/types"
)

// Basic is the module without a keeper.
type Basic struct{}

// AppModule is x/register.
type AppModule struct {
	Basic
	k keeper.Keeper
}

var (
	_ module.HasGenesis       = AppModule{}
	_ module.HasGenesisBasics = Basic{}
	_ module.HasServices      = AppModule{}
)

// NewAppModule wraps a keeper.
func NewAppModule(k keeper.Keeper) AppModule { return AppModule{k: k} }

func (AppModule) IsOnePerModuleType()                           {}
func (AppModule) IsAppModule()                                  {}
func (AppModule) ConsensusVersion() uint64                      { return 1 }
func (Basic) Name() string                                      { return types.ModuleName }
func (Basic) RegisterLegacyAminoCodec(*codec.LegacyAmino)       {}
func (Basic) RegisterInterfaces(r codectypes.InterfaceRegistry) { types.RegisterInterfaces(r) }

// RegisterGRPCGatewayRoutes serves the queries as REST where the node's API is switched on.
func (Basic) RegisterGRPCGatewayRoutes(c client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(c)); err != nil {
		panic(err)
	}
}

// DefaultGenesis is a chain for development with nobody registered.
func (Basic) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	g := types.DefaultGenesis()
	return cdc.MustMarshalJSON(&g)
}

// ValidateGenesis reads and validates.
func (Basic) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	_, err := types.ReadGenesis(cdc, raw)
	return err
}

// RegisterServices registers messages and queries.
func (a AppModule) RegisterServices(c module.Configurator) {
	types.RegisterMsgServer(c.MsgServer(), keeper.NewMsgServer(a.k))
	types.RegisterQueryServer(c.QueryServer(), keeper.NewQueryServer(a.k))
}

// InitGenesis panics on a state that does not validate, as the SDK expects: a chain must not start from it.
func (a AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, raw json.RawMessage) {
	g, err := types.ReadGenesis(cdc, raw)
	if err == nil {
		err = a.k.InitGenesis(ctx, g)
	}
	if err != nil {
		panic(err)
	}
}

// ExportGenesis is InitGenesis' inverse.
func (a AppModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	g, err := a.k.ExportGenesis(ctx)
	if err != nil {
		panic(err)
	}
	return cdc.MustMarshalJSON(&g)
}

// EndBlock decides what is due.
func (a AppModule) EndBlock(ctx context.Context) error {
	return a.k.EndBlock(sdk.UnwrapSDKContext(ctx))
}
