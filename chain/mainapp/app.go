// Package mainapp wires the main chain: what every chain has (electra/app), and beside it x/bank for ELECTRA and the modules by which
// communities take part. Its meters are communities.
package mainapp

import (
	"context"
	"encoding/json"
	"io"

	dbm "github.com/cosmos/cosmos-db"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"electra/app"
	"electra/app/ante"
	"electra/x/electra"
	electrakeeper "electra/x/electra/keeper"
	electratypes "electra/x/electra/types"
	metertypes "electra/x/meter/types"
	"electra/x/register"
	registerkeeper "electra/x/register/keeper"
	registertypes "electra/x/register/types"
	"electra/x/settlement"
	settlementkeeper "electra/x/settlement/keeper"
	settlementtypes "electra/x/settlement/types"
)

// Name is the application's name in CometBFT's handshake and in genesis.
const Name = "electra-main"

// App is one node's application, with the keepers that a community's chain does not have.
type App struct {
	*app.App
	Bank       bankkeeper.BaseKeeper
	Register   registerkeeper.Keeper
	Electra    electrakeeper.Keeper
	Settlement settlementkeeper.Keeper
}

// Kind is the kind of chain, for whoever needs no keeper of it.
func Kind() app.Kind { return kindOf(&App{}) }

// New builds the application and loads its latest state.
func New(logger log.Logger, db dbm.DB, trace io.Writer, opts ...func(*baseapp.BaseApp)) (*App, error) {
	a := &App{}
	built, err := kindOf(a).New(logger, db, trace, opts...)
	if err != nil {
		return nil, err
	}
	a.App = built
	return a, nil
}

// purses are the module accounts: nobody sends to them, and each may do with the bank what stands here.
var purses = map[string][]string{electratypes.ModuleName: {authtypes.Minter, authtypes.Burner}, settlementtypes.ModuleName: nil}

func kindOf(into *App) app.Kind {
	return app.Kind{
		Name:       Name,
		Rule:       metertypes.SharedRule,
		Basics:     []module.AppModuleBasic{bankBasic{}, register.Basic{}, settlement.Basic{}, electra.Basic{}},
		Stores:     []string{banktypes.StoreKey, registertypes.StoreKey, settlementtypes.StoreKey, electratypes.StoreKey},
		Purses:     purses,
		Departures: departures,
		Extend:     into.extend,
	}
}

// extend makes the keepers in the order in which they need one another.
func (a *App) extend(base *app.App, stores app.Stores) (app.Extension, error) {
	cdc := base.Encoding().Codec
	blocked := map[string]bool{}
	for name := range purses {
		blocked[authtypes.NewModuleAddress(name).String()] = true
	}
	authority := authtypes.NewModuleAddress("authority").String()
	balances := provable{runtime.NewKVStoreService(stores.KV[banktypes.StoreKey])}
	a.Bank = bankkeeper.NewBaseKeeper(cdc, balances, base.Accounts, blocked, authority, base.Logger())
	a.Bank.AppendSendRestriction(onlyElectra)
	a.Register = registerkeeper.NewKeeper(cdc, runtime.NewKVStoreService(stores.KV[registertypes.StoreKey]), base.Meters, debts{a},
		holders{a})
	a.Electra = electrakeeper.NewKeeper(cdc, runtime.NewKVStoreService(stores.KV[electratypes.StoreKey]), a.Bank, base.Meters, a.Register)
	a.Bank.AppendSendRestriction(a.Electra.OnlyHolders)
	a.Settlement = settlementkeeper.NewKeeper(cdc, runtime.NewKVStoreService(stores.KV[settlementtypes.StoreKey]), a.Bank, a.Electra,
		a.Register, settled{base.Meters})
	ours := sends{a.Bank, a.Electra}
	base.Meters = base.Meters.WithCommunities(a.Register)
	return app.Extension{
		Modules: []module.AppModule{newBankModule(cdc, a.Bank, base.Accounts, ours), register.NewAppModule(a.Register),
			settlement.NewAppModule(a.Settlement), electra.NewAppModule(a.Electra)},
		Parties: []ante.Module{ours, a.Register, a.Settlement, a.Electra},
	}, nil
}

// onlyElectra holds for whatever moves coins, messages or not.
func onlyElectra(_ context.Context, _, to sdk.AccAddress, amount sdk.Coins) (sdk.AccAddress, error) {
	for _, coin := range amount {
		if coin.Denom != Denom {
			return nil, errorsmod.Wrapf(ErrSendAmount, "expected %s, got %s", Denom, coin.Denom)
		}
	}
	return to, nil
}

// departures are what production would not have: communities for development, the test issuer.
func departures(cdc codec.JSONCodec, states map[string]json.RawMessage) ([]string, error) {
	registered, err := registertypes.ReadGenesis(cdc, states[registertypes.ModuleName])
	if err != nil {
		return nil, err
	}
	state, err := electratypes.ReadGenesis(cdc, states[electratypes.ModuleName])
	if err != nil {
		return nil, err
	}
	return append(registered.Departures(), state.Departures()...), nil
}

// debts are asked of x/settlement, which itself asks the register: so it is looked up when it is there.
type debts struct{ of *App }

func (d debts) IsSuspended(ctx context.Context, uplink []byte) (bool, error) {
	return d.of.Settlement.IsSuspended(sdk.UnwrapSDKContext(ctx), uplink)
}

// holders are asked of x/electra, which itself asks the register.
type holders struct{ of *App }

func (h holders) IsHolder(ctx context.Context, address []byte) (bool, error) {
	return h.of.Electra.IsHolder(ctx, address)
}
