// Package settlement plugs the keeper into the SDK's module manager.
package settlement

import (
	"context"
	"encoding/json"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"electra/x/settlement/keeper"
	"electra/x/settlement/types"
)

// Basic is what is known of x/settlement without a keeper.
type Basic struct{}

func (Basic) Name() string                                      { return types.ModuleName }
func (Basic) RegisterLegacyAminoCodec(*codec.LegacyAmino)       {}
func (Basic) RegisterInterfaces(r codectypes.InterfaceRegistry) { types.RegisterInterfaces(r) }

// RegisterGRPCGatewayRoutes serves the queries as REST where the node's API is switched on.
func (Basic) RegisterGRPCGatewayRoutes(c client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(c)); err != nil {
		panic(err)
	}
}

// DefaultGenesis is that of a chain whose first period begins with its first day.
func (Basic) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return cdc.MustMarshalJSON(&types.GenesisState{})
}

// ValidateGenesis reads and validates.
func (Basic) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	_, err := types.ReadGenesis(cdc, raw)
	return err
}

// AppModule is x/settlement.
type AppModule struct {
	Basic
	k keeper.Keeper
}

var (
	_ module.AppModule   = AppModule{}
	_ module.HasGenesis  = AppModule{}
	_ module.HasServices = AppModule{}
)

// NewAppModule wraps a keeper.
func NewAppModule(k keeper.Keeper) AppModule { return AppModule{Basic{}, k} }

func (AppModule) IsOnePerModuleType()      {}
func (AppModule) IsAppModule()             {}
func (AppModule) ConsensusVersion() uint64 { return 1 }

// RegisterServices registers messages and queries.
func (a AppModule) RegisterServices(c module.Configurator) {
	types.RegisterMsgServer(c.MsgServer(), keeper.NewMsgServer(a.k))
	types.RegisterQueryServer(c.QueryServer(), keeper.NewQueryServer(a.k))
}

// InitGenesis panics on a genesis that does not validate, as the SDK expects: a chain must not start from it.
func (a AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, raw json.RawMessage) {
	g, err := types.ReadGenesis(cdc, raw)
	if err != nil {
		panic(err)
	}
	if err := a.k.InitGenesis(ctx, g); err != nil {
		panic(err)
	}
}

// ExportGenesis is InitGenesis' inverse.
func (a AppModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	g, err := a.k.ExportGenesis(ctx)
	if err != nil {
		panic(err)
	}
	return cdc.MustMarshalJSON(g)
}

// EndBlock lets time pass.
func (a AppModule) EndBlock(ctx context.Context) error {
	return a.k.EndBlock(sdk.UnwrapSDKContext(ctx))
}
