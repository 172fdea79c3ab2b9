package testchain

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/tx"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"

	"electra/app"
	"electra/internal/testkeys"
	"electra/x/meter/types"
)

// ID is the chain id of every test chain, Genesis its genesis time: midnight of Today.
const (
	ID    = "electra-test-5eed0001"
	Today = uint32(20635) // 2026-07-01
)

var Genesis = time.Unix(int64(Today)*types.DaySeconds, 0).UTC()

// Party is somebody who signs: a name is enough to draw the key from.
type Party struct {
	Name    string
	Key     cryptotypes.PrivKey
	Address string
}

var parties sync.Map // drawn once: deriving a key is slow

// NewParty draws a party.
func NewParty(name string) Party {
	if p, ok := parties.Load(name); ok {
		return p.(Party)
	}
	key := secp256k1.GenPrivKeyFromSecret([]byte(name))
	address, err := types.FormatAddress(key.PubKey().Address())
	if err != nil {
		panic(err)
	}
	p := Party{name, key, address}
	parties.Store(name, p)
	return p
}

// The cast. Meters 1 to 4 are validators, the fifth is light.
var (
	Operator = NewParty("operator")
	Stranger = NewParty("stranger")
)

// Meter and Member are the n-th of each.
func Meter(n int) Party  { return NewParty("meter" + string(rune('0'+n))) }
func Member(n int) Party { return NewParty("member" + string(rune('0'+n))) }

// ConsensusKey draws an Ed25519 key.
func ConsensusKey(name string) []byte {
	return cmted25519.GenPrivKeyFromSecret([]byte(name)).PubKey().Bytes()
}

// NodeKey is a usable X25519 coordinate: a small number that is no low-order point.
func NodeKey(n byte) []byte {
	key := make([]byte, types.KeyBytes)
	key[0] = 9 + n
	return key
}

// Params are production's, but for the blocks that a test need not make.
func Params() types.Params {
	p := types.DefaultParams()
	p.GraceBlocks = 3
	return p
}

// VerificationKeys are sound keys that nobody proves with; SharedKeys those of a chain with the rule shared/1.
var (
	VerificationKeys = sync.OnceValue(func() []types.VerificationKey { return keysOf(types.Circuits) })
	SharedKeys       = sync.OnceValue(func() []types.VerificationKey { return keysOf(types.SharedCircuits) })
)

func keysOf(circuits []types.Circuit) (keys []types.VerificationKey) {
	for _, circuit := range circuits {
		k := testkeys.Of(circuit.Name, circuit.PublicInputs)
		keys = append(keys, types.VerificationKey{Circuit: k.Circuit, Alpha: k.Alpha, Beta: k.Beta, Gamma: k.Gamma, Delta: k.Delta, Ic: k.IC})
	}
	return keys
}

// Tariff is a flat one.
func Tariff(from uint32) types.Tariff {
	t := types.Tariff{FromDay: from, Rule: types.TariffRule, FeePerDayNel: 250_000_000}
	for range types.SlotsPerDay {
		t.RetailNelPerWh = append(t.RetailNelPerWh, 300_000)
		t.FeedInNelPerWh = append(t.FeedInNelPerWh, 80_000)
	}
	return t
}

// State is a community of n validators and one light meter, all from yesterday on, with one sealing key.
func State(validators int) types.GenesisState {
	g := types.GenesisState{Params: Params(), Clock: types.Clock{StartUnixS: Genesis.Unix(), Rate: 1}, Operator: Operator.Address,
		NodeKeys: []types.NodeKey{{Epoch: 1, Key: NodeKey(0)}}, Tariffs: []types.Tariff{Tariff(Today - 1)},
		VerificationKeys: slices.Clone(VerificationKeys())}
	for n := 1; n <= validators+1; n++ {
		m := types.Meter{Address: Meter(n).Address, Member: Member(n).Address, FirstDay: Today - 1, MaxWhPerSlot: 5000}
		if n <= validators {
			m.ConsensusKey = ConsensusKey(Meter(n).Name)
		}
		g.Meters = append(g.Meters, m)
	}
	signSealingKey(&g, validators)
	return g
}

// SharedTariff has one price of what is shared.
func SharedTariff(from uint32) types.Tariff {
	t := Tariff(from)
	t.Rule = types.SharedRule
	for i := range types.SlotsPerDay {
		t.RetailNelPerWh[i], t.FeedInNelPerWh[i] = 191_000, 0
	}
	return t
}

// SharedState is State of communities: as many validators and one light one, under the rule shared/1.
func SharedState(validators int) types.GenesisState {
	g := State(validators)
	graceBlocks := g.Params.GraceBlocks
	g.Params = types.ProductionParams(types.SharedRule)
	g.Params.GraceBlocks = graceBlocks
	g.VerificationKeys, g.Tariffs = slices.Clone(SharedKeys()), []types.Tariff{SharedTariff(Today - 1)}
	signSealingKey(&g, validators)
	return g
}

// begun is what states of these tests differ by.
type begun struct {
	rule       string
	validators int
}

var signatures sync.Map // of the sealing keys of State and SharedState: hashing a genesis is slow

func signSealingKey(g *types.GenesisState, validators int) {
	of := begun{g.Params.Rule, validators}
	signature, signed := signatures.Load(of)
	if !signed {
		signature = SignNodeKey(Operator, *g, 1, g.NodeKeys[0].Key)
		signatures.Store(of, signature)
	}
	g.NodeKeys[0].Signature = signature.([]byte)
}

func signedByState(signature []byte) bool {
	found := false
	signatures.Range(func(_, known any) bool {
		found = found || bytes.Equal(known.([]byte), signature)
		return !found
	})
	return found
}

// Sign is a party's signature of a text's SHA-256, 64 bytes.
func (p Party) Sign(text []byte) []byte {
	signature, err := p.Key.Sign(text)
	if err != nil {
		panic(err)
	}
	return signature
}

// SignNodeKey signs an epoch's key for the chain that begins with a state.
func SignNodeKey(by Party, state types.GenesisState, epoch uint32, key []byte) []byte {
	return by.Sign(types.NodeKeyText(ID, GenesisHash(state), epoch, key))
}

// GenesisHash is that of a state, begun as the test chains are.
func GenesisHash(state types.GenesisState) []byte { return genesisHashOf(ID, state, nil) }

func genesisHashOf(id string, state types.GenesisState, others types.OtherStates) []byte {
	enc, err := app.NewEncoding()
	if err != nil {
		panic(err)
	}
	hash, err := types.GenesisHash(enc.Codec, id, Genesis, 1, state, others)
	if err != nil {
		panic(err)
	}
	return hash
}

// Tx signs messages with the signer's present sequence.
func (c *Chain) Tx(signer Party, messages ...sdk.Msg) []byte {
	c.T.Helper()
	return c.TxWith(signer, 0, nil, messages...)
}

// TxWith signs with the sequence moved on by some, for several transactions in one block, after a last change to the
// transaction.
func (c *Chain) TxWith(signer Party, ahead uint64, change func(client.TxBuilder), messages ...sdk.Msg) []byte {
	c.T.Helper()
	config := c.App.Encoding().TxConfig
	builder := config.NewTxBuilder()
	must(c.T, builder.SetMsgs(messages...))
	builder.SetGasLimit(1)
	if change != nil {
		change(builder)
	}
	data := authsigning.SignerData{Address: signer.Address, ChainID: c.ID, PubKey: signer.Key.PubKey(), Sequence: ahead}
	address, err := types.ParseAddress("address", signer.Address)
	must(c.T, err)
	if account := c.App.Accounts.GetAccount(c.Context(), address); account != nil {
		data.AccountNumber = account.GetAccountNumber()
		data.Sequence += account.GetSequence()
	}
	Sign(c.T, config, builder, signer, data)
	raw, err := config.TxEncoder()(builder.GetTx())
	must(c.T, err)
	return raw
}

// Sign puts one SIGN_MODE_DIRECT signature on a transaction.
func Sign(t testing.TB, config client.TxConfig, builder client.TxBuilder, signer Party, data authsigning.SignerData) {
	t.Helper()
	mode := signing.SignMode_SIGN_MODE_DIRECT
	empty := signing.SignatureV2{PubKey: signer.Key.PubKey(), Data: &signing.SingleSignatureData{SignMode: mode}, Sequence: data.Sequence}
	must(t, builder.SetSignatures(empty)) // the signer infos are part of what is signed
	signature, err := tx.SignWithPrivKey(context.Background(), mode, data, builder, signer.Key, config, data.Sequence)
	must(t, err)
	must(t, builder.SetSignatures(signature))
}
