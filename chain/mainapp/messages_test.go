package mainapp_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"os"
	"testing"

	msgv1 "cosmossdk.io/api/cosmos/msg/v1"
	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"

	"electra/app"
	"electra/app/ante"
)

// sdk/vectors/main-messages.json is shared with the TypeScript side: `go test ./mainapp -run Vectors -write` writes it.
var write = flag.Bool("write", false, "write sdk/vectors/main-*.json")

const messageVectors = "../../sdk/vectors/main-messages.json"

// mainPackages are those of the messages beside the meters'.
var mainPackages = []string{"cosmos.bank.v1beta1", "electra.settlement.v1", "electra.electra.v1", "electra.register.v1"}

type messageVector struct {
	Name     string          `json:"name"`
	TypeURL  string          `json:"typeUrl"`
	Signer   string          `json:"signer"`
	Fields   []fieldVector   `json:"fields"`
	Examples []exampleVector `json:"examples"`
}

type fieldVector struct {
	Name string        `json:"name"`
	Kind string        `json:"kind"`
	Of   []fieldVector `json:"of,omitempty"`
}

// exampleVector is a transaction with one message, as its body stands in a block, and the message in JSON.
type exampleVector struct {
	Body  string          `json:"body"`
	Value json.RawMessage `json:"value"`
}

func fieldsOf(of protoreflect.MessageDescriptor) (all []fieldVector) {
	for i := range of.Fields().Len() {
		f := of.Fields().Get(i)
		one := fieldVector{Name: string(f.Name()), Kind: f.Kind().String()}
		if f.IsList() {
			one.Kind = "repeated " + one.Kind
		}
		if f.Kind() == protoreflect.MessageKind {
			one.Of = fieldsOf(f.Message())
		}
		all = append(all, one)
	}
	return all
}

// filled has a value in each field, other ones in each round: small, as large as may be, and as small as may be.
func filled(of protoreflect.MessageDescriptor, round int) protoreflect.Message {
	m := dynamicpb.NewMessage(of)
	for i := range of.Fields().Len() {
		f := of.Fields().Get(i)
		if f.IsList() {
			list := m.Mutable(f).List()
			for n := range 2 - round%2 {
				list.Append(valueOf(f, round+n, i+n))
			}
			continue
		}
		m.Set(f, valueOf(f, round, i))
	}
	return m
}

func valueOf(f protoreflect.FieldDescriptor, round, i int) protoreflect.Value {
	pick := func(small, large, least protoreflect.Value) protoreflect.Value {
		return []protoreflect.Value{small, large, least}[round%3]
	}
	of := protoreflect.ValueOf
	switch f.Kind() {
	case protoreflect.MessageKind:
		return of(filled(f.Message(), round))
	case protoreflect.StringKind:
		if f.FullName() == "cosmos.base.v1beta1.Coin.amount" {
			return pick(of("1000000"), of("9223372036854775807"), of("1"))
		}
		return pick(of(string(f.Name())), of("Ä€𝄞 \"<&>"), of("x"))
	case protoreflect.BytesKind:
		return pick(of(bytes.Repeat([]byte{byte(i + 1)}, 32)), of(bytes.Repeat([]byte{0xff}, 128)), of([]byte{0}))
	case protoreflect.BoolKind:
		return of(true)
	case protoreflect.Uint32Kind:
		return pick(of(uint32(20_637+i)), of(^uint32(0)), of(uint32(1)))
	case protoreflect.Uint64Kind:
		return pick(of(uint64(1_000_000+i)), of(^uint64(0)), of(uint64(1)))
	case protoreflect.Int64Kind:
		return pick(of(int64(1_783_036_800+i)), of(int64(^uint64(0)>>1)), of(-int64(^uint64(0)>>1)-1))
	}
	panic("a kind of field that no message had: " + f.Kind().String())
}

func signerOf(t *testing.T, of protoreflect.MessageDescriptor) string {
	t.Helper()
	names, ok := proto.GetExtension(of.Options(), msgv1.E_Signer).([]string)
	if !ok || len(names) != 1 {
		t.Fatalf("%s: expected one signer, got %v", of.FullName(), names)
	}
	return names[0]
}

// exampleOf encodes by the code that the chain runs, which takes that encoding for the one of its value.
func exampleOf(t *testing.T, enc app.Encoding, typeURL string, m protoreflect.Message) exampleVector {
	t.Helper()
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(m.Interface())
	if err != nil {
		t.Fatal(err)
	}
	message, err := enc.Registry.Resolve(typeURL)
	if err != nil {
		t.Fatal(err)
	}
	if err := gogoproto.Unmarshal(wire, message); err != nil {
		t.Fatalf("%s: %v", typeURL, err)
	}
	body, err := packed(enc, message.(sdk.Msg))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := (&txtypes.TxRaw{BodyBytes: body}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if err := ante.CheckMessages(enc.Codec, raw, []sdk.Msg{message.(sdk.Msg)}); err != nil {
		t.Fatalf("%s: expected the one encoding, got %v", typeURL, err)
	}
	value, err := enc.Codec.MarshalJSON(message)
	if err != nil {
		t.Fatal(err)
	}
	return exampleVector{Body: base64.StdEncoding.EncodeToString(body), Value: value}
}

func packed(enc app.Encoding, m sdk.Msg) ([]byte, error) {
	builder := enc.TxConfig.NewTxBuilder()
	if err := builder.SetMsgs(m); err != nil {
		return nil, err
	}
	raw, err := enc.TxConfig.TxEncoder()(builder.GetTx())
	if err != nil {
		return nil, err
	}
	var outer txtypes.TxRaw
	return outer.BodyBytes, outer.Unmarshal(raw)
}

func messagesOf(t *testing.T, pkg string) (all []messageVector) {
	t.Helper()
	enc := mainEncoding(t)
	found, err := gogoproto.HybridResolver.FindDescriptorByName(protoreflect.FullName(pkg + ".Msg"))
	if err != nil {
		t.Fatal(err)
	}
	methods := found.(protoreflect.ServiceDescriptor).Methods()
	for i := range methods.Len() {
		input := methods.Get(i).Input()
		if pkg == "cosmos.bank.v1beta1" && input.Name() != "MsgSend" {
			continue
		}
		one := messageVector{Name: string(methods.Get(i).Name()), TypeURL: "/" + string(input.FullName()), Signer: signerOf(t, input),
			Fields: fieldsOf(input)}
		for round := range 3 {
			one.Examples = append(one.Examples, exampleOf(t, enc, one.TypeURL, filled(input, round)))
		}
		all = append(all, one)
	}
	return all
}

func TestTheMessageVectorsAreThoseOfTheCompiledProto(t *testing.T) {
	var all []messageVector
	for _, pkg := range mainPackages {
		all = append(all, messagesOf(t, pkg)...)
	}
	holdVectors(t, messageVectors, all)
}

// holdVectors compares a file with what it should have, or writes it.
func holdVectors(t *testing.T, path string, want any) {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(want); err != nil {
		t.Fatal(err)
	}
	if *write {
		if err := os.WriteFile(path, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(compact(t, kept), compact(t, text.Bytes())) {
		t.Fatalf("%s is not what the chain gives: `go test ./mainapp -run Vectors -write` writes it", path)
	}
}

func compact(t *testing.T, text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, text); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
