package pools_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"electra/x/settlement/pools"
)

// sdk/vectors/pools.json is shared with the TypeScript side: `go test ./x/settlement/pools -run Vectors -update` writes it.
var update = flag.Bool("update", false, "write sdk/vectors/pools.json")

const vectors = "../../../../sdk/vectors/pools.json"

type vectorFile struct {
	About string   `json:"about"`
	Cases []played `json:"cases"`
}

// played is what happened to books, and how they stand afterwards. Amounts are decimal.
type played struct {
	Name   string  `json:"name"`
	Events []step  `json:"events"`
	End    endings `json:"end"`
}

type step struct {
	Execute  map[string]string `json:"execute,omitempty"`
	Deposit  *move             `json:"deposit,omitempty"`
	Withdraw *move             `json:"withdraw,omitempty"`
	Pass     *bool             `json:"pass,omitempty"` // whether anything moved
}

type move struct {
	Party    string `json:"party"`
	Amount   string `json:"amountNel"`
	Accepted bool   `json:"accepted"`
}

type endings struct {
	Escrows map[string]string `json:"escrowsNel"`
	Fund    string            `json:"fundNel"`
	Pools   []endOfPool       `json:"pools"`
}

type endOfPool struct {
	Claims string            `json:"claimsNel"`
	Paid   string            `json:"paidNel"`
	Left   map[string]string `json:"leftNel"`
}

// player plays a case and writes it down.
type player struct {
	t *testing.T
	m *pools.Memory
	played
}

func (p *player) execute(amounts map[string]int64) {
	p.m.Execute(amounts)
	texts := map[string]string{}
	for party, amount := range amounts {
		texts[party] = strconv.FormatInt(amount, 10)
	}
	p.Events = append(p.Events, step{Execute: texts})
}

func (p *player) deposit(party string, amount uint64) {
	p.m.Deposit(party, amount)
	p.Events = append(p.Events, step{Deposit: &move{party, decimal(amount), true}})
}

func (p *player) withdraw(party string, amount uint64) {
	p.Events = append(p.Events, step{Withdraw: &move{party, decimal(amount), p.m.Withdraw(party, amount)}})
}

func (p *player) pass() bool {
	moved := pass(p.t, p.m)
	p.Events = append(p.Events, step{Pass: &moved})
	return moved
}

func (p *player) ended() played {
	for p.pass() {
	}
	p.End = endings{Escrows: decimals(p.m.Escrows), Fund: decimal(p.m.FundNel), Pools: []endOfPool{}}
	for _, pool := range p.m.Pools {
		p.End.Pools = append(p.End.Pools, endOfPool{pool.ClaimsNel.String(), pool.PaidNel.String(), decimals(pool.Left)})
	}
	return p.played
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

func decimals(of map[string]uint64) map[string]string {
	texts := map[string]string{}
	for party, amount := range of {
		if amount > 0 {
			texts[party] = decimal(amount)
		}
	}
	return texts
}

func begin(t *testing.T, name string) *player {
	return &player{t: t, m: pools.NewMemory(), played: played{Name: name}}
}

// playRandom plays a scenario in one of its orders, with withdrawals, in units of so many nELECTRA.
func playRandom(t *testing.T, name string, r *rand.Rand, unit uint64) played {
	p, s := begin(t, name), randomScenario(r)
	for _, e := range s.inRandomOrder(r) {
		if e.pool != nil {
			for party := range e.pool {
				e.pool[party] *= int64(unit)
			}
			p.execute(e.pool)
		} else {
			p.deposit(e.party, e.amount*unit)
		}
		for range r.IntN(2) {
			p.pass()
		}
		if r.IntN(3) == 0 {
			p.withdraw(slices.Sorted(maps.Keys(s.deposits))[0], (1+r.Uint64N(20))*unit)
		}
	}
	return p.ended()
}

func playedVectors(t *testing.T) []byte {
	r := rand.New(rand.NewPCG(15, 7))
	file := vectorFile{About: "How pools of settlement are paid: events in their order and how the books end. " +
		"Amounts are nELECTRA in decimal; an executed amount below 0 is owed to the party, " +
		"pools are numbered from 1 on, and a pass says whether anything moved."}
	oldest := begin(t, "what is received within a pass pays the oldest debt first")
	oldest.execute(map[string]int64{"A": 10, "D": -10})
	oldest.execute(map[string]int64{"B": 7, "A": -7})
	oldest.execute(map[string]int64{"A": 10, "E": -10})
	oldest.deposit("B", 7)
	large := begin(t, "products of amounts near 2^62 are divided exactly")
	large.execute(map[string]int64{"A": 1<<62 - 1, "B": 1<<62 - 1, "C": -(1<<62 - 1), "D": -(1<<62 - 3), "E": -5})
	large.deposit("A", 1<<61+12345)
	large.pass()
	large.deposit("B", 1<<60+1)
	circle := begin(t, "a unit goes in a circle until all is paid")
	circle.execute(map[string]int64{"A": 9, "B": -9})
	circle.execute(map[string]int64{"B": 9, "A": -9})
	circle.deposit("A", 1)
	file.Cases = append(file.Cases, oldest.ended(), large.ended(), circle.ended())
	for i := range 30 {
		unit := []uint64{1, 1, 1_000_000_007}[i%3]
		file.Cases = append(file.Cases, playRandom(t, "random "+strconv.Itoa(i+1), r, unit))
	}
	var lines bytes.Buffer
	about, err := json.Marshal(file.About)
	if err != nil {
		t.Fatal(err)
	}
	lines.WriteString(`{"about":` + string(about) + ",\n\"cases\":[\n")
	for i, c := range file.Cases {
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(text)
		if i+1 < len(file.Cases) {
			lines.WriteByte(',')
		}
		lines.WriteByte('\n')
	}
	lines.WriteString("]}\n")
	return lines.Bytes()
}

func TestVectorsAreWhatTheRuleGives(t *testing.T) {
	made := playedVectors(t)
	if *update {
		if err := os.WriteFile(vectors, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(vectors)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, made) {
		t.Fatalf("%s is not what the rule gives: go test ./x/settlement/pools -run Vectors -update", vectors)
	}
}
