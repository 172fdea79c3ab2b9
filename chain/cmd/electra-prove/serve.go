package main

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"runtime/debug"

	"electra/internal/groth16"
)

const (
	maxKeys     = 16
	maxKeyBytes = 1 << 30
	waiting     = 1 // questions read ahead, so that the next witness is there when a proof is done
)

// serve answers until the input ends (nil) or is no frame any more.
func serve(in io.Reader, out io.Writer) error {
	questions, broken := make(chan frame, waiting), make(chan error, 1)
	ended := make(chan struct{})
	go func() {
		for {
			f, err := readFrame(in)
			if err != nil {
				broken <- err
				close(ended)
				return
			}
			questions <- f
		}
	}()
	provers := keyring{}
	for {
		select {
		case <-ended:
			if err := <-broken; err != io.EOF {
				_ = writeFrame(out, failure(0, codeFrame, errFrame))
				return err
			}
			return nil
		case f := <-questions:
			if err := writeFrame(out, provers.answer(f)); err != nil {
				return err
			}
		}
	}
}

func failure(job uint32, code byte, err error) frame {
	return frame{kindFailed, job, append([]byte{code}, err.Error()...)}
}

// keyring holds a prover for each key that was loaded.
type keyring map[string]*groth16.Prover

var (
	errName     = errors.New("no key of that name is loaded")
	errInternal = errors.New("internal error")
	errFull     = errors.New("proving key: too many keys are loaded")
	errRead     = errors.New("proving key: the file cannot be read")
)

// answer clears the question: what was in it is gone when the answer is there. A panic becomes a code, its words are dropped.
func (k keyring) answer(f frame) (reply frame) {
	defer clear(f.body)
	defer func() {
		if recover() != nil {
			reply = failure(f.job, codeInternal, errInternal)
		}
	}()
	name, rest, ok := named(f.body)
	if !ok {
		return failure(f.job, codeName, errName)
	}
	if f.kind == kindLoad {
		return k.load(f.job, name, string(rest))
	}
	return k.prove(f.job, name, rest)
}

func (k keyring) load(job uint32, name, path string) frame {
	if _, known := k[name]; !known && len(k) >= maxKeys {
		return failure(job, codeKey, errFull)
	}
	file, err := readKeyFile(path)
	if err != nil {
		return failure(job, codeKey, errRead)
	}
	key, err := groth16.ReadKey(file)
	if err != nil {
		return failure(job, codeKey, err)
	}
	k[name] = groth16.NewProver(key)
	file = nil
	debug.FreeOSMemory()
	body := binary.LittleEndian.AppendUint32(nil, uint32(key.Variables()))
	body = binary.LittleEndian.AppendUint32(body, uint32(key.Public()))
	return frame{kindLoaded, job, binary.LittleEndian.AppendUint32(body, uint32(key.Domain()))}
}

func readKeyFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxKeyBytes {
		return nil, errRead
	}
	return os.ReadFile(path)
}

func (k keyring) prove(job uint32, name string, witness []byte) frame {
	prover, known := k[name]
	if !known {
		return failure(job, codeName, errName)
	}
	proof, err := prover.Prove(witness)
	switch {
	case errors.Is(err, groth16.ErrWitness):
		return failure(job, codeWitness, err)
	case err != nil:
		return failure(job, codeInternal, errInternal)
	}
	return frame{kindProven, job, proof.Bytes()}
}
