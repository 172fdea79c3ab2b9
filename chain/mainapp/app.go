// Package mainapp wires the main chain: what every chain has (electra/app), and beside it x/bank for ELECTRA and the modules by which
// communities take part. Its meters are communities.
package mainapp

import (
	"context"
	"io"

	dbm "github.com/cosmos/cosmos-db"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"electra/app"
	"electra/app/ante"
)

// Name is the application's name in CometBFT's handshake and in genesis.
const Name = "electra-main"

// App is one node's application, with the keepers that a community's chain does not have.
type App struct {
	*app.App
	Bank bankkeeper.BaseKeeper
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
var purses = map[string][]string{}

func kindOf(into *App) app.Kind {
	return app.Kind{
		Name:   Name,
		Basics: []module.AppModuleBasic{bankBasic{}},
		Stores: []string{banktypes.StoreKey},
		Purses: purses,
		Extend: into.extend,
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
	a.Bank = bankkeeper.NewBaseKeeper(cdc, runtime.NewKVStoreService(stores.KV[banktypes.StoreKey]), base.Accounts, blocked, authority,
		base.Logger())
	rules := nobodySends{}
	a.Bank.AppendSendRestriction(onlyElectra)
	ours := sends{a.Bank, rules}
	return app.Extension{
		Modules: []module.AppModule{newBankModule(cdc, a.Bank, base.Accounts, ours)},
		Parties: []ante.Module{ours},
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

// nobodySends stands where nobody has said who may hold ELECTRA.
type nobodySends struct{}

func (nobodySends) IsHolder(context.Context, []byte) (bool, error) { return false, nil }
func (nobodySends) CheckSend(_ sdk.Context, _, _ []byte, _ sdk.Coin) error {
	return errorsmod.Wrap(ErrSendTo, "from_address: expected a holder of ELECTRA")
}
func (nobodySends) NoteSend(_ sdk.Context, _, _ []byte, _ sdk.Coin) error { return nil }
