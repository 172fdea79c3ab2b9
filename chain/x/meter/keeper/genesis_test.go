package keeper_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"

	"cosmossdk.io/log"
	"github.com/cosmos/cosmos-sdk/baseapp"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"electra/app"
	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// lived is a chain with something of everything in its state.
func lived(t *testing.T) *tc.Chain {
	t.Helper()
	state := tc.State(4)
	state.Params.GraceBlocks = 1
	c := tc.Start(t, state)
	c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(6), tc.Member(6), tc.Today+1), tc.EnrolMeter(tc.Meter(7), tc.Member(7), tc.Today+3),
		c.PublishNodeKey(2))
	c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(8), tc.Member(8), tc.Today+1), tc.SetTariff(tc.Today+9))
	c.Accepted(tc.Meter(2), tc.CloseDay(tc.Meter(2), yesterday))
	c.Accepted(tc.Meter(1), tc.CloseDay(tc.Meter(1), yesterday), tc.Report(tc.Meter(1), tc.Slot(yesterday, 95)))
	to(8 * day)(c)
	for range 9 {
		c.After(time.Minute)
	}
	c.Accepted(tc.Operator, tc.DisputeDay(tc.Meter(1), yesterday), tc.AnchorBook(yesterday, 1))
	c.Accepted(tc.Member(1), tc.NoBill(tc.Member(1), tc.Meter(1), yesterday))
	c.Accepted(tc.Member(2), tc.NoBill(tc.Member(2), tc.Meter(2), yesterday), tc.WithdrawNoBill(tc.Member(2), tc.Meter(2), yesterday))
	c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(2), tc.Today+8))
	to(31 * day)(c)
	for range 5 {
		c.After(time.Minute)
	}
	c.Accepted(tc.Meter(4), tc.LeaveValidators(tc.Meter(4)))
	c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(9), tc.Member(9), tc.Today+40))
	c.Accepted(tc.Meter(9), tc.LeaveValidators(tc.Meter(9)))
	c.Accepted(tc.Operator, tc.SetConsensusKey(tc.Meter(7), "a key for seven"), tc.RetireMeter(tc.Meter(5), tc.Today+40))
	c.Accepted(tc.Meter(1), tc.VetoValidator(tc.Meter(1), tc.Meter(7), false))
	c.Accepted(tc.Meter(3), with(tc.CloseDay(tc.Meter(3), tc.Today+30), func(m *types.MsgCloseDay) { m.KeyEpoch = 2 }),
		with(tc.Report(tc.Meter(3), tc.Slot(tc.Today+30, 3)), func(m *types.MsgReport) { m.KeyEpoch = 2 }))
	return c
}

// export is `electrad export`, with the time at which the chain resumes, signed anew by the operator.
func export(t *testing.T, c *tc.Chain, resumes time.Time) *genutiltypes.AppGenesis {
	t.Helper()
	out, err := app.Community.Export(log.NewNopLogger(), c.DB, nil, -1, baseapp.SetChainID(c.ID))
	if err != nil {
		t.Fatal(err)
	}
	params := cmttypes.ConsensusParamsFromProto(out.ConsensusParams)
	by := tc.Operator
	if operatorOf(t, c) == heir.Address {
		by = heir
	}
	return signed(t, by, &genutiltypes.AppGenesis{ChainID: c.ID, GenesisTime: resumes, InitialHeight: out.Height,
		AppState: out.AppState, Consensus: &genutiltypes.ConsensusGenesis{Params: &params, Validators: out.Validators}})
}

// signed has the sealing keys of a genesis signed for it.
func signed(t *testing.T, operator tc.Party, doc *genutiltypes.AppGenesis) *genutiltypes.AppGenesis {
	t.Helper()
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	return changed(t, doc, func(g *types.GenesisState) {
		hash, err := types.GenesisHash(enc.Codec, doc.ChainID, doc.GenesisTime, doc.InitialHeight, *g, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range g.NodeKeys {
			g.NodeKeys[i].Signature = operator.Sign(types.NodeKeyText(doc.ChainID, hash, k.Epoch, k.Key))
		}
	})
}

func TestAnExportedChainGoesOn(t *testing.T) {
	c := lived(t)
	first := export(t, c, c.Time)
	if err := app.CheckGenesis(first); err != nil {
		t.Fatal(err)
	}
	again, err := tc.TryStart(t, first)
	if err != nil {
		t.Fatal(err)
	}
	if again.Height != c.Height+1 || len(again.Validators) != len(c.Validators) {
		t.Fatalf("expected height %d with %d validators, got %d with %d", c.Height+1, len(c.Validators), again.Height, len(again.Validators))
	}
	c.Block() // the same block, on the old chain
	want, got := export(t, c, c.Time), export(t, again, c.Time)
	if !bytes.Equal(want.AppState, got.AppState) {
		t.Fatalf("expected both to export the same state:\n%s\n%s", want.AppState, got.AppState)
	}
	for i := range want.Consensus.Validators {
		if !bytes.Equal(want.Consensus.Validators[i].PubKey.Bytes(), got.Consensus.Validators[i].PubKey.Bytes()) {
			t.Fatalf("validator %d differs", i)
		}
	}
	// Nothing is forgotten: marks, used days, sequences, epochs; and nothing is stuck.
	report := with(tc.Report(tc.Meter(3), tc.Slot(tc.Today+30, 3)), func(m *types.MsgReport) { m.KeyEpoch = 2 })
	again.Refused(types.ErrSlotUsed, tc.Meter(3), report)
	again.Accepted(tc.Meter(3), with(report, func(m *types.MsgReport) { m.Slot++ }))
	again.Refused(types.ErrNoBillWithdrawn, tc.Member(2), tc.NoBill(tc.Member(2), tc.Meter(2), tc.Today-1))
	again.After(40 * day)
	power(t, again, 5)
}

func TestAnExportIsSignedAnew(t *testing.T) {
	c := lived(t)
	doc := export(t, c, c.Time)
	if err := app.CheckGenesis(doc); err != nil {
		t.Fatal(err)
	}
	unsigned := changed(t, doc, func(g *types.GenesisState) { g.NodeKeys[1].Signature = make([]byte, types.SignatureBytes) })
	for name, other := range map[string]*genutiltypes.AppGenesis{"by a member": signed(t, tc.Member(1), doc), "by nobody": unsigned} {
		if err := app.CheckGenesis(other); err == nil || !strings.Contains(err.Error(), "node_keys[") {
			t.Errorf("%s: expected node_keys to be refused, got %v", name, err)
		}
	}
	doc.GenesisTime = doc.GenesisTime.Add(time.Hour) // another genesis
	if err := app.CheckGenesis(doc); err == nil || !strings.Contains(err.Error(), "node_keys[0]") {
		t.Errorf("expected the signature of another genesis to be refused, got %v", err)
	}
}

func TestAnExportDoesNotResumeInItsPast(t *testing.T) {
	c := lived(t)
	if err := app.CheckGenesis(export(t, c, c.Time.Add(-time.Second))); err == nil || !strings.Contains(err.Error(), "genesis_time") {
		t.Fatalf("expected genesis_time to be refused, got %v", err)
	}
}

// state reads the module's state out of a genesis file and writes it back changed.
func changed(t *testing.T, doc *genutiltypes.AppGenesis, change func(*types.GenesisState)) *genutiltypes.AppGenesis {
	t.Helper()
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	var modules map[string]json.RawMessage
	if err := json.Unmarshal(doc.AppState, &modules); err != nil {
		t.Fatal(err)
	}
	var g types.GenesisState
	enc.Codec.MustUnmarshalJSON(modules["meter"], &g)
	change(&g)
	if modules["meter"], err = types.GenesisJSON(enc.Codec, g); err != nil {
		t.Fatal(err)
	}
	copied := *doc
	if copied.AppState, err = json.Marshal(modules); err != nil {
		t.Fatal(err)
	}
	return &copied
}

// serve moves the beginning of the first meter's service.
func serve(g *types.GenesisState, day uint32) {
	for i := range g.Meters {
		if g.Meters[i].Address == tc.Meter(1).Address {
			g.Meters[i].ServiceDay = day
			g.Meters[0], g.Meters[i] = g.Meters[i], g.Meters[0]
		}
	}
}

// unlist takes a meter from the rosters of a day.
func unlist(g *types.GenesisState, day uint32, meter tc.Party) {
	for i, r := range g.Rosters {
		if r.Day != day {
			continue
		}
		_, entries, err := types.DecodeRoster(r.Encoded)
		if err != nil {
			panic(err)
		}
		address, err := types.ParseAddress("meter", meter.Address)
		if err != nil {
			panic(err)
		}
		entries = slices.DeleteFunc(entries, func(e types.RosterEntry) bool { return bytes.Equal(e.Address, address) })
		g.Rosters[i].Encoded = types.EncodeRoster(day, entries)
		g.Rosters[i].Digest = types.RosterDigest(g.Rosters[i].Encoded)
	}
}

func TestAForgedExportIsRefused(t *testing.T) {
	doc := export(t, lived(t), tc.Genesis.Add(100*day))
	if err := app.CheckGenesis(signed(t, tc.Operator, changed(t, doc, func(*types.GenesisState) {}))); err != nil {
		t.Fatalf("expected the untouched export to pass, got %v", err)
	}
	for name, test := range map[string]struct {
		field  string
		change func(*types.GenesisState)
	}{
		"a roster's commitment":           {"rosters[0]", func(g *types.GenesisState) { g.Rosters[0].Encoded[60] ^= 1 }},
		"a roster's digest":               {"rosters[1]", func(g *types.GenesisState) { g.Rosters[1].Digest[0] ^= 1 }},
		"a roster left out":               {"rosters", func(g *types.GenesisState) { g.Rosters = g.Rosters[1:] }},
		"a roster twice":                  {"rosters[1].day", func(g *types.GenesisState) { g.Rosters[1] = g.Rosters[0] }},
		"a frozen day more":               {"rosters", func(g *types.GenesisState) { g.NextFreezeDay, g.DayStarts = g.NextFreezeDay+1, nil }},
		"a late day too many":             {"rosters", func(g *types.GenesisState) { g.NextLateDay++ }},
		"a service of the future":         {"meters[0].service_day", func(g *types.GenesisState) { serve(g, g.NextFreezeDay) }},
		"a service before the first day":  {"meters[0].service_day", func(g *types.GenesisState) { serve(g, yesterday-1) }},
		"a service that no roster begins": {"rosters[0]", func(g *types.GenesisState) { serve(g, tc.Today) }},
		"a service without a statement":   {"rosters[1]", func(g *types.GenesisState) { serve(g, tc.Today); unlist(g, yesterday, tc.Meter(1)) }},
		"a late commitment before the service": {"commitments[0].day", func(g *types.GenesisState) {
			g.Commitments[0].Meter, g.Commitments[0].Day = tc.Meter(4).Address, g.NextFreezeDay-1
		}},
		"an anchor out of order":  {"anchors[0].day", func(g *types.GenesisState) { g.Anchors[0].Day++ }},
		"an anchor's version":     {"anchors[0].version", func(g *types.GenesisState) { g.Anchors[0].Version, g.Anchors[0].Totals = 2, nil }},
		"an anchor's day":         {"anchors[0].day", func(g *types.GenesisState) { g.Anchors[0].Day = g.NextFreezeDay }},
		"totals":                  {"anchors[0].totals", func(g *types.GenesisState) { g.Anchors[0].Totals = nil }},
		"a book hash":             {"anchors[0].book_hash", func(g *types.GenesisState) { g.Anchors[0].BookHash = nil }},
		"a commitment of nobody":  {"commitments[0]", func(g *types.GenesisState) { g.Commitments[0].Meter = tc.Stranger.Address }},
		"a commitment >= r":       {"commitments[0]", func(g *types.GenesisState) { g.Commitments[0].Commitment = fieldOrderPlus(0) }},
		"a dispute of the future": {"disputes[0].day", func(g *types.GenesisState) { g.Disputes[0].Day = g.NextFreezeDay }},
		"a NoBill twice":          {"no_bills[1]", func(g *types.GenesisState) { g.NoBills = append(g.NoBills, g.NoBills[0]) }},
		"open and withdrawn": {"withdrawn_no_bills[1]", func(g *types.GenesisState) {
			g.WithdrawnNoBills = append(g.WithdrawnNoBills, types.WithdrawnNoBill{Meter: g.NoBills[0].Meter, Day: g.NoBills[0].Day})
		}},
		"a report twice": {"reports[1]", func(g *types.GenesisState) { g.Reports = append(g.Reports[:1], g.Reports...) }},
		"a change's key": {"validator_changes[0]",
			func(g *types.GenesisState) { g.ValidatorChanges[0].ConsensusKey = tc.ConsensusKey("other") }},
		"an end that was asked for, vetoed": {"asked", func(g *types.GenesisState) {
			for i := range g.ValidatorChanges {
				g.ValidatorChanges[i].Asked = true
			}
		}},
		"a veto of nobody": {"vetoed_by[0]", func(g *types.GenesisState) {
			for i := range g.ValidatorChanges {
				g.ValidatorChanges[i].VetoedBy, g.ValidatorChanges[i].Asked = []string{tc.Stranger.Address}, false
			}
		}},
		"a used key that is in use": {"used_keys[0].consensus_key",
			func(g *types.GenesisState) { g.UsedKeys[0].ConsensusKey = tc.ConsensusKey("meter1") }},
		"a used key of nobody":   {"used_keys[0].meter", func(g *types.GenesisState) { g.UsedKeys[0].Meter = tc.Stranger.Address }},
		"a change's power":       {"validator_changes[0]", func(g *types.GenesisState) { g.ValidatorChanges[0].Power = 2 }},
		"an applied change":      {"applied_changes[0]", func(g *types.GenesisState) { g.AppliedChanges[0].Touched = 0 }},
		"a validator more":       {"len(RequestInitChain.Validators)", func(g *types.GenesisState) { g.ValidatorChanges = nil }},
		"an epoch left out":      {"node_keys[0].epoch", func(g *types.GenesisState) { g.NodeKeys = g.NodeKeys[1:] }},
		"the clock's genesis":    {"clock.genesis_unix_s", func(g *types.GenesisState) { g.Clock.GenesisUnixS = 0 }},
		"a past without a start": {"next_freeze_day", func(g *types.GenesisState) { g.NextFreezeDay = 0 }},
		"no last time":           {"last_unix_s", func(g *types.GenesisState) { g.LastUnixS = 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			err := app.CheckGenesis(signed(t, tc.Operator, changed(t, doc, test.change)))
			if err == nil || !strings.Contains(err.Error(), test.field) {
				t.Fatalf("expected a refusal of %s, got %v", test.field, err)
			}
		})
	}
}

func TestAFreshGenesis(t *testing.T) {
	refused := func(name, field string, change func(*genutiltypes.AppGenesis)) {
		t.Run(name, func(t *testing.T) {
			doc := tc.Document(t, tc.State(4))
			if err := app.CheckGenesis(doc); err != nil {
				t.Fatalf("expected the unchanged genesis to pass, got %v", err)
			}
			change(doc)
			if err := app.CheckGenesis(doc); err == nil || !strings.Contains(err.Error(), field) {
				t.Fatalf("expected a refusal of %s, got %v", field, err)
			}
		})
	}
	refused("ends its chain id in eight hex digits", "chain_id", func(d *genutiltypes.AppGenesis) { d.ChainID = "electra-rural" })
	refused("has lower-case hex digits in it", "chain_id", func(d *genutiltypes.AppGenesis) { d.ChainID = "electra-rural-5EED0001" })
	refused("has exactly eight", "chain_id", func(d *genutiltypes.AppGenesis) { d.ChainID = "electra-rural-5eed00011" })
	refused("begins at a whole second", "genesis_time", func(d *genutiltypes.AppGenesis) { d.GenesisTime = d.GenesisTime.Add(1) })
	refused("has a time", "genesis_time", func(d *genutiltypes.AppGenesis) { d.GenesisTime = time.Time{} })
	refused("does not bound gas", "max_gas", func(d *genutiltypes.AppGenesis) { d.Consensus.Params.Block.MaxGas = 1000000 })
	refused("has no other modules", "app_state.bank", func(d *genutiltypes.AppGenesis) {
		d.AppState = []byte(strings.Replace(string(d.AppState), "{", `{"bank":{},`, 1))
	})
	refused("lists the validators that its meters make", "Validators",
		func(d *genutiltypes.AppGenesis) { d.Consensus.Validators = d.Consensus.Validators[1:] })
	respell := func(from, to string) func(*genutiltypes.AppGenesis) {
		return func(d *genutiltypes.AppGenesis) {
			if !strings.Contains(string(d.AppState), from) {
				t.Fatalf("the genesis has no %s", from)
			}
			d.AppState = []byte(strings.Replace(string(d.AppState), from, to, 1))
		}
	}
	refused("has no key twice", "meter.operator: stands twice", respell(`"operator":`, `"operator":"x","operator":`))
	refused("leaves out nothing", "every field", respell(`"last_day":0,`, ``))
	refused("has strings for 64-bit integers", "every field", respell(`"rate":"1"`, `"rate":1`))
	refused("has numbers for 32-bit integers", "every field", respell(`"max_wh_per_slot":5000`, `"max_wh_per_slot":"5000"`))
	refused("has one name for a field", "every field", respell(`"first_day":`, `"firstDay":`))
	refused("has whole numbers", "whole number", respell(`"max_wh_per_slot":5000`, `"max_wh_per_slot":5000.0`))
	refused("has null for no bytes", "every field", respell(`"consensus_key":null`, `"consensus_key":""`))
	refused("has the points of its keys tested", "verification_keys[0].alpha", func(d *genutiltypes.AppGenesis) {
		infinity := base64.StdEncoding.EncodeToString(make([]byte, 64))
		respell(base64.StdEncoding.EncodeToString(tc.VerificationKeys()[0].Alpha), infinity)(d)
	})
	refused("has no unknown fields", "surplus", func(d *genutiltypes.AppGenesis) {
		d.AppState = []byte(strings.Replace(string(d.AppState), `"meters"`, `"surplus":1,"meters"`, 1))
	})
}
