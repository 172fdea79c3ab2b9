package keeper

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"cosmossdk.io/x/tx/signing"
	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/x/meter/types"
)

// messageList is shared with the TypeScript side, which has no other list of its own.
const messageList = "../../../../sdk/vectors/messages.json"

type listedMessage struct {
	Name    string        `json:"name"`
	TypeURL string        `json:"typeUrl"`
	Signer  string        `json:"signer"`
	Fields  []listedField `json:"fields"`
}

type listedField struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// service is electra.meter.v1.Msg as protoc compiled it.
func service(t *testing.T) protoreflect.MethodDescriptors {
	t.Helper()
	found, err := gogoproto.HybridResolver.FindDescriptorByName(types.Package + ".Msg")
	if err != nil {
		t.Fatal(err)
	}
	return found.(protoreflect.ServiceDescriptor).Methods()
}

func newOf(m message) sdk.Msg { return reflect.New(m.kind.Elem()).Interface().(sdk.Msg) }

func TestEveryMessageOfTheServiceIsInTheTableAndNoOther(t *testing.T) {
	methods := service(t)
	var inService, inTable []string
	for i := range methods.Len() {
		inService = append(inService, "/"+string(methods.Get(i).Input().FullName()))
	}
	for _, m := range messages {
		inTable = append(inTable, sdk.MsgTypeURL(newOf(m)))
	}
	if !reflect.DeepEqual(inService, inTable) {
		t.Fatalf("expected the messages of the service in its order, %v, got %v", inService, inTable)
	}
	for _, m := range messages {
		if !(Keeper{}).Knows(newOf(m)) {
			t.Errorf("expected %v to be known", m.kind)
		}
	}
	if (Keeper{}).Knows(&types.MsgReportResponse{}) {
		t.Error("expected a response not to be known as a message")
	}
}

// The signature is of whoever the proto option cosmos.msg.v1.signer names, so the rules must ask about the same field.
func TestTheTableNamesTheFieldWhoseSignatureIsVerified(t *testing.T) {
	signer := bytes.Repeat([]byte{7}, types.AddressBytes)
	text, err := types.FormatAddress(signer)
	if err != nil {
		t.Fatal(err)
	}
	codecOf := address.NewBech32Codec(types.Bech32Prefix)
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles:     gogoproto.HybridResolver,
		SigningOptions: signing.Options{AddressCodec: codecOf, ValidatorAddressCodec: codecOf},
	})
	if err != nil {
		t.Fatal(err)
	}
	types.RegisterInterfaces(registry)
	cdc := codec.NewProtoCodec(registry)
	fields := map[string]string{"operator": "Operator", "meter": "Meter", "member": "Member"}
	for _, m := range messages {
		msg := newOf(m)
		reflect.ValueOf(msg).Elem().FieldByName(fields[m.signer]).SetString(text) // the others stay empty
		signers, _, err := cdc.GetMsgV1Signers(msg)
		if err != nil || len(signers) != 1 || !bytes.Equal(signers[0], signer) {
			t.Errorf("%v: expected the field %s to be its one signer, got %x, %v", m.kind, m.signer, signers, err)
		}
	}
}

func TestTheListForOtherLanguagesIsThatOfTheTable(t *testing.T) {
	raw, err := os.ReadFile(messageList)
	if err != nil {
		t.Fatal(err)
	}
	var listed []listedMessage
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&listed); err != nil {
		t.Fatal(err)
	}
	if want := listOf(t); !reflect.DeepEqual(listed, want) {
		text, _ := json.Marshal(want)
		t.Fatalf("sdk/vectors/messages.json: expected these values:\n%s", text)
	}
}

func listOf(t *testing.T) []listedMessage {
	t.Helper()
	methods := service(t)
	var all []listedMessage
	for i, m := range messages {
		method := methods.Get(i)
		one := listedMessage{Name: string(method.Name()), TypeURL: sdk.MsgTypeURL(newOf(m)), Signer: m.signer}
		fields := method.Input().Fields()
		for n := range fields.Len() {
			kind := fields.Get(n).Kind().String()
			if fields.Get(n).IsList() {
				kind = "repeated " + kind
			}
			one.Fields = append(one.Fields, listedField{Name: string(fields.Get(n).Name()), Kind: kind})
		}
		all = append(all, one)
	}
	return all
}
