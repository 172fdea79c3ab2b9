package types

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/big"
	"testing"
)

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// littleEndian is n in 32 bytes.
func littleEndian(n *big.Int) []byte {
	raw := n.FillBytes(make([]byte, 32))
	for i, j := 0, 31; i < j; i, j = i+1, j-1 {
		raw[i], raw[j] = raw[j], raw[i]
	}
	return raw
}

// The eight points of small order, by y coordinate and sign (RFC 8032 encoding), and the other encodings of them that
// a lenient decoder takes.
var smallOrderEd25519 = []string{
	"0100000000000000000000000000000000000000000000000000000000000000", // order 1
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // order 2
	"0000000000000000000000000000000000000000000000000000000000000000", // order 4
	"0000000000000000000000000000000000000000000000000000000000000080", // order 4
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", // order 8
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // order 8
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", // order 8
	"0100000000000000000000000000000000000000000000000000000000000080", // order 1, negative zero
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", // order 2, negative zero
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // y = p + 1
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
}

func TestConsensusKeysOfSmallOrderAreRefused(t *testing.T) {
	for _, text := range smallOrderEd25519 {
		if err := CheckConsensusKey("consensus_key", unhex(t, text)); !errors.Is(err, ErrConsensusKey) {
			t.Errorf("%s: expected a refusal, got %v", text, err)
		}
	}
}

func TestOrdinaryConsensusKeysAreAccepted(t *testing.T) {
	for _, text := range []string{
		"5866666666666666666666666666666666666666666666666666666666666666", // the base point
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", // RFC 8032, test 1
		"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", // RFC 8032, test 2
	} {
		if err := CheckConsensusKey("consensus_key", unhex(t, text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := CheckConsensusKey("consensus_key", unhex(t,
		"0200000000000000000000000000000000000000000000000000000000000000")); !errors.Is(err, ErrConsensusKey) {
		t.Errorf("y = 2 is no point of the curve: expected a refusal, got %v", err)
	}
	for _, n := range []int{0, 31, 33, 64} {
		if err := CheckConsensusKey("consensus_key", make([]byte, n)); !errors.Is(err, ErrConsensusKey) {
			t.Errorf("%d bytes: expected a refusal, got %v", n, err)
		}
	}
}

// y and y + p are one point to a lenient decoder: a key has one encoding.
func TestAConsensusKeyHasOneEncoding(t *testing.T) {
	tried := 0
	for y := int64(2); y < 19; y++ {
		if CheckConsensusKey("consensus_key", littleEndian(big.NewInt(y))) != nil {
			continue // no point of the curve
		}
		tried++
		if err := CheckConsensusKey("consensus_key", littleEndian(new(big.Int).Add(curveP, big.NewInt(y)))); !errors.Is(err, ErrConsensusKey) {
			t.Errorf("y = %d + p: expected a refusal, got %v", y, err)
		}
	}
	if tried < 5 {
		t.Errorf("expected some small y to be points, got %d", tried)
	}
}

// The X25519 coordinates that give an all-zero secret whatever the other key is (the list of libsodium and of
// cr.yp.to/ecdh.html), and all other encodings of them.
func lowOrderX25519(t *testing.T) [][]byte {
	p := curveP
	order8a := new(big.Int).SetBytes(reverse(unhex(t, "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")))
	order8b := new(big.Int).SetBytes(reverse(unhex(t, "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")))
	add := func(a *big.Int, n int64) *big.Int { return new(big.Int).Add(a, big.NewInt(n)) }
	var all [][]byte
	for _, u := range []*big.Int{big.NewInt(0), big.NewInt(1), order8a, order8b, add(p, -1), p, add(p, 1)} {
		encoded := littleEndian(u)
		all = append(all, encoded)
		high := bytes.Clone(encoded)
		high[31] |= 0x80
		all = append(all, high)
	}
	return all
}

func reverse(b []byte) []byte {
	out := bytes.Clone(b)
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func TestNodeKeysOfLowOrderAreRefused(t *testing.T) {
	for _, key := range lowOrderX25519(t) {
		if err := CheckNodeKey("key", key); !errors.Is(err, ErrNodeKey) {
			t.Errorf("%x: expected a refusal, got %v", key, err)
		}
	}
}

func TestOrdinaryNodeKeysAreAccepted(t *testing.T) {
	base := make([]byte, 32)
	base[0] = 9
	alice := unhex(t, "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a") // RFC 7748
	for _, key := range [][]byte{base, alice} {
		if err := CheckNodeKey("key", key); err != nil {
			t.Errorf("%x: %v", key, err)
		}
		high := bytes.Clone(key) // the same point in another encoding
		high[31] |= 0x80
		if err := CheckNodeKey("key", high); !errors.Is(err, ErrNodeKey) {
			t.Errorf("%x: expected a refusal, got %v", high, err)
		}
	}
	if err := CheckNodeKey("key", littleEndian(new(big.Int).Add(curveP, big.NewInt(9)))); !errors.Is(err, ErrNodeKey) {
		t.Errorf("p + 9: expected a refusal, got %v", err)
	}
	if err := CheckNodeKey("key", littleEndian(new(big.Int).Sub(curveP, big.NewInt(2)))); err != nil {
		t.Errorf("p - 2, the greatest usable coordinate: %v", err)
	}
	for _, n := range []int{0, 31, 33} {
		if err := CheckNodeKey("key", make([]byte, n)); !errors.Is(err, ErrNodeKey) {
			t.Errorf("%d bytes: expected a refusal, got %v", n, err)
		}
	}
}

func TestACommitmentIsBelowTheFieldOrder(t *testing.T) {
	least, greatest := make([]byte, 32), new(big.Int).Sub(fieldOrder, big.NewInt(1)).FillBytes(make([]byte, 32))
	for _, c := range [][]byte{least, greatest} {
		if err := CheckCommitment("commitment", c); err != nil {
			t.Errorf("%x: %v", c, err)
		}
	}
	for _, c := range [][]byte{nil, make([]byte, 31), make([]byte, 33), fieldOrder.FillBytes(make([]byte, 32)),
		bytes.Repeat([]byte{255}, 32)} {
		if err := CheckCommitment("commitment", c); !errors.Is(err, ErrCommitment) {
			t.Errorf("%x: expected a refusal, got %v", c, err)
		}
	}
}
