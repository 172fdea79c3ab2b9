package command

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// madeHome writes the homes of a network whose spec is changed, and returns the first.
func madeHome(t *testing.T, change func(map[string]any)) string {
	t.Helper()
	dir := t.TempDir()
	ports := freePorts(t, 8)
	spec := filepath.Join(dir, "spec.json")
	raw := sample(func(s map[string]any) {
		s["ports"] = map[string]any{"rpc": ports[:4], "p2p": ports[4:]}
		change(s)
	})
	if err := os.WriteFile(spec, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	var summary devnetSummary
	if err := json.Unmarshal([]byte(run(t, "devnet", "--spec", spec, "--out", filepath.Join(dir, "net"))), &summary); err != nil {
		t.Fatal(err)
	}
	sealed(t, summary.Homes)
	return summary.Homes[0].Home
}

func hurried(s map[string]any) { s["clock"] = map[string]any{"rate": 60} }

func TestAValidatorRefusesWhatIsFitForDevelopmentAlone(t *testing.T) {
	home := madeHome(t, hurried)
	file := genesisOf(home)
	for _, args := range [][]string{{"start", "--home", home}, {"genesis", "validate", file}} {
		if out := fails(t, args...); !strings.Contains(out, "not a production chain: clock.rate is 60, not 1") {
			t.Errorf("%v: expected a refusal that says why, got %s", args, out)
		}
	}
	if out := run(t, "genesis", "validate", file, "--development"); !strings.HasPrefix(out, "electrad: not a production chain: clock.rate") {
		t.Errorf("expected the genesis to be called first what it is, got %s", out)
	}
	if out := run(t, "genesis", "validate", genesisOf(madeHome(t, func(map[string]any) {}))); !strings.Contains(out, "is a valid genesis") {
		t.Errorf("expected a production chain's genesis to need no word, got %s", out)
	}
}

// TestAValidatorIsToldByFlagOrEnvironment: a container has no other place for a word of its operator's.
func TestAValidatorIsToldByFlagOrEnvironment(t *testing.T) {
	for name, told := range map[string]struct{ args, env []string }{
		"flag":        {[]string{"--development"}, nil},
		"environment": {nil, []string{"ELECTRAD_DEVELOPMENT=true"}},
	} {
		home := madeHome(t, hurried)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		cmd := electrad(ctx, append([]string{"start", "--home", home}, told.args...)...)
		cmd.Env = append(cmd.Env, told.env...)
		stderr, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		said := make([]byte, 4096)
		n, _ := stderr.Read(said)
		if !strings.HasPrefix(string(said[:n]), "electrad: not a production chain: clock.rate is 60") {
			t.Errorf("%s: expected a chain that is called first what it is, got %s", name, said[:n])
		}
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
		cancel()
	}
}
