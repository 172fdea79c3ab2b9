package keeper

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"electra/internal/testrules"
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

func TestEveryMessageOfTheServiceIsInTheTableAndNoOther(t *testing.T) {
	testrules.HoldToService(t, types.Package, messages)
	if (Keeper{}).Knows(&types.MsgReportResponse{}) {
		t.Error("expected a response not to be known as a message")
	}
}

func TestTheTableNamesTheFieldWhoseSignatureIsVerified(t *testing.T) {
	testrules.HoldToSigners(t, types.RegisterInterfaces, messages)
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
	methods := testrules.Service(t, types.Package)
	var all []listedMessage
	for i, m := range messages {
		method := methods.Get(i)
		one := listedMessage{Name: string(method.Name()), TypeURL: m.URL(), Signer: m.Signer}
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
