// Package meter plugs the keeper into the SDK's module manager.
package meter

import (
	"context"
	"encoding/json"

	abci "github.com/cometbft/cometbft/abci/types"
	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"electra/x/meter/keeper"
	"electra/x/meter/types"
)

// AppModule is x/meter.
type AppModule struct {
	cdc codec.Codec
	k   keeper.Keeper
}

var (
	_ module.AppModuleBasic  = AppModule{}
	_ module.HasABCIGenesis  = AppModule{}
	_ module.HasABCIEndBlock = AppModule{}
	_ module.HasServices     = AppModule{}
)

// NewAppModule wraps a keeper.
func NewAppModule(cdc codec.Codec, k keeper.Keeper) AppModule { return AppModule{cdc, k} }

func (AppModule) IsOnePerModuleType()                               {}
func (AppModule) IsAppModule()                                      {}
func (AppModule) Name() string                                      { return types.ModuleName }
func (AppModule) ConsensusVersion() uint64                          { return 1 }
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino)       {}
func (AppModule) RegisterInterfaces(r codectypes.InterfaceRegistry) { types.RegisterInterfaces(r) }

// RegisterGRPCGatewayRoutes serves the queries as REST where the node's API is switched on.
func (AppModule) RegisterGRPCGatewayRoutes(c client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(c)); err != nil {
		panic(err)
	}
}

// RegisterServices registers messages and queries.
func (a AppModule) RegisterServices(c module.Configurator) {
	types.RegisterMsgServer(c.MsgServer(), keeper.NewMsgServer(a.k))
	types.RegisterQueryServer(c.QueryServer(), keeper.NewQueryServer(a.k))
}

// DefaultGenesis is empty and does not validate: a community has an operator and meters, which nobody can default.
func (AppModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	raw, err := types.GenesisJSON(cdc, types.GenesisState{})
	if err != nil {
		panic(err)
	}
	return raw
}

// ValidateGenesis reads and validates.
func (AppModule) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	g, err := types.ReadGenesis(cdc, raw)
	if err != nil {
		return err
	}
	return g.Validate()
}

// InitGenesis panics on a genesis that does not validate, as the SDK expects: a chain must not start from it.
func (a AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, raw json.RawMessage) []abci.ValidatorUpdate {
	g, err := types.ReadGenesis(cdc, raw)
	if err != nil {
		panic(err)
	}
	hash, err := types.GenesisHash(cdc, ctx.ChainID(), ctx.BlockTime(), ctx.BlockHeight(), g, types.OtherStatesOf(ctx))
	if err != nil {
		panic(err)
	}
	updates, err := a.k.InitGenesis(ctx, g, hash)
	if err != nil {
		panic(err)
	}
	return updates
}

// ExportGenesis is InitGenesis' inverse.
func (a AppModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	g, err := a.k.ExportGenesis(ctx)
	if err != nil {
		panic(err)
	}
	raw, err := types.GenesisJSON(cdc, *g)
	if err != nil {
		panic(err)
	}
	return raw
}

// EndBlock lets time pass.
func (a AppModule) EndBlock(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	return a.k.EndBlock(sdk.UnwrapSDKContext(ctx))
}
