// Judge says of transactions what the chain reads in them, for tests of other decoders: a line of base64 in, a line of JSON
// out, the messages as [URL, value] or null where they are not in the one encoding. With "main" it reads as the main chain does.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"

	"electra/app"
	"electra/app/ante"
	"electra/mainapp"
	"electra/x/meter/keeper"
	"electra/x/meter/types"
)

const maxLine = 16 << 20

func main() {
	if err := judgeAll(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func judgeAll() error {
	enc, err := app.NewEncoding()
	if err != nil {
		return err
	}
	kind := app.Community
	if len(os.Args) == 2 && os.Args[1] == "main" {
		kind = mainapp.Kind()
	}
	if err := kind.RegisterTypes(enc); err != nil {
		return err
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, maxLine)
	out := bufio.NewWriter(os.Stdout)
	for in.Scan() {
		raw, err := base64.StdEncoding.DecodeString(in.Text())
		if err != nil {
			return err
		}
		line, err := json.Marshal(judge(enc, raw))
		if err != nil {
			return err
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	if err := in.Err(); err != nil {
		return err
	}
	return out.Flush()
}

// decode reads the body as the chain does. Auth info is not part of what a reader of blocks sees.
func decode(enc app.Encoding, raw []byte) (sdk.Tx, error) {
	var outer txtypes.TxRaw
	if err := outer.Unmarshal(raw); err != nil {
		return nil, err
	}
	whole := txtypes.TxRaw{BodyBytes: outer.BodyBytes}
	bytes, err := whole.Marshal()
	if err != nil {
		return nil, err
	}
	return enc.TxConfig.TxDecoder()(bytes)
}

// knows says whether a message may be on a chain of the kind, whose types alone are registered: of the bank's that is one.
func knows(m sdk.Msg) bool {
	url := sdk.MsgTypeURL(m)
	return (keeper.Keeper{}).Knows(m) || url == "/cosmos.bank.v1beta1.MsgSend" ||
		strings.HasPrefix(url, "/electra.") && !strings.HasPrefix(url, "/"+types.Package+".")
}

func judge(enc app.Encoding, raw []byte) [][2]any {
	tx, err := decode(enc, raw)
	if err != nil {
		return nil
	}
	messages := tx.GetMsgs()
	if err := ante.CheckMessages(enc.Codec, raw, messages); err != nil {
		return nil
	}
	var all [][2]any
	for _, message := range messages {
		if !knows(message) {
			return nil
		}
		value, err := codec.ProtoMarshalJSON(message, enc.Registry)
		if err != nil {
			return nil
		}
		all = append(all, [2]any{sdk.MsgTypeURL(message), json.RawMessage(value)})
	}
	return all
}
