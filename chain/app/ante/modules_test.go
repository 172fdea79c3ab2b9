package ante_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"electra/app/ante"
	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	metertypes "electra/x/meter/types"
)

// auctions is a second module, made of a message that x/meter does not have: each party may bid once.
type auctions struct {
	parties []tc.Party
	bids    *[]string
}

var errBid = errorsmod.Register("auctions", 2, "bid already made")

func (auctions) Package() string { return "electra.auctions.v1" }

func (auctions) Knows(m sdk.Msg) bool { _, ok := m.(*authtypes.MsgUpdateParams); return ok }

func (auctions) MaxBytes(sdk.Msg) int { return 1024 }

func (auctions) Alone(sdk.Msg) bool { return false }

func (a auctions) IsParty(_ context.Context, address []byte) (bool, error) {
	return slices.ContainsFunc(a.parties, func(p tc.Party) bool { return bytes.Equal(p.Key.PubKey().Address(), address) }), nil
}

func (a auctions) Check(_ sdk.Context, m sdk.Msg) error {
	if bidder := m.(*authtypes.MsgUpdateParams).Authority; slices.Contains(*a.bids, bidder) {
		return errorsmod.Wrapf(errBid, "authority: %s", bidder)
	}
	return nil
}

func (a auctions) Apply(_ sdk.Context, m sdk.Msg) error {
	*a.bids = append(*a.bids, m.(*authtypes.MsgUpdateParams).Authority)
	return nil
}

func bid(p tc.Party) sdk.Msg {
	return &authtypes.MsgUpdateParams{Authority: p.Address, Params: authtypes.DefaultParams()}
}

// judge is a chain of two modules, where the operator is a party of both, a meter of the first and a trader of the second.
func judge(t *testing.T) func(signer tc.Party, messages ...sdk.Msg) error {
	t.Helper()
	c := tc.Start(t, tc.State(4))
	trader := tc.NewParty("trader")
	handler := ante.New(c.App.Encoding().Codec, c.App.Accounts, c.App.Encoding().TxConfig.SignModeHandler(), c.App.Meters,
		auctions{parties: []tc.Party{tc.Operator, trader}, bids: new([]string)})
	ctx := c.Context().WithChainID(c.ID)
	c.App.Accounts.SetAccount(ctx, c.App.Accounts.NewAccountWithAddress(ctx, sdk.AccAddress(trader.Key.PubKey().Address())))
	return func(signer tc.Party, messages ...sdk.Msg) error {
		t.Helper()
		raw := c.Tx(signer, messages...)
		tx, err := c.App.TxDecode(raw)
		if err != nil {
			t.Fatal(err)
		}
		_, err = handler(ctx.WithTxBytes(raw), tx, false)
		return err
	}
}

func TestAChainMayHaveTwoModules(t *testing.T) {
	trader, meter := tc.NewParty("trader"), tc.Meter(1)
	unknown := &consensustypes.MsgUpdateParams{Authority: tc.Operator.Address}
	report := func(p tc.Party) sdk.Msg { return tc.Report(p, tc.Slot(tc.Today-1, 0)) }
	for _, test := range []struct {
		name     string
		signer   tc.Party
		messages []sdk.Msg
		want     *errorsmod.Error
	}{
		{"the first module's message from its party is accepted", meter, []sdk.Msg{report(meter)}, nil},
		{"the second module's message from its party is accepted", trader, []sdk.Msg{bid(trader)}, nil},
		{"a party of both mixes them", tc.Operator, []sdk.Msg{tc.PublishNodeKey(2), bid(tc.Operator), tc.PublishNodeKey(3)}, nil},
		{"a party of the first is a stranger to the second", meter, []sdk.Msg{bid(meter)}, txerrors.ErrStranger},
		{"a party of the second is a stranger to the first", trader, []sdk.Msg{report(trader)}, txerrors.ErrStranger},
		{"a party of one does not bring in a message of the other", meter, []sdk.Msg{report(meter), bid(meter)}, txerrors.ErrStranger},
		{"the rules of the second hold on what its first message leaves", trader, []sdk.Msg{bid(trader), bid(trader)}, errBid},
		{"the rules of the first hold on what its first message leaves", meter, []sdk.Msg{report(meter), report(meter)}, metertypes.ErrSlotUsed},
		{"a message that neither knows is refused", tc.Operator, []sdk.Msg{unknown}, txerrors.ErrMessageType},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := judge(t)(test.signer, test.messages...)
			if test.want == nil && err != nil || test.want != nil && !errors.Is(err, test.want) {
				t.Fatalf("expected %v, got %v", test.want, err)
			}
		})
	}
}

func TestARefusedTypeNamesThePackagesOfBothModules(t *testing.T) {
	err := judge(t)(tc.Operator, tc.PublishNodeKey(2), &consensustypes.MsgUpdateParams{Authority: tc.Operator.Address})
	want := "messages[1]: expected one of electra.meter.v1, electra.auctions.v1, " +
		"got /cosmos.consensus.v1.MsgUpdateParams: message type not accepted"
	if err == nil || err.Error() != want {
		t.Fatalf("expected %s\ngot %v", want, err)
	}
}
