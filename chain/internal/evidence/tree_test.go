package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"testing"

	ics23 "github.com/cosmos/ics23/go"

	cmtcrypto "github.com/cometbft/cometbft/crypto/ed25519"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cometbft/cometbft/version"

	metertypes "electra/x/meter/types"
)

func varints(numbers ...int64) (raw []byte) {
	for _, n := range numbers {
		raw = binary.AppendVarint(raw, n)
	}
	return raw
}

func leafOf(key string, prefix []byte) *ics23.ExistenceProof {
	spec := *ics23.IavlSpec.LeafSpec
	spec.Prefix = prefix
	return &ics23.ExistenceProof{Key: []byte(key), Value: []byte("value of " + key), Leaf: &spec}
}

func hashOf(t *testing.T, p *ics23.ExistenceProof) []byte {
	t.Helper()
	root, err := p.Calculate()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// above puts a node over two leaves, which stand left and right of it.
func above(t *testing.T, prefix []byte, left, right *ics23.ExistenceProof) []byte {
	t.Helper()
	l, r := append([]byte{hashBytes}, hashOf(t, left)...), append([]byte{hashBytes}, hashOf(t, right)...)
	left.Path = append(left.Path, &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: append(bytes.Clone(prefix), hashBytes), Suffix: r})
	right.Path = append(right.Path, &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: append(append(bytes.Clone(prefix), l...), hashBytes)})
	return hashOf(t, left)
}

func existence(p *ics23.ExistenceProof) *ics23.CommitmentProof {
	return &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: p}}
}

// Validators sign whatever tree they like. One that the ICS-23 library is content with, and that no auditor reads, is refused here.
func TestTreesThatNoAuditorReadsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		leaf, inner []byte
		holds       bool
	}{
		"as a store writes it":                 {varints(0, 1, 7), varints(1, 2, 7), true},
		"as large as readers take":             {varints(0, 1, 7), varints(1, 2, 1<<48-1), true},
		"a version that no reader holds":       {varints(0, 1, 7), varints(1, 2, 1<<48), false},
		"a leaf of two":                        {varints(0, 2, 7), varints(1, 3, 7), false},
		"a node no larger than its child":      {varints(0, 1, 7), varints(1, 1, 7), false},
		"a node older than its child":          {varints(0, 1, 7), varints(1, 2, 6), false},
		"a number longer than it needs":        {varints(0, 1, 7), append(varints(1, 2), 0x8e, 0x00), false},
		"a number of a leaf longer than it is": {append(varints(0, 1), 0x8e, 0x00), varints(1, 2, 7), false},
	} {
		t.Run(name, func(t *testing.T) {
			left, right := leafOf("a", c.leaf), leafOf("c", c.leaf)
			root := above(t, c.inner, left, right)
			if !ics23.VerifyMembership(ics23.IavlSpec, root, existence(left), left.Key, left.Value) {
				t.Fatal("expected the library to be content with it")
			}
			if holds(root, existence(left)) != c.holds {
				t.Errorf("expected holds = %t of a key that is there", c.holds)
			}
			absent := &ics23.NonExistenceProof{Key: []byte("b"), Left: left, Right: right}
			if holds(root, &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{Nonexist: absent}}) != c.holds {
				t.Errorf("expected holds = %t of a key between two", c.holds)
			}
		})
	}
}

// A node of three children has a hash as any other. The library takes it, and its comparison of neighbours panics where they part there.
func TestANodeOfThreeChildrenStopsNobody(t *testing.T) {
	left, right := leafOf("a", varints(0, 1, 7)), leafOf("c", varints(0, 1, 7))
	root := above(t, varints(1, 3, 7), left, right)
	third := append([]byte{hashBytes}, root...)
	for _, p := range []*ics23.ExistenceProof{left, right} {
		p.Path[0].Suffix = append(p.Path[0].Suffix, third...)
	}
	root = hashOf(t, left)
	if !ics23.VerifyMembership(ics23.IavlSpec, root, existence(left), left.Key, left.Value) {
		t.Fatal("expected the library to be content with it")
	}
	absent := &ics23.NonExistenceProof{Key: []byte("b"), Left: left, Right: right}
	if holds(root, &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{Nonexist: absent}}) || holds(root, existence(left)) {
		t.Error("expected it to be refused")
	}
}

// Beside a key that is not there may stand any, of a length that nothing else bounds.
func TestANeighbourWhoseKeyIsLongerThanReadersTakeIsRefused(t *testing.T) {
	for length, want := range map[int]bool{1024: true, 1025: false} {
		left, right := leafOf("a", varints(0, 1, 7)), leafOf(strings.Repeat("c", length), varints(0, 1, 7))
		root := above(t, varints(1, 2, 7), left, right)
		absent := &ics23.NonExistenceProof{Key: []byte("b"), Left: left, Right: right}
		if holds(root, &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{Nonexist: absent}}) != want {
			t.Errorf("%d bytes: expected holds = %t", length, want)
		}
	}
}

// What a proof shows is the one encoding of its value.
func TestAValueHasOneEncoding(t *testing.T) {
	raw, err := (&metertypes.Proven{Day: 7, Version: 1}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	var proven metertypes.Proven
	if err := ReadValue(raw, &proven); err != nil || proven.Day != 7 {
		t.Errorf("expected it to be read, got %v, %v", proven, err)
	}
	for name, bad := range map[string][]byte{"a field that nobody knows": append(bytes.Clone(raw), 0x78, 1), "cut off": raw[:len(raw)-1],
		"a field said twice": append(bytes.Clone(raw), raw...)} {
		if err := ReadValue(bad, &proven); err == nil {
			t.Errorf("%s: expected a refusal", name)
		}
	}
}

// A validator that stands in a set twice would count twice, and CometBFT's light client does not look for it.
func TestNobodyStandsInASetTwice(t *testing.T) {
	one, other := cmtcrypto.GenPrivKeyFromSecret([]byte("one")), cmtcrypto.GenPrivKeyFromSecret([]byte("other"))
	for name, c := range map[string]struct {
		keys []cmtcrypto.PrivKey
		is   bool
	}{"once": {[]cmtcrypto.PrivKey{one, other}, true}, "twice": {[]cmtcrypto.PrivKey{one, one, other}, false}} {
		set := &cmttypes.ValidatorSet{}
		for _, key := range c.keys {
			set.Validators = append(set.Validators, cmttypes.NewValidator(key.PubKey(), 10))
		}
		e := signedBy(t, set, c.keys)
		h, err := Read(e)
		if (err == nil) != c.is {
			t.Fatalf("%s: expected it to be read = %t, got %v", name, c.is, err)
		}
		if err == nil && h.FaultAlone("electra-test-5eed0009") != "" {
			t.Errorf("%s: %s", name, h.FaultAlone("electra-test-5eed0009"))
		}
	}
}

func signedBy(t *testing.T, set *cmttypes.ValidatorSet, keys []cmtcrypto.PrivKey) *metertypes.Evidence {
	t.Helper()
	some := sha256.Sum256([]byte("some"))
	hash := some[:]
	id := func(of []byte) cmttypes.BlockID {
		return cmttypes.BlockID{Hash: of, PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: hash}}
	}
	header := cmttypes.Header{Version: cmtversion.Consensus{Block: version.BlockProtocol}, ChainID: "electra-test-5eed0009", Height: 9,
		LastBlockID: id(hash), LastCommitHash: hash, DataHash: hash, ValidatorsHash: set.Hash(), NextValidatorsHash: set.Hash(),
		ConsensusHash: hash, AppHash: hash, LastResultsHash: hash, EvidenceHash: hash, ProposerAddress: set.Validators[0].Address}
	commit := &cmttypes.Commit{Height: header.Height, BlockID: id(header.Hash())}
	for i, key := range keys {
		commit.Signatures = append(commit.Signatures, cmttypes.CommitSig{BlockIDFlag: cmttypes.BlockIDFlagCommit,
			ValidatorAddress: key.PubKey().Address(), Timestamp: header.Time, Signature: []byte{0}})
		signature, err := key.Sign(commit.VoteSignBytes(header.ChainID, int32(i)))
		if err != nil {
			t.Fatal(err)
		}
		commit.Signatures[i].Signature = signature
	}
	raw, err := (&cmttypes.SignedHeader{Header: &header, Commit: commit}).ToProto().Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return &metertypes.Evidence{SignedHeader: raw, Validators: ListOf(set)}
}
