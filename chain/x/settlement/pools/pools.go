// Package pools is how debts are paid and claims are served (docs/main-chain.md): arithmetic on values, without a store.
//
// A pool has debtors and creditors. Debtors pay out of their escrow, the oldest unpaid pool first. With P = all that was ever paid into a
// pool, up to its claims, a creditor has received exactly floor(claim · P / claims): it is a function of P alone, so no order of payments
// loses a unit or gives somebody one more. What comes in above the claims is the fund's. Receipts are escrow of who receives them, and
// are passed on by the next pass: a unit that goes in a circle moves once a pass, not until it rests.
package pools

import "math/big"

// Debt is what a party has not paid into a pool yet.
type Debt struct {
	Pool    uint64
	Party   string
	LeftNel uint64
}

// Claim is a party's part of a pool's claims.
type Claim struct {
	Party     string
	AmountNel uint64
}

// Pool is how much was claimed of a pool, and how much was ever paid into it. Sums of amounts: they may be above 2^64.
type Pool struct {
	ClaimsNel, PaidNel *big.Int
}

// Books are where a pass reads and writes.
type Books interface {
	// Unpaid are the debts that are not paid, by pool and then by party.
	Unpaid() ([]Debt, error)
	// SetLeft says what is left of a debt; 0: nothing, it is unpaid no more.
	SetLeft(pool uint64, party string, leftNel uint64) error
	Pool(pool uint64) (Pool, error)
	SetPaid(pool uint64, paidNel *big.Int) error
	Claims(pool uint64) ([]Claim, error)
	Escrow(party string) (uint64, error)
	SetEscrow(party string, amountNel uint64) error
	AddToFund(amountNel uint64) error
}

// Pass goes once over the unpaid debts and says whether anything moved.
func Pass(b Books) (moved bool, err error) {
	unpaid, err := b.Unpaid()
	if err != nil {
		return false, err
	}
	behind := map[string]bool{} // who has an older debt: what it receives in this pass goes there first
	for len(unpaid) > 0 {
		of := 1
		for of < len(unpaid) && unpaid[of].Pool == unpaid[0].Pool {
			of++
		}
		paid, err := payInto(b, unpaid[:of], behind)
		if err != nil {
			return false, err
		}
		if paid.Sign() > 0 {
			moved = true
			if err := passOn(b, unpaid[0].Pool, paid); err != nil {
				return false, err
			}
		}
		unpaid = unpaid[of:]
	}
	return moved, nil
}

// payInto takes what the debtors of one pool can pay. None of them is a creditor of it, so their order is of no matter.
func payInto(b Books, debts []Debt, behind map[string]bool) (*big.Int, error) {
	sum := new(big.Int)
	for _, d := range debts {
		if behind[d.Party] {
			continue
		}
		escrow, err := b.Escrow(d.Party)
		if err != nil {
			return nil, err
		}
		pays := min(escrow, d.LeftNel)
		behind[d.Party] = pays < d.LeftNel
		if pays == 0 {
			continue
		}
		if err := b.SetEscrow(d.Party, escrow-pays); err != nil {
			return nil, err
		}
		if err := b.SetLeft(d.Pool, d.Party, d.LeftNel-pays); err != nil {
			return nil, err
		}
		sum.Add(sum, new(big.Int).SetUint64(pays))
	}
	return sum, nil
}

// passOn gives creditors and fund what a payment makes theirs.
func passOn(b Books, number uint64, paid *big.Int) error {
	pool, err := b.Pool(number)
	if err != nil {
		return err
	}
	after := new(big.Int).Add(pool.PaidNel, paid)
	if err := b.SetPaid(number, after); err != nil {
		return err
	}
	later := Pool{ClaimsNel: pool.ClaimsNel, PaidNel: after}
	toFund := new(big.Int).Sub(later.OfFund(), pool.OfFund())
	if err := b.AddToFund(toFund.Uint64()); err != nil {
		return err
	}
	claims, err := b.Claims(number)
	if err != nil {
		return err
	}
	for _, c := range claims {
		due := later.Received(c.AmountNel) - pool.Received(c.AmountNel)
		if due == 0 {
			continue
		}
		escrow, err := b.Escrow(c.Party)
		if err != nil {
			return err
		}
		if err := b.SetEscrow(c.Party, escrow+due); err != nil {
			return err
		}
	}
	return nil
}

// served is what has come in for the claims.
func (p Pool) served() *big.Int {
	if p.PaidNel.Cmp(p.ClaimsNel) > 0 {
		return p.ClaimsNel
	}
	return p.PaidNel
}

// Received is what a claim on the pool has been given.
func (p Pool) Received(claimNel uint64) uint64 {
	if p.ClaimsNel.Sign() == 0 {
		return 0
	}
	product := new(big.Int).Mul(new(big.Int).SetUint64(claimNel), p.served())
	return product.Quo(product, p.ClaimsNel).Uint64() // none is negative: quotient and floor are one
}

// OfFund is what came in above the claims.
func (p Pool) OfFund() *big.Int { return new(big.Int).Sub(p.PaidNel, p.served()) }

// Held is what came in for the claims and is not whole units of each creditor yet.
func (p Pool) Held(claims []Claim) *big.Int {
	held := new(big.Int).Set(p.served())
	for _, c := range claims {
		held.Sub(held, new(big.Int).SetUint64(p.Received(c.AmountNel)))
	}
	return held
}
