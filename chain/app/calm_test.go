package app

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/x/meter/types"
)

func TestAnErrorIsSaidOnceAKindAndMinute(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	logger := newCalmLogger(log.NewLogger(&out, log.OutputJSONOption()), func() time.Time { return now })
	for i := range 5 {
		logger.Error("one kind", "i", i)
		logger.With("module", "x").Error("one kind", "i", i)
		logger.Error("another kind", "i", i)
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("expected one line of each kind, got %d:\n%s", n, out.String())
	}
	now = now.Add(calmFor)
	logger.Error("one kind")
	if !strings.Contains(out.String(), `"since_last":9`) {
		t.Errorf("expected the count of what was held back:\n%s", out.String())
	}
	out.Reset()
	for i := range 1000 {
		logger.Error(fmt.Sprintf("kind %d", i))
	}
	if n := strings.Count(out.String(), "\n"); n > calmKinds+1 {
		t.Errorf("expected at most %d lines, got %d", calmKinds+1, n)
	}
}

func TestAPanicIsAnsweredWithoutItsStackAndLoggedOnce(t *testing.T) {
	var out bytes.Buffer
	a, err := Community.build(log.NewLogger(&out, log.OutputJSONOption()), dbm.NewMemDB(), nil)
	if err != nil {
		t.Fatal(err)
	}
	a.SetAnteHandler(func(sdk.Context, sdk.Tx, bool) (sdk.Context, error) { panic("at the disco") })
	if err := a.LoadLatestVersion(); err != nil {
		t.Fatal(err)
	}
	builder := a.enc.TxConfig.NewTxBuilder()
	if err := builder.SetMsgs(&types.MsgReport{}); err != nil {
		t.Fatal(err)
	}
	raw, err := a.enc.TxConfig.TxEncoder()(builder.GetTx())
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		response, err := a.CheckTx(&abci.RequestCheckTx{Tx: raw})
		if err != nil || response.Code != 111222 || response.Log != "the transaction could not be judged: panic" {
			t.Fatalf("%v, %v", response, err)
		}
		if _, _, err := a.Simulate(raw); err == nil || strings.Contains(err.Error(), "goroutine") {
			t.Fatal(err)
		}
	}
	if n := strings.Count(out.String(), "at the disco"); n != 1 {
		t.Errorf("expected the panic once, got %d:\n%s", n, out.String())
	}
	if n := strings.Count(out.String(), `"level":"error"`); n > 3 || out.Len() > 16<<10 {
		t.Errorf("expected two lines of error beside that of a chain without genesis, got %d of %d bytes:\n%s", n, out.Len(), out.String())
	}
}
