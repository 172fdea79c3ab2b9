// Package testrules holds a module's table of messages to its proto service.
package testrules

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"cosmossdk.io/x/tx/signing"
	gogoproto "github.com/cosmos/gogoproto/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/rules"
	metertypes "electra/x/meter/types"
)

// Service is the Msg service of a protobuf package as protoc compiled it.
func Service(t *testing.T, pkg string) protoreflect.MethodDescriptors {
	t.Helper()
	found, err := gogoproto.HybridResolver.FindDescriptorByName(protoreflect.FullName(pkg + ".Msg"))
	if err != nil {
		t.Fatal(err)
	}
	return found.(protoreflect.ServiceDescriptor).Methods()
}

// HoldToService wants every message of the service in the table, in the service's order, and no other.
func HoldToService[K any](t *testing.T, pkg string, table rules.Table[K]) {
	t.Helper()
	methods := Service(t, pkg)
	var inService, inTable []string
	for i := range methods.Len() {
		inService = append(inService, "/"+string(methods.Get(i).Input().FullName()))
	}
	for _, m := range table {
		inTable = append(inTable, m.URL())
		if !table.Knows(m.New()) {
			t.Errorf("expected %s to be known", m.URL())
		}
	}
	if !reflect.DeepEqual(inService, inTable) {
		t.Fatalf("expected the messages of the service in its order, %v, got %v", inService, inTable)
	}
}

// HoldToSigners: the signature is of whoever the proto option cosmos.msg.v1.signer names, so the rules must ask about the same field.
func HoldToSigners[K any](t *testing.T, register func(codectypes.InterfaceRegistry), table rules.Table[K]) {
	t.Helper()
	signer := bytes.Repeat([]byte{7}, metertypes.AddressBytes)
	text, err := metertypes.FormatAddress(signer)
	if err != nil {
		t.Fatal(err)
	}
	codecOf := address.NewBech32Codec(metertypes.Bech32Prefix)
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles:     gogoproto.HybridResolver,
		SigningOptions: signing.Options{AddressCodec: codecOf, ValidatorAddressCodec: codecOf},
	})
	if err != nil {
		t.Fatal(err)
	}
	register(registry)
	cdc := codec.NewProtoCodec(registry)
	for _, m := range table {
		msg := filled(m.New(), m.Signer, text)
		signers, _, err := cdc.GetMsgV1Signers(msg)
		if err != nil || len(signers) != 1 || !bytes.Equal(signers[0], signer) {
			t.Errorf("%s: expected the field %s to be its one signer, got %x, %v", m.URL(), m.Signer, signers, err)
		}
	}
}

// filled has a text in one field; the others stay empty.
func filled(msg sdk.Msg, field, text string) sdk.Msg {
	reflect.ValueOf(msg).Elem().FieldByName(strings.ToUpper(field[:1]) + field[1:]).SetString(text)
	return msg
}
