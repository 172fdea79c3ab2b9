package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

	"electra/app"
	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// The test binary is electrad too, when asked: so the real command is tested without being built again.
func TestMain(m *testing.M) {
	if os.Getenv("ELECTRAD_TEST_MAIN") == "1" {
		Main(Community)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func electrad(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), "ELECTRAD_TEST_MAIN=1")
	return cmd
}

// run wants success and returns what was printed.
func run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := electrad(t.Context(), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("electrad %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// fails wants a failure in one line, without a stack trace.
func fails(t *testing.T, args ...string) string {
	t.Helper()
	out, err := electrad(t.Context(), args...).CombinedOutput()
	if err == nil || strings.Contains(string(out), "goroutine") || strings.Count(strings.TrimSpace(string(out)), "\n") > 1 {
		t.Fatalf("electrad %s: expected a plain failure, got %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// freePorts are free now.
func freePorts(t *testing.T, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

type network struct {
	t       *testing.T
	homes   []devnetHome
	running map[int]*exec.Cmd
}

func (n *network) start(i int) {
	n.t.Helper()
	cmd := electrad(context.Background(), "start", "--home", n.homes[i].Home)
	log, err := os.Create(filepath.Join(n.homes[i].Home, "log"))
	if err != nil {
		n.t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.running[i] = cmd
}

func (n *network) stop(i int, how os.Signal) {
	if cmd := n.running[i]; cmd != nil {
		_ = cmd.Process.Signal(how)
		_ = cmd.Wait()
		delete(n.running, i)
	}
}

func (n *network) client(i int) *rpchttp.HTTP {
	c, err := rpchttp.New(n.homes[i].RPC, "/websocket")
	if err != nil {
		n.t.Fatal(err)
	}
	return c
}

// reaches waits until a node has a height.
func (n *network) reaches(i int, height int64) int64 {
	n.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for time.Now().Before(deadline) {
		if status, err := n.client(i).Status(context.Background()); err == nil && status.SyncInfo.LatestBlockHeight >= height {
			return status.SyncInfo.LatestBlockHeight
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(n.homes[i].Home, "log"))
	n.t.Fatalf("node %d does not reach height %d\n%s", i, height, log)
	return 0
}

// Four real validators: they make blocks, answer the command line and ABCI queries, do without one of them, and go on
// after all were killed.
func TestANetworkOfFour(t *testing.T) {
	if testing.Short() {
		t.Skip("starts four processes")
	}
	dir := t.TempDir()
	ports := freePorts(t, 8)
	today := uint32(time.Now().Unix() / types.DaySeconds)
	spec := filepath.Join(dir, "spec.json")
	raw := sample(func(s map[string]any) {
		s["genesisTime"], s["timeoutCommit"] = "", "50ms"
		s["ports"] = map[string]any{"rpc": ports[:4], "p2p": ports[4:]}
		for _, m := range s["meters"].([]map[string]any) {
			m["firstDay"] = today
		}
		s["tariffs"].([]map[string]any)[0]["fromDay"] = today
	})
	if err := os.WriteFile(spec, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	var summary devnetSummary
	if err := json.Unmarshal([]byte(run(t, "devnet", "--spec", spec, "--out", filepath.Join(dir, "net"))), &summary); err != nil {
		t.Fatal(err)
	}
	sealed(t, summary.Homes)
	n := &network{t, summary.Homes, map[int]*exec.Cmd{}}
	t.Cleanup(func() {
		for i := range n.homes {
			n.stop(i, os.Kill)
		}
	})
	for i := range n.homes {
		n.start(i)
	}
	height := n.reaches(0, 3)
	n.answers()
	n.stop(3, os.Kill)
	n.reaches(0, n.reaches(0, height)+3) // three of four are more than two thirds
	for i := range 3 {
		n.stop(i, os.Kill)
	}
	for i := range n.homes {
		n.start(i)
	}
	n.reaches(3, n.reaches(0, height)+3)
	for i := range n.homes {
		n.stop(i, os.Interrupt)
	}
	n.exports(filepath.Join(dir, "export.json"))
}

// answers asks the running chain in the ways that others rely on.
func (n *network) answers() {
	n.t.Helper()
	node := "--node=" + strings.Replace(n.homes[1].RPC, "http", "tcp", 1)
	for args, want := range map[string]string{
		"meter params":                                   `"grace_s":"21600"`,
		"meter status":                                   `"latest_key_epoch":1`,
		"meter meters":                                   tc.Meter(2).Address,
		"meter node-keys":                                `"epoch":1`,
		"meter meter " + tc.Meter(2).Address:             tc.Member(2).Address,
		"meter validator-changes":                        `"changes":[]`,
		"account " + tc.Member(1).Address:                "BaseAccount",
		"meter tariff 30000":                             `"rule":"mid-market/1"`,
		"meter anchors 20000":                            `"anchors":[]`,
		"meter disputes 20000":                           `"disputes":[]`,
		"meter no-bills 20000":                           `"no_bills":[]`,
		"meter used " + tc.Meter(1).Address + " 100 200": `"slots":[]`,
	} {
		out := run(n.t, append(append([]string{"query"}, strings.Fields(args)...), node, "-o", "json")...)
		if !strings.Contains(out, want) {
			n.t.Errorf("query %s: expected %s in %s", args, want, out)
		}
	}
	for args, want := range map[string]string{
		"meter roster 20000": "NotFound", "meter tariff 5": "NotFound", "meter tariff x": "DAY", "meter meter cosmos1": "address",
		"meter commitment " + tc.Meter(1).Address + " 9": "NotFound", "meter used " + tc.Meter(1).Address + " 9 8": "to_slot",
	} {
		if out := fails(n.t, append(append([]string{"query"}, strings.Fields(args)...), node, "-o", "json")...); !strings.Contains(out, want) {
			n.t.Errorf("query %s: expected %s in %s", args, want, out)
		}
	}
	answer, err := n.client(2).ABCIQuery(context.Background(), "/electra.meter.v1.Query/Params", nil)
	var params types.QueryParamsResponse
	if err != nil || answer.Response.Code != 0 || params.Unmarshal(answer.Response.Value) != nil || params.Operator != tc.Operator.Address {
		n.t.Errorf("abci_query: %v, %v", answer, err)
	}
}

// exports wants the stopped chain's state as a genesis that is valid once it resumes now.
func (n *network) exports(file string) {
	n.t.Helper()
	run(n.t, "export", "--home", n.homes[0].Home, "--output-document", file)
	if out := fails(n.t, "genesis", "validate", file); !strings.Contains(out, "genesis_time") {
		n.t.Fatalf("expected an export to want its new genesis time, got %s", out)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		n.t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		n.t.Fatal(err)
	}
	old := fmt.Sprintf(`"genesis_time": %q`, doc["genesis_time"])
	now := time.Now().UTC().Truncate(time.Second).Format(time.RFC3339)
	renewed := bytes.Replace(raw, []byte(old), []byte(fmt.Sprintf(`"genesis_time": %q`, now)), 1)
	if err := os.WriteFile(file, renewed, 0o600); err != nil {
		n.t.Fatal(err)
	}
	if out := fails(n.t, "genesis", "validate", file); !strings.Contains(out, "node_keys[0]") {
		n.t.Fatalf("expected a continued genesis to want its sealing keys signed, got %s", out)
	}
	sealedFile(n.t, file)
	if err := app.ValidateGenesis(file); err != nil {
		n.t.Fatal(err)
	}
	if out := run(n.t, "version"); strings.TrimSpace(out) == "" {
		n.t.Fatal("expected a version")
	}
	if out := fails(n.t, "start", "--home", filepath.Join(filepath.Dir(file), "nowhere")); !strings.Contains(out, "genesis") {
		n.t.Fatalf("expected the missing genesis to be named, got %s", out)
	}
}
