package groth16

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrKey and ErrWitness are what goes wrong here; what wraps them says where, in words of this package alone: never a value.
var (
	ErrKey     = errors.New("proving key")
	ErrWitness = errors.New("witness")
)

func badKey(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrKey, fmt.Sprintf(format, args...))
}

// The sections of a .zkey that proving needs. 3 belongs to the verifier, 10 tells of the setup.
const (
	sectionProtocol     = 1
	sectionHeader       = 2
	sectionCoefficients = 4
	sectionA            = 5
	sectionB1           = 6
	sectionB2           = 7
	sectionC            = 8
	sectionH            = 9
)

const sectionHead = 4 + 8

// sections cuts a file of iden3's binary format: magic, version, number of sections, and each as (type u32, length u64, bytes).
// All numbers are little-endian. Nothing may be left over, and no section may come twice.
func sections(file []byte) (map[uint32][]byte, error) {
	if len(file) < 12 || string(file[:4]) != "zkey" {
		return nil, badKey("expected a .zkey file")
	}
	if version := binary.LittleEndian.Uint32(file[4:]); version != 1 {
		return nil, badKey("expected version 1, not %d", version)
	}
	found := map[uint32][]byte{}
	count, rest := binary.LittleEndian.Uint32(file[8:]), file[12:]
	for ; count > 0; count-- {
		if len(rest) < sectionHead {
			return nil, badKey("the file is truncated")
		}
		kind, length := binary.LittleEndian.Uint32(rest), binary.LittleEndian.Uint64(rest[4:])
		rest = rest[sectionHead:]
		if length > uint64(len(rest)) {
			return nil, badKey("the file is truncated")
		}
		if _, twice := found[kind]; twice {
			return nil, badKey("section %d comes twice", kind)
		}
		found[kind], rest = rest[:length], rest[length:]
	}
	if len(rest) != 0 {
		return nil, badKey("bytes follow the last section")
	}
	return found, nil
}
