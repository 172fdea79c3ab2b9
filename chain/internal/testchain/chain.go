// Package testchain runs one application in memory, block by block, the way CometBFT would: what a test sends goes
// through CheckTx, PrepareProposal, ProcessProposal and FinalizeBlock, and a refusal must come from each of them with
// the same named error. The clock is the test's.
package testchain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/log"
	storetypes "cosmossdk.io/store/types"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"electra/app"
	"electra/x/meter/types"
)

// Chain is an application and where it stands.
type Chain struct {
	T      testing.TB
	App    *app.App
	ID     string
	Height int64
	Time   time.Time
	DB     dbm.DB

	// Validators follows the updates that the application returns: hex of consensus key -> power.
	Validators map[string]int64
	// Events are those of the last block.
	Events []abci.Event
}

// Start begins a chain from a state.
func Start(t testing.TB, state types.GenesisState) *Chain {
	t.Helper()
	c, err := TryStart(t, Document(t, state))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Document is the genesis file of a state. A sealing key that State has signed is signed for the state as it is now.
func Document(t testing.TB, state types.GenesisState) *genutiltypes.AppGenesis {
	t.Helper()
	return DocumentOf(t, ID, state, nil)
}

// DocumentOf is that of another chain, which may have states of further modules.
func DocumentOf(t testing.TB, id string, state types.GenesisState, others types.OtherStates) *genutiltypes.AppGenesis {
	t.Helper()
	if len(state.NodeKeys) == 1 && state.Fresh() && signedByState(state.NodeKeys[0].Signature) {
		key := state.NodeKeys[0]
		key.Signature = Operator.Sign(types.NodeKeyText(id, genesisHashOf(id, state, others), key.Epoch, key.Key))
		state.NodeKeys = []types.NodeKey{key}
	}
	enc, err := app.NewEncoding()
	must(t, err)
	meter, err := types.GenesisJSON(enc.Codec, state)
	must(t, err)
	auth, err := enc.Codec.MarshalJSON(authtypes.DefaultGenesisState())
	must(t, err)
	states := map[string]json.RawMessage{"auth": auth, "meter": meter}
	maps.Copy(states, others)
	raw, err := json.Marshal(states)
	must(t, err)
	params := cmttypes.DefaultConsensusParams()
	params.Block.MaxBytes, params.Block.MaxGas = 2*1024*1024, -1
	validators, err := app.GenesisValidators(state)
	must(t, err)
	return &genutiltypes.AppGenesis{ChainID: id, GenesisTime: Genesis, InitialHeight: 1, AppState: raw,
		Consensus: &genutiltypes.ConsensusGenesis{Params: params, Validators: validators}}
}

// TryStart begins a chain from a genesis document, or says why it does not begin.
func TryStart(t testing.TB, doc *genutiltypes.AppGenesis) (*Chain, error) {
	t.Helper()
	db := dbm.NewMemDB()
	a, err := app.New(log.NewNopLogger(), db, nil, baseapp.SetChainID(doc.ChainID))
	must(t, err)
	return TryStartOn(t, doc, a, db)
}

// TryStartOn is TryStart of a given application, whose kind may be another.
func TryStartOn(t testing.TB, doc *genutiltypes.AppGenesis, a *app.App, db dbm.DB) (*Chain, error) {
	t.Helper()
	response, err := a.InitChain(app.InitChainOf(doc))
	if err != nil {
		return nil, err
	}
	c := &Chain{T: t, App: a, ID: doc.ChainID, Height: doc.InitialHeight - 1, Time: doc.GenesisTime, DB: db, Validators: map[string]int64{}}
	c.follow(response.Validators)
	t.Cleanup(c.everyValueHasAProof)
	c.Block() // the first block's time is the genesis time
	return c, nil
}

// everyValueHasAProof: a value of no bytes has none (ICS-23), and no key beside it can be shown to be absent.
func (c *Chain) everyValueHasAProof() {
	for name, key := range c.stores() {
		if _, kept := key.(*storetypes.KVStoreKey); !kept {
			continue
		}
		entries := c.Context().KVStore(key).Iterator(nil, nil)
		for ; entries.Valid(); entries.Next() {
			if len(entries.Value()) == 0 {
				c.T.Errorf("store %s: expected a value with bytes at the key %x", name, entries.Key())
			}
		}
		must(c.T, entries.Close())
	}
}

func (c *Chain) stores() map[string]storetypes.StoreKey {
	c.T.Helper()
	named, ok := c.App.CommitMultiStore().(interface {
		StoreKeysByName() map[string]storetypes.StoreKey
	})
	if !ok {
		c.T.Fatal("expected a store that knows its parts")
	}
	return named.StoreKeysByName()
}

// Store reads one of the committed state by its name.
func (c *Chain) Store(name string) storetypes.KVStore {
	c.T.Helper()
	return c.Context().KVStore(c.stores()[name])
}

// Now is chain time.
func (c *Chain) Now() int64 {
	clock, err := c.App.Meters.Clock.Get(c.Context())
	must(c.T, err)
	return clock.At(c.Time)
}

// Context reads the committed state.
func (c *Chain) Context() sdk.Context {
	ctx := c.App.NewContext(true)
	return ctx.WithBlockTime(c.Time).WithBlockHeight(c.Height)
}

// After makes a block that much later.
func (c *Chain) After(d time.Duration, txs ...[]byte) []*abci.ExecTxResult {
	c.T.Helper()
	c.Time = c.Time.Add(d)
	return c.Block(txs...)
}

// Until makes empty blocks, at most step apart, up to a second of chain time (on a clock of rate 1).
func (c *Chain) Until(unixS int64, step time.Duration) {
	c.T.Helper()
	for left := unixS - c.Now(); left > 0; left = unixS - c.Now() {
		c.After(min(step, time.Duration(left)*time.Second))
	}
}

// Block makes a block at the chain's present time with all of the transactions, each of which must be accepted by
// CheckTx, proposed, accepted by ProcessProposal and carried out.
func (c *Chain) Block(txs ...[]byte) []*abci.ExecTxResult {
	c.T.Helper()
	for i, tx := range txs {
		response, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: tx})
		must(c.T, err)
		if response.Code != 0 {
			c.T.Fatalf("CheckTx of transaction %d: %s %d: %s", i, response.Codespace, response.Code, response.Log)
		}
	}
	proposed := c.Propose(txs...)
	if len(proposed) != len(txs) {
		c.T.Fatalf("proposed %d of %d transactions", len(proposed), len(txs))
	}
	if !c.Accepts(proposed...) {
		c.T.Fatalf("own proposal at height %d rejected", c.Height+1)
	}
	results := c.Finalize(proposed...)
	for i, r := range results {
		if r.Code != 0 {
			c.T.Fatalf("transaction %d: %s %d: %s", i, r.Codespace, r.Code, r.Log)
		}
	}
	return results
}

// Propose is what an honest proposer makes of a mempool.
func (c *Chain) Propose(txs ...[]byte) [][]byte {
	c.T.Helper()
	response, err := c.App.PrepareProposal(&abci.RequestPrepareProposal{
		Height: c.Height + 1, Time: c.Time, Txs: txs, MaxTxBytes: 2 * 1024 * 1024})
	must(c.T, err)
	return response.Txs
}

// Accepts is what an honest validator says of a proposal.
func (c *Chain) Accepts(txs ...[]byte) bool {
	c.T.Helper()
	response, err := c.App.ProcessProposal(&abci.RequestProcessProposal{Height: c.Height + 1, Time: c.Time, Txs: txs})
	must(c.T, err)
	return response.Status == abci.ResponseProcessProposal_ACCEPT
}

// Finalize carries a block out and commits it, whatever is in it. What the block tells of has to be in the state too, or whoever
// reads states alone would not know of it.
func (c *Chain) Finalize(txs ...[]byte) []*abci.ExecTxResult {
	c.T.Helper()
	before := c.AppHash()
	c.Height++
	response, err := c.App.FinalizeBlock(&abci.RequestFinalizeBlock{Height: c.Height, Time: c.Time, Txs: txs})
	must(c.T, err)
	_, err = c.App.Commit()
	must(c.T, err)
	c.Events = response.Events
	for _, event := range c.Events {
		if strings.HasPrefix(event.Type, "electra.") && bytes.Equal(before, c.AppHash()) {
			c.T.Fatalf("height %d tells of %s, but its state is that of the block before", c.Height, event.Type)
		}
	}
	c.follow(response.ValidatorUpdates)
	return response.TxResults
}

func (c *Chain) follow(updates []abci.ValidatorUpdate) {
	for _, u := range updates {
		key := string(u.PubKey.GetEd25519())
		if u.Power == 0 {
			delete(c.Validators, key)
			continue
		}
		c.Validators[key] = u.Power
	}
}

// Accepted sends messages of one signer in one transaction and makes a block of it.
func (c *Chain) Accepted(signer Party, messages ...sdk.Msg) {
	c.T.Helper()
	c.Block(c.Tx(signer, messages...))
}

// Refused sends the same and wants this named error from CheckTx, from every validator of a proposal, and from
// FinalizeBlock; and wants it left out by an honest proposer.
func (c *Chain) Refused(want *errorsmod.Error, signer Party, messages ...sdk.Msg) string {
	c.T.Helper()
	return c.RefusedTx(want, c.Tx(signer, messages...))
}

// RefusedTx is Refused for a ready transaction. It returns the text of the refusal.
func (c *Chain) RefusedTx(want *errorsmod.Error, tx []byte) string {
	c.T.Helper()
	response, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: tx})
	must(c.T, err)
	if !Is(want, response.Codespace, response.Code) {
		c.T.Fatalf("CheckTx: expected %s, got %s %d: %s", want, response.Codespace, response.Code, response.Log)
	}
	if len(c.Propose(tx)) != 0 {
		c.T.Fatalf("PrepareProposal: expected to leave out what is %s", want)
	}
	if c.Accepts(tx) {
		c.T.Fatalf("ProcessProposal: expected to reject what is %s", want)
	}
	result := c.Finalize(tx)[0]
	if !Is(want, result.Codespace, result.Code) {
		c.T.Fatalf("FinalizeBlock: expected %s, got %s %d: %s", want, result.Codespace, result.Code, result.Log)
	}
	return response.Log
}

// Is compares an answer's codespace and code with a registered error.
func Is(want *errorsmod.Error, codespace string, code uint32) bool {
	return want.Codespace() == codespace && want.ABCICode() == code
}

// AppHash is the committed state's.
func (c *Chain) AppHash() []byte { return c.App.LastCommitID().Hash }

// Query asks a service method of the committed state, as abci_query does.
func (c *Chain) Query(path string, request, response interface {
	Marshal() ([]byte, error)
	Unmarshal([]byte) error
}) error {
	c.T.Helper()
	data, err := request.Marshal()
	must(c.T, err)
	answer, err := c.App.Query(context.Background(), &abci.RequestQuery{Path: path, Data: data})
	must(c.T, err)
	if answer.Code != 0 {
		return errors.New(answer.Log)
	}
	return response.Unmarshal(answer.Value)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
