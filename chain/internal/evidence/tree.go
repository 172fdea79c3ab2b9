package evidence

import (
	"encoding/binary"
	"fmt"

	ics23 "github.com/cosmos/ics23/go"
)

// What a step of a proof may look like in the trees of a chain, as auditors read it (src/reader/light/spec.ts). The ICS-23 library is
// content with less: validators who sign trees of their own making could show this chain what no auditor of it accepts, and one community's
// lie would fail the audit of all. A step is just what the tree writes: heights, sizes and versions that only grow towards the root.

const (
	hashBytes = 32
	// maxNode is what height, size and version are below: readers of JSON hold it exactly.
	maxNode = int64(1) << 48
	// maxKeyBytes is of a key at most, as readers take it (src/reader/light/paths.ts); that of a neighbour may be any.
	maxKeyBytes = 1024
)

// node is what an IAVL tree writes of a node besides its children.
type node struct{ height, size, version int64 }

// readNode reads height, size and version, each a zigzag varint in its shortest form, and gives what follows them.
func readNode(prefix []byte) (n node, rest []byte, err error) {
	for _, into := range []*int64{&n.height, &n.size, &n.version} {
		value, length := binary.Varint(prefix)
		if length <= 0 || value < 0 || value >= maxNode || length != len(binary.AppendVarint(nil, value)) {
			return n, nil, fmt.Errorf("expected three varints in their shortest form: height, size, version")
		}
		*into, prefix = value, prefix[length:]
	}
	return n, prefix, nil
}

// checkStoreSteps wants a leaf of a module's store, and nodes above it that have grown from it.
func checkStoreSteps(p *ics23.ExistenceProof) error {
	if p.Leaf == nil {
		return fmt.Errorf("leaf: expected one")
	}
	if len(p.Key) > maxKeyBytes {
		return fmt.Errorf("key: expected at most %d bytes, got %d", maxKeyBytes, len(p.Key))
	}
	below, rest, err := readNode(p.Leaf.Prefix)
	if err != nil || len(rest) != 0 || below.height != 0 || below.size != 1 {
		return fmt.Errorf("leaf: expected height 0, size 1, a version, and nothing else")
	}
	for i, op := range p.Path {
		n, rest, err := readNode(op.Prefix)
		if err != nil {
			return fmt.Errorf("path[%d]: %w", i, err)
		}
		if n.height <= below.height || n.size <= below.size || n.version < below.version {
			return fmt.Errorf("path[%d]: expected a height and size above its child's, and a version not below it", i)
		}
		left := len(rest) == 1 && len(op.Suffix) == 1+hashBytes && op.Suffix[0] == hashBytes
		right := len(rest) == 2+hashBytes && rest[1+hashBytes] == hashBytes && len(op.Suffix) == 0
		own := len(op.Prefix) - len(rest) + 1
		if !left && !right || rest[0] != hashBytes || own > int(ics23.IavlSpec.InnerSpec.MaxPrefixLength) {
			return fmt.Errorf("path[%d]: expected two children of %d bytes, one of them the path's", i, hashBytes)
		}
		below = n
	}
	return nil
}

// checkStoresSteps wants what CometBFT's Merkle tree of the stores writes.
func checkStoresSteps(p *ics23.ExistenceProof) error {
	if p.Leaf == nil || len(p.Leaf.Prefix) != 1 {
		return fmt.Errorf("leaf: expected one 0 byte")
	}
	for i, op := range p.Path {
		left := len(op.Prefix) == 1 && len(op.Suffix) == hashBytes
		right := len(op.Prefix) == 1+hashBytes && len(op.Suffix) == 0
		if !left && !right || op.Prefix[0] != 1 {
			return fmt.Errorf("path[%d]: expected a 1 byte and two children of %d bytes, one of them the path's", i, hashBytes)
		}
	}
	return nil
}
