// Package testevidence is a community's chain of tests that signs headers and proves its state, as CometBFT and a node would.
package testevidence

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cometbft/cometbft/version"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/evidence"
	tc "electra/internal/testchain"
	metertypes "electra/x/meter/types"
)

// Community is a chain with the keys of its validators.
type Community struct {
	*tc.Chain
	Keys []cmted25519.PrivKey
}

// Start begins a community of four validators, the meters 1 to 4.
func Start(t testing.TB) *Community { return On(tc.Start(t, tc.State(4))) }

// On is a chain of testchain's, whose validators' keys are drawn from the names of its meters.
func On(c *tc.Chain) *Community {
	community := &Community{Chain: c}
	for n := 1; n <= 9; n++ {
		key := cmted25519.GenPrivKeyFromSecret([]byte(tc.Meter(n).Name))
		if _, is := c.Validators[string(key.PubKey().Bytes())]; is {
			community.Keys = append(community.Keys, key)
		}
	}
	return community
}

// Write changes the state as no message could.
func (c *Community) Write(write func(ctx sdk.Context) error) {
	c.T.Helper()
	if err := write(c.App.NewUncachedContext(false, cmtproto.Header{ChainID: c.ID, Height: c.Height, Time: c.Time})); err != nil {
		c.T.Fatal(err)
	}
	c.After(time.Second)
}

// Prove writes that the first book of a day is proven.
func (c *Community) Prove(proven metertypes.Proven) {
	c.T.Helper()
	c.Write(func(ctx sdk.Context) error {
		return c.App.Meters.Proven.Set(ctx, collections.Join(proven.Day, proven.Version), proven)
	})
}

// Share writes that from a day on the community shares on a main chain.
func (c *Community) Share(u metertypes.Uplink) {
	c.T.Helper()
	c.Write(func(ctx sdk.Context) error { return c.App.Meters.Uplinks.Set(ctx, u.FromDay, u) })
}

// SetOf is a set of equal validators, in CometBFT's order.
func SetOf(keys []cmted25519.PrivKey) *cmttypes.ValidatorSet {
	var all []*cmttypes.Validator
	for _, key := range keys {
		all = append(all, cmttypes.NewValidator(key.PubKey(), metertypes.EqualPower))
	}
	return cmttypes.NewValidatorSet(all)
}

// Header is one that follows the last block, and who signs it; a test changes it before.
type Header struct {
	cmttypes.Header
	Set, Next []cmted25519.PrivKey
	Signers   []cmted25519.PrivKey
}

// Next is the header after the last block: it says what the state is.
func (c *Community) Next() Header {
	return Header{Set: c.Keys, Next: c.Keys, Signers: c.Keys, Header: cmttypes.Header{
		Version: cmtversion.Consensus{Block: version.BlockProtocol}, ChainID: c.ID, Height: c.Height + 1, Time: c.Time.Add(time.Second),
		AppHash: c.AppHash(), LastBlockID: cmttypes.BlockID{Hash: bytes.Repeat([]byte{1}, 32),
			PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: bytes.Repeat([]byte{2}, 32)}}}}
}

// Signed is the header with its commit.
func (h Header) Signed(t testing.TB) *cmttypes.SignedHeader {
	t.Helper()
	set := SetOf(h.Set)
	h.ValidatorsHash = set.Hash()
	if len(h.Next) > 0 { // else none is named
		h.NextValidatorsHash = SetOf(h.Next).Hash()
	}
	h.ConsensusHash = cmttypes.DefaultConsensusParams().Hash()
	h.ProposerAddress = set.Validators[0].Address
	empty := bytes.Repeat([]byte{3}, 32)
	h.LastCommitHash, h.DataHash, h.LastResultsHash, h.EvidenceHash = empty, empty, empty, empty
	header := h.Header
	id := cmttypes.BlockID{Hash: header.Hash(), PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: bytes.Repeat([]byte{4}, 32)}}
	commit := &cmttypes.Commit{Height: header.Height, BlockID: id}
	for i, v := range set.Validators {
		at := slices.IndexFunc(h.Signers, func(k cmted25519.PrivKey) bool { return bytes.Equal(k.PubKey().Address(), v.Address) })
		if at < 0 {
			commit.Signatures = append(commit.Signatures, cmttypes.NewCommitSigAbsent())
			continue
		}
		vote := &cmtproto.Vote{Type: cmtproto.PrecommitType, Height: header.Height, BlockID: id.ToProto(), Timestamp: header.Time,
			ValidatorAddress: v.Address, ValidatorIndex: int32(i)}
		signature, err := h.Signers[at].Sign(cmttypes.VoteSignBytes(header.ChainID, vote))
		if err != nil {
			t.Fatal(err)
		}
		commit.Signatures = append(commit.Signatures, cmttypes.CommitSig{BlockIDFlag: cmttypes.BlockIDFlagCommit, ValidatorAddress: v.Address,
			Timestamp: header.Time, Signature: signature})
	}
	return &cmttypes.SignedHeader{Header: &header, Commit: commit}
}

// Evidence is the header as it is sent, judged from one whose next set is trusted (nil: the same).
func (h Header) Evidence(t testing.TB, trusted []cmted25519.PrivKey) *metertypes.Evidence {
	t.Helper()
	raw, err := h.Signed(t).ToProto().Marshal()
	if err != nil {
		t.Fatal(err)
	}
	e := &metertypes.Evidence{SignedHeader: raw, Validators: evidence.ListOf(SetOf(h.Set))}
	if trusted != nil {
		e.TrustedValidators = evidence.ListOf(SetOf(trusted))
	}
	return e
}

// With adds proofs of keys of the state after the last block.
func (c *Community) With(e *metertypes.Evidence, keys ...[]byte) *metertypes.Evidence {
	c.T.Helper()
	for _, key := range keys {
		answer, err := c.App.Query(context.Background(), &abci.RequestQuery{Path: "/store/meter/key", Data: key, Prove: true, Height: c.Height})
		if err != nil || answer.Code != 0 {
			c.T.Fatal(err, answer)
		}
		e.Proofs = append(e.Proofs, answer.ProofOps.Ops[0].Data)
		e.StoreProof = answer.ProofOps.Ops[1].Data
	}
	return e
}

// ProvenKey and UplinkKey are the keys of a day.
func ProvenKey(day uint32) []byte {
	return append([]byte{metertypes.ProvenStorePrefix}, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, day), 1)...)
}

func UplinkKey(day uint32) []byte {
	return append([]byte{metertypes.UplinkStorePrefix}, binary.BigEndian.AppendUint32(nil, day)...)
}

// RegisterKeys are those that a registration proves.
func RegisterKeys() [][]byte {
	keys := [][]byte{{metertypes.ParamsStorePrefix}, {metertypes.ClockStorePrefix}, {metertypes.GenesisStorePrefix}}
	for _, circuit := range metertypes.Circuits {
		keys = append(keys, append([]byte{metertypes.KeysStorePrefix}, circuit.Name...))
	}
	return keys
}
