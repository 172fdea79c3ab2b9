package main

import (
	"encoding/binary"
	"errors"
	"io"
)

// A frame is a head of twelve bytes (version u8, kind u8, zero u16, job u32, length u32, little-endian) and `length` bytes:
//
//	load    name length u8, name, path        →  loaded  variables u32, public inputs u32, domain u32
//	prove   name length u8, name, witness     →  proven  256 bytes: A.x A.y B.x0 B.x1 B.y0 B.y1 C.x C.y, big-endian
//	                                          or failed  code u8, words
//
// An answer bears its question's job number; answers come in the questions' order. After a frame that is none there is no telling
// where the next one begins: the process says so with job 0 and ends.
const (
	frameVersion = 1
	headBytes    = 12
	maxLength    = 16 << 20 // a witness of half a million variables

	kindLoad   = 1
	kindProve  = 2
	kindLoaded = 129
	kindProven = 130
	kindFailed = 255
)

// Codes of what went wrong; never renumbered.
const (
	codeFrame    = 1 // the frame is none; fatal
	codeName     = 2 // no key of that name is loaded
	codeKey      = 3 // the key's file cannot be read or is wrong
	codeWitness  = 4 // the witness does not belong to the key
	codeInternal = 5
)

type frame struct {
	kind byte
	job  uint32
	body []byte
}

var errFrame = errors.New("expected a frame")

// readFrame returns io.EOF where the stream ends between two frames.
func readFrame(r io.Reader) (f frame, err error) {
	var head [headBytes]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if err == io.EOF {
			return f, io.EOF
		}
		return f, errFrame
	}
	f.kind, f.job = head[1], binary.LittleEndian.Uint32(head[4:])
	length := binary.LittleEndian.Uint32(head[8:])
	if head[0] != frameVersion || head[2] != 0 || head[3] != 0 || length > maxLength || f.kind != kindLoad && f.kind != kindProve {
		return f, errFrame
	}
	f.body = make([]byte, length)
	if _, err := io.ReadFull(r, f.body); err != nil {
		return f, errFrame
	}
	return f, nil
}

func writeFrame(w io.Writer, f frame) error {
	out := make([]byte, headBytes, headBytes+len(f.body))
	out[0], out[1] = frameVersion, f.kind
	binary.LittleEndian.PutUint32(out[4:], f.job)
	binary.LittleEndian.PutUint32(out[8:], uint32(len(f.body)))
	_, err := w.Write(append(out, f.body...))
	return err
}

// named splits what every question begins with.
func named(body []byte) (name string, rest []byte, ok bool) {
	if len(body) == 0 || len(body) < 1+int(body[0]) {
		return "", nil, false
	}
	return string(body[1 : 1+body[0]]), body[1+body[0]:], true
}
