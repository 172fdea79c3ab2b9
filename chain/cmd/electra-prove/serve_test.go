package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tiny = "../../internal/groth16/testdata/"

func question(kind byte, job uint32, name string, rest []byte) []byte {
	var out bytes.Buffer
	_ = writeFrame(&out, frame{kind, job, append(append([]byte{byte(len(name))}, name...), rest...)})
	return out.Bytes()
}

func witness(t *testing.T) []byte {
	t.Helper()
	w, err := os.ReadFile(tiny + "tiny-most.witness")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// answers reads what was written, whatever its kinds.
func answers(t *testing.T, out []byte) (all []frame) {
	t.Helper()
	for len(out) > 0 {
		length := binary.LittleEndian.Uint32(out[8:])
		if out[0] != frameVersion || len(out) < headBytes+int(length) {
			t.Fatal("an answer is no frame")
		}
		all = append(all, frame{out[1], binary.LittleEndian.Uint32(out[4:]), out[headBytes : headBytes+length]})
		out = out[headBytes+length:]
	}
	return all
}

// asked sends questions one at a time, since the end of the input would overtake them, then ends.
func asked(t *testing.T, questions ...[]byte) ([]frame, error) {
	t.Helper()
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	result := make(chan error, 1)
	go func() {
		result <- serve(in, out)
		out.Close()
	}()
	var got bytes.Buffer
	for _, q := range questions {
		if _, err := toServer.Write(q); err != nil {
			t.Fatal(err)
		}
		head := make([]byte, headBytes)
		if _, err := io.ReadFull(fromServer, head); err != nil {
			t.Fatal(err)
		}
		got.Write(head)
		if _, err := io.CopyN(&got, fromServer, int64(binary.LittleEndian.Uint32(head[8:]))); err != nil {
			t.Fatal(err)
		}
	}
	toServer.Close()
	return answers(t, got.Bytes()), <-result
}

func TestAProofForEachQuestionWithItsJob(t *testing.T) {
	got, err := asked(t,
		question(kindLoad, 7, "tiny", []byte(tiny+"tiny.zkey")),
		question(kindProve, 8, "tiny", witness(t)),
		question(kindProve, 9, "tiny", witness(t)),
	)
	if err != nil || len(got) != 3 {
		t.Fatal(got, err)
	}
	if got[0].kind != kindLoaded || got[0].job != 7 || !bytes.Equal(got[0].body, []byte{18, 0, 0, 0, 4, 0, 0, 0, 32, 0, 0, 0}) {
		t.Error("the key was not loaded:", got[0])
	}
	for i, job := range []uint32{8, 9} {
		if f := got[i+1]; f.kind != kindProven || f.job != job || len(f.body) != 256 {
			t.Error("no proof:", f.kind, f.job, len(f.body))
		}
	}
	if bytes.Equal(got[1].body, got[2].body) {
		t.Error("both proofs are the same")
	}
}

func TestWhatCannotBeDoneIsSaidByCodeAndTheNextQuestionAnswered(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.zkey")
	if err := os.WriteFile(broken, []byte("zkey and no more"), 0o600); err != nil {
		t.Fatal(err)
	}
	false_ := witness(t)
	false_[0] = 2
	load := question(kindLoad, 1, "tiny", []byte(tiny+"tiny.zkey"))
	for name, c := range map[string]struct {
		question []byte
		code     byte
		words    string
	}{
		"an unknown key":    {question(kindProve, 2, "other", witness(t)), codeName, "no key of that name is loaded"},
		"no name":           {[]byte{frameVersion, kindProve, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0}, codeName, "no key of that name is loaded"},
		"half a name":       {[]byte{frameVersion, kindProve, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 9, 't'}, codeName, "no key of that name is loaded"},
		"a key not there":   {question(kindLoad, 2, "tiny", []byte("nowhere.zkey")), codeKey, "proving key: the file cannot be read"},
		"a folder":          {question(kindLoad, 2, "tiny", []byte(tiny)), codeKey, "proving key: the file cannot be read"},
		"a broken key":      {question(kindLoad, 2, "tiny", []byte(broken)), codeKey, "proving key: expected version 1, not 1684955424"},
		"a short witness":   {question(kindProve, 2, "tiny", witness(t)[1:]), codeWitness, "witness: expected 18 variables of 32 bytes"},
		"another's witness": {question(kindProve, 2, "tiny", false_), codeWitness, "witness: expected 1 as the first variable"},
	} {
		got, err := asked(t, load, c.question, question(kindProve, 3, "tiny", witness(t)))
		if err != nil || len(got) != 3 {
			t.Fatal(name, got, err)
		}
		if f := got[1]; f.kind != kindFailed || f.job != 2 || f.body[0] != c.code || string(f.body[1:]) != c.words {
			t.Errorf("%s: got kind %d job %d code %d %q", name, f.kind, f.job, f.body[0], f.body[1:])
		}
		if got[2].kind != kindProven {
			t.Errorf("%s: the next question got no proof", name)
		}
	}
}

func TestNoMoreKeysThanAFew(t *testing.T) {
	var questions [][]byte
	for i := range maxKeys + 1 {
		questions = append(questions, question(kindLoad, 1, strings.Repeat("k", i+1), []byte(tiny+"tiny.zkey")))
	}
	got, err := asked(t, questions...)
	if err != nil || got[maxKeys-1].kind != kindLoaded || got[maxKeys].kind != kindFailed || got[maxKeys].body[0] != codeKey {
		t.Error("expected the last one alone refused:", err)
	}
}

func TestWhatIsNoFrameEndsIt(t *testing.T) {
	good := question(kindProve, 1, "tiny", nil)
	change := func(at int, to byte) []byte {
		b := bytes.Clone(good)
		b[at] = to
		return b
	}
	for name, input := range map[string][]byte{
		"another version": change(0, 2),
		"another kind":    change(1, 3),
		"an answer":       change(1, kindProven),
		"not zero":        change(2, 1),
		"too long":        change(11, 2),
		"truncated body":  good[:len(good)-1],
		"truncated head":  good[:5],
		"garbage":         []byte("GET / HTTP/1.1\r\n\r\n"),
	} {
		var out bytes.Buffer
		err := serve(bytes.NewReader(input), &out)
		got := answers(t, out.Bytes())
		if !errors.Is(err, errFrame) || len(got) != 1 || got[0].kind != kindFailed || got[0].job != 0 || got[0].body[0] != codeFrame {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

func TestTheEndOfItsInputEndsIt(t *testing.T) {
	var out bytes.Buffer
	if err := serve(bytes.NewReader(nil), &out); err != nil || out.Len() != 0 {
		t.Error(err, out.Len())
	}
}

func TestAQuestionIsClearedWithItsAnswer(t *testing.T) {
	k := keyring{}
	k.load(1, "tiny", tiny+"tiny.zkey")
	f := frame{kindProve, 2, append([]byte{4, 't', 'i', 'n', 'y'}, witness(t)...)}
	if k.answer(f).kind != kindProven {
		t.Fatal("no proof")
	}
	for _, b := range f.body {
		if b != 0 {
			t.Fatal("the witness is still there")
		}
	}
	if reply := (keyring{"tiny": nil}).answer(frame{kindProve, 3, []byte{4, 't', 'i', 'n', 'y'}}); reply.body[0] != codeInternal {
		t.Error("expected a panic to be code 5, not", reply.body[0])
	}
}
