package pools

import (
	"cmp"
	"math/big"
	"slices"
)

// Memory are books in memory: of tests, and of whoever replays a chain's.
type Memory struct {
	Pools    []*Settled // number n at n-1
	Escrows  map[string]uint64
	FundNel  uint64
	deposits uint64
}

// Settled is a pool with its parties.
type Settled struct {
	Pool
	ClaimsOf []Claim
	Left     map[string]uint64
}

// NewMemory are books in which nothing was ever paid.
func NewMemory() *Memory { return &Memory{Escrows: map[string]uint64{}} }

// Execute makes a pool of what parties owe: negative, they are owed it.
func (m *Memory) Execute(amountsNel map[string]int64) {
	pool := &Settled{Pool: Pool{new(big.Int), new(big.Int)}, Left: map[string]uint64{}}
	for party, amount := range amountsNel {
		switch {
		case amount > 0:
			pool.Left[party] = uint64(amount)
		case amount < 0:
			pool.ClaimsOf = append(pool.ClaimsOf, Claim{party, uint64(-amount)})
			pool.ClaimsNel.Add(pool.ClaimsNel, new(big.Int).SetUint64(uint64(-amount)))
		}
	}
	slices.SortFunc(pool.ClaimsOf, func(a, b Claim) int { return cmp.Compare(a.Party, b.Party) })
	m.Pools = append(m.Pools, pool)
}

// Deposit adds to a party's escrow.
func (m *Memory) Deposit(party string, amountNel uint64) {
	m.Escrows[party] += amountNel
	m.deposits += amountNel
}

// Withdraw takes from a party's escrow, where it owes nothing and has as much.
func (m *Memory) Withdraw(party string, amountNel uint64) bool {
	if m.owes(party) || m.Escrows[party] < amountNel {
		return false
	}
	m.Escrows[party] -= amountNel
	m.deposits -= amountNel
	return true
}

func (m *Memory) owes(party string) bool {
	return slices.ContainsFunc(m.Pools, func(p *Settled) bool { return p.Left[party] > 0 })
}

// Conserves says whether all that came in is somewhere, once.
func (m *Memory) Conserves() bool {
	sum := new(big.Int).SetUint64(m.FundNel)
	for _, escrow := range m.Escrows {
		sum.Add(sum, new(big.Int).SetUint64(escrow))
	}
	for _, p := range m.Pools {
		sum.Add(sum, p.Held(p.ClaimsOf))
	}
	return sum.Cmp(new(big.Int).SetUint64(m.deposits)) == 0
}

func (m *Memory) Unpaid() (all []Debt, _ error) {
	for i, p := range m.Pools {
		from := len(all)
		for party, left := range p.Left {
			all = append(all, Debt{uint64(i) + 1, party, left})
		}
		slices.SortFunc(all[from:], func(a, b Debt) int { return cmp.Compare(a.Party, b.Party) })
	}
	return all, nil
}

func (m *Memory) SetLeft(pool uint64, party string, leftNel uint64) error {
	if leftNel == 0 {
		delete(m.Pools[pool-1].Left, party)
		return nil
	}
	m.Pools[pool-1].Left[party] = leftNel
	return nil
}

func (m *Memory) Pool(pool uint64) (Pool, error) { return m.Pools[pool-1].Pool, nil }

func (m *Memory) SetPaid(pool uint64, paidNel *big.Int) error {
	m.Pools[pool-1].PaidNel = paidNel
	return nil
}

func (m *Memory) Claims(pool uint64) ([]Claim, error) { return m.Pools[pool-1].ClaimsOf, nil }

func (m *Memory) Escrow(party string) (uint64, error) { return m.Escrows[party], nil }

func (m *Memory) SetEscrow(party string, amountNel uint64) error {
	m.Escrows[party] = amountNel
	return nil
}

func (m *Memory) AddToFund(amountNel uint64) error {
	m.FundNel += amountNel
	return nil
}
