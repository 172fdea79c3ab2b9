package keeper_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"cosmossdk.io/log"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"electra/app"
	tc "electra/internal/testchain"
	tm "electra/internal/testmain"
	"electra/mainapp"
	"electra/x/electra/types"
)

// lived is a chain in whose state there is something of everything.
func lived(t *testing.T) money {
	m := rich(t, 100)
	m.accepted(alice, send(alice, treasury, 50*unit), redeem(alice, unit), redeem(alice, 2*unit), redeem(alice, 3*unit))
	m.accepted(issuer, confirm(1, 1), reject(2, types.LegalOrder))
	m.accepted(treasury, payout(bob, 1, 10*unit))
	m.accepted(issuer, rotate(issuer, types.RoleIssuer, tc.NewParty("next")))
	m.accepted(tc.Meter(1), replace(tc.Meter(1), types.RoleAttestor, tc.NewParty("other")))
	m.accepted(guardian, freeze(alice), pause())
	return m
}

func exported(t *testing.T, m money) map[string]json.RawMessage {
	t.Helper()
	doc, err := mainapp.Kind().Export(log.NewNopLogger(), m.DB, nil, -1)
	if err != nil {
		t.Fatal(err)
	}
	var states map[string]json.RawMessage
	if err := json.Unmarshal(doc.AppState, &states); err != nil {
		t.Fatal(err)
	}
	return states
}

func moneyOf(states map[string]json.RawMessage) map[string]json.RawMessage {
	return map[string]json.RawMessage{"electra": states["electra"], "bank": states["bank"]}
}

func TestAnExportBeginsAgainAndExportsTheSame(t *testing.T) {
	states := exported(t, lived(t))
	again := startWith(t, moneyOf(states))
	again.holds()
	if later := exported(t, again); !bytes.Equal(later["electra"], states["electra"]) || !bytes.Equal(later["bank"], states["bank"]) {
		t.Fatalf("expected the same export\n%s\ngot\n%s", states["electra"], later["electra"])
	}
	again.Refused(types.ErrPaymentUsed, issuer, confirm(3, 1))
	again.accepted(guardian, unpause())
	again.Refused(types.ErrCounter, treasury, payout(bob, 1, 10*unit))
	again.Refused(types.ErrUnbacked, issuer, mint(bob, unit))
	again.After(7*24*time.Hour + time.Second)
	again.pastGrace()
	if next := again.status().Roles[2].Address; next != tc.NewParty("next").Address {
		t.Fatalf("expected the rotation that waited to come into force, got %s", next)
	}
}

func TestAGenesisThatNoMessagesLeadToIsRefused(t *testing.T) {
	states := exported(t, lived(t))
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(g *types.GenesisState){
		"more minted than there is":      func(g *types.GenesisState) { g.MintedNel++ },
		"less confirmed":                 func(g *types.GenesisState) { g.ConfirmedNel -= unit },
		"a redemption left out":          func(g *types.GenesisState) { g.Redemptions = g.Redemptions[:2] },
		"a redemption that is not there": func(g *types.GenesisState) { g.Redemptions[2].AmountNel += unit },
		"an open one that is closed":     func(g *types.GenesisState) { g.Redemptions[2].ClosedUnixS = 1 },
		"one payment twice": func(g *types.GenesisState) {
			g.Redemptions[1] = g.Redemptions[0]
			g.Redemptions[1].Id = 2
			g.ConfirmedNel += unit
			g.MintedNel += unit
		},
		"a role twice": func(g *types.GenesisState) { g.Roles[0].Address = g.Roles[1].Address },
		"a role that waits twice": func(g *types.GenesisState) {
			g.RoleChanges = append(g.RoleChanges, g.RoleChanges[0])
			g.RoleChanges[0].Role = types.RoleAttestor
		},
		"a role missing":                func(g *types.GenesisState) { g.Roles = g.Roles[:2] },
		"accounts out of order":         func(g *types.GenesisState) { g.Accounts[0], g.Accounts[1] = g.Accounts[1], g.Accounts[0] },
		"another kind of account":       func(g *types.GenesisState) { g.Accounts[0].Kind = "bank" },
		"a frozen account of nobody":    func(g *types.GenesisState) { g.Frozen[0].Account = tc.Stranger.Address },
		"a payout without a counter":    func(g *types.GenesisState) { g.Payouts[0].Counter = 0 },
		"more sends than a day has":     func(g *types.GenesisState) { g.Sends[0].Count = 101 },
		"an attestation without a hash": func(g *types.GenesisState) { g.Attestations[0].DocumentHash = nil },
	} {
		var g types.GenesisState
		if err := enc.Codec.UnmarshalJSON(states["electra"], &g); err != nil {
			t.Fatal(err)
		}
		change(&g)
		altered := moneyOf(states)
		altered["electra"] = enc.Codec.MustMarshalJSON(&g)
		if _, err := tm.TryStart(t, tm.Document(t, tc.SharedState(4), altered)); err == nil {
			t.Errorf("%s: expected the chain not to begin", name)
		}
	}
}

var confirmedText = regexp.MustCompile(`"confirmed_nel": ?"([0-9]+)"`)

// All that was ever minted is one number of 64 bits: it never begins anew.
func TestNoMoreIsMintedThanIsCounted(t *testing.T) {
	m := start(t)
	m.accepted(attestor, m.attest(100*unit))
	ctx := m.Context()
	if err := m.Main.Electra.Minted.Set(ctx, math.MaxUint64-unit+1); err != nil {
		t.Fatal(err)
	}
	if err := m.Main.Electra.Check(ctx, mint(alice, unit)); !errors.Is(err, types.ErrAmount) {
		t.Fatalf("expected the mint refused as %v, got %v", types.ErrAmount, err)
	}
	if err := m.Main.Electra.Check(ctx, mint(alice, unit-1)); err != nil {
		t.Fatal(err)
	}
}

func TestTheStateIsReadInOneSpelling(t *testing.T) {
	states := exported(t, lived(t))
	for name, change := range map[string]func(string) string{
		"an unknown field": func(s string) string { return strings.Replace(s, `{`, `{"more":1,`, 1) },
		"a number as such": func(s string) string { return confirmedText.ReplaceAllString(s, `"confirmed_nel":$1`) },
	} {
		altered := moneyOf(states)
		altered["electra"] = json.RawMessage(change(string(states["electra"])))
		if bytes.Equal(altered["electra"], states["electra"]) {
			t.Fatalf("%s: the change found nothing to change", name)
		}
		doc := tm.Document(t, tc.SharedState(4), altered)
		if _, err := tm.TryStart(t, doc); err == nil || !strings.Contains(err.Error(), "app_state.electra") {
			t.Errorf("%s: expected a refusal that names the state, got %v", name, err)
		}
	}
}

// The test issuer is refused in production, whether it has a role or waits for one.
func TestProductionRefusesTheTestIssuer(t *testing.T) {
	named := func(roles []types.Role) string {
		t.Helper()
		enc, err := app.NewEncoding()
		if err != nil {
			t.Fatal(err)
		}
		states := map[string]json.RawMessage{"electra": enc.Codec.MustMarshalJSON(&types.GenesisState{Roles: roles})}
		doc := tm.Document(t, tc.SharedState(4), states)
		file := filepath.Join(t.TempDir(), "genesis.json")
		if err := write(doc, file); err != nil {
			t.Fatal(err)
		}
		var departure app.DepartureError
		if err := mainapp.Kind().CheckProduction(file); err != nil && !errors.As(err, &departure) {
			t.Fatal(err)
		}
		return strings.Join(departure.Departures, "; ")
	}
	const want = "the test issuer (attestor, guardian, issuer), whose keys everybody has"
	if got := named(types.TestRoles); !strings.Contains(got, want) {
		t.Errorf("expected %q among the departures, got %q", want, got)
	}
	var own []types.Role
	for _, r := range types.Roles {
		own = append(own, types.Role{Role: r, Address: tc.NewParty("own " + r).Address})
	}
	if got := named(own); strings.Contains(got, "issuer") {
		t.Errorf("expected roles of one's own to be no departure, got %q", got)
	}
}

func write(doc *genutiltypes.AppGenesis, file string) error {
	raw, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return os.WriteFile(file, raw, 0o600)
}

// The published keys are those of the addresses that production looks for.
func TestTestRolesAreOfThePublishedKeys(t *testing.T) {
	want := []types.Role{{Role: types.RoleAttestor, Address: attestor.Address}, {Role: types.RoleGuardian, Address: guardian.Address},
		{Role: types.RoleIssuer, Address: issuer.Address}}
	if !reflect.DeepEqual(types.TestRoles, want) {
		t.Fatalf("expected %v, got %v", want, types.TestRoles)
	}
}

func TestAnExportBeginsAgainWhereAVoteBroughtWhoWaitedForAnotherRole(t *testing.T) {
	m := start(t)
	next := tc.NewParty("next")
	m.accepted(issuer, rotate(issuer, types.RoleIssuer, next))
	for n := 1; n <= 3; n++ {
		m.accepted(tc.Meter(n), replace(tc.Meter(n), types.RoleGuardian, next))
	}
	again := startWith(t, moneyOf(exported(t, m)))
	again.After(8 * 24 * time.Hour)
	again.pastGrace()
	if s := again.status(); s.Roles[1].Address != next.Address || s.Roles[2].Address != issuer.Address || len(s.RoleChanges) > 0 {
		t.Fatalf("expected the guardian replaced and the issuer to stay, got %+v", s)
	}
}

// What was made of the guardian's blocks before an export is not counted after it.
func TestARotationThatWasDueAtAnExportWaitsForAllItsBlocksAgain(t *testing.T) {
	m := start(t)
	m.accepted(issuer, rotate(issuer, types.RoleIssuer, tc.NewParty("next")))
	m.After(8 * 24 * time.Hour)
	m.After(0)
	if got := m.status().RoleChanges[0].DueHeight; got != m.Height-1 {
		t.Fatalf("expected %d, the first block after the seven days, got %d", m.Height-1, got)
	}
	again := startWith(t, moneyOf(exported(t, m)))
	again.After(8 * 24 * time.Hour)
	again.After(0)
	again.After(0)
	if got := again.status().Roles[2].Address; got != issuer.Address {
		t.Fatalf("expected the issuer to stay, got %s", got)
	}
	again.After(0)
	if got := again.status().Roles[2].Address; got != tc.NewParty("next").Address {
		t.Fatalf("expected the rotation to come into force, got %s", got)
	}
}
