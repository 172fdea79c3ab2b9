package evidence

import (
	"bytes"
	"fmt"

	ics23 "github.com/cosmos/ics23/go"

	metertypes "electra/x/meter/types"
)

// State is what proofs say of the meters' store under a header: of the state after the block before it.
type State struct{ proofs []*ics23.CommitmentProof }

// ReadState verifies every proof under the header's app hash.
func ReadState(h Header, e *metertypes.Evidence) (s State, err error) {
	store, err := readProof("store_proof", e.StoreProof)
	if err != nil {
		return s, err
	}
	exist := store.GetExist()
	app := ics23.CommitmentRoot(h.AppHash)
	if exist == nil || checkStoresSteps(exist) != nil ||
		!ics23.VerifyMembership(ics23.TendermintSpec, app, store, []byte(metertypes.StoreKey), exist.Value) {
		return s, fmt.Errorf("store_proof: expected the meters' store under the header's app_hash")
	}
	root := ics23.CommitmentRoot(exist.Value)
	for i, raw := range e.Proofs {
		name := fmt.Sprintf("proofs[%d]", i)
		proof, err := readProof(name, raw)
		if err != nil {
			return s, err
		}
		if !holds(root, proof) {
			return s, fmt.Errorf("%s: expected a key of the meters' store with its value, or between which two keys it is not", name)
		}
		s.proofs = append(s.proofs, proof)
	}
	return s, nil
}

// holds looks at steps first: of some that no tree writes the library's comparison of neighbours panics.
func holds(root ics23.CommitmentRoot, proof *ics23.CommitmentProof) bool {
	if exist := proof.GetExist(); exist != nil {
		return checkStoreSteps(exist) == nil && ics23.VerifyMembership(ics23.IavlSpec, root, proof, exist.Key, exist.Value)
	}
	if absent := proof.GetNonexist(); absent != nil {
		for _, side := range []*ics23.ExistenceProof{absent.Left, absent.Right} {
			if side != nil && checkStoreSteps(side) != nil {
				return false
			}
		}
		return ics23.VerifyNonMembership(ics23.IavlSpec, root, proof, absent.Key)
	}
	return false
}

// readProof takes the one encoding of a proof.
func readProof(name string, raw []byte) (*ics23.CommitmentProof, error) {
	proof := &ics23.CommitmentProof{}
	if err := proof.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("%s: expected the encoding of one: %w", name, err)
	}
	if again, err := proof.Marshal(); err != nil || !bytes.Equal(again, raw) {
		return nil, fmt.Errorf("%s: expected the one encoding of its value", name)
	}
	return proof, nil
}

// Count is how many proofs there are.
func (s State) Count() int { return len(s.proofs) }

// Value is that of a key, by the i-th proof.
func (s State) Value(i int, key []byte) ([]byte, error) {
	exist := s.proofs[i].GetExist()
	if exist == nil || !bytes.Equal(exist.Key, key) {
		return nil, fmt.Errorf("proofs[%d]: expected the value of key %x", i, key)
	}
	return exist.Value, nil
}

// UpTo is the last value at or before a key, by the i-th proof, and its key: the key's own, or that of its left neighbour.
func (s State) UpTo(i int, key []byte) (found, value []byte, err error) {
	if exist := s.proofs[i].GetExist(); exist != nil && bytes.Equal(exist.Key, key) {
		return key, exist.Value, nil
	}
	absent := s.proofs[i].GetNonexist()
	if absent == nil || !bytes.Equal(absent.Key, key) || absent.Left == nil {
		return nil, nil, fmt.Errorf("proofs[%d]: expected what stands at or before key %x", i, key)
	}
	return absent.Left.Key, absent.Left.Value, nil
}

// ReadValue reads what stands behind a key. It is the one encoding of its value: what is beside it an auditor would not read.
func ReadValue(raw []byte, into interface {
	Unmarshal([]byte) error
	Marshal() ([]byte, error)
}) error {
	if err := into.Unmarshal(raw); err != nil {
		return err
	}
	if again, err := into.Marshal(); err != nil || !bytes.Equal(again, raw) {
		return fmt.Errorf("expected the one encoding of its value")
	}
	return nil
}
