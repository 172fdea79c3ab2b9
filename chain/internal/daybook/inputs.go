package daybook

import (
	"crypto/sha256"
	"fmt"

	"github.com/consensys/gnark-crypto/ecc/bn254/fr"
)

// The public inputs of the circuits, in their order. Circuits do not range-check what is public: their statements mean integers only if
// they are fed integers of the stated size, which Read and these functions see to.

const (
	gridTag   = "electra/grid/v1"
	rhoTag    = "electra/rho/v1"
	hashBytes = 31 // of a hash, read as one number: always below r
)

// hashed reads the first 31 bytes of SHA-256(tag ‖ what) as a field element.
func hashed(tag string, what []byte) (e fr.Element) {
	sum := sha256.Sum256(append([]byte(tag), what...))
	e.SetBytes(sum[:hashBytes])
	return e
}

// GridID names a chain among field elements.
func GridID(chainID string) fr.Element { return hashed(gridTag, []byte(chainID)) }

// Rho is what S is evaluated at: it follows from the book's bytes.
func Rho(book []byte) fr.Element {
	hash := sha256.Sum256(book)
	return hashed(rhoTag, hash[:])
}

// About is what the inputs of a book's proofs have in common.
type About struct {
	Book      *Book
	Grid, Rho fr.Element
	Tick      int64
}

func number(n uint64) (e fr.Element) {
	e.SetUint64(n)
	return e
}

// price is a signed number mod r.
func price(n int64) (e fr.Element) {
	e.SetInt64(n)
	return e
}

// MeterTag is a meter's 20 address bytes as a field element.
func MeterTag(address []byte) (e fr.Element) {
	e.SetBytes(address)
	return e
}

// DayBill: C K B L0 L1 S rho gridId meterTag day feePerDay buy[96] sell[96].
func (a About) DayBill(e *Entry, address []byte, s fr.Element) []fr.Element {
	buy, sell := a.Book.Buy, a.Book.Sell
	if a.Book.Version > 1 && e.Source != Metered {
		buy, sell = a.means()
	}
	all := []fr.Element{e.C, e.K, e.B, e.L0, e.L1, s, a.Rho, a.Grid, MeterTag(address), number(uint64(a.Book.Day)),
		number(a.Book.Tariff.Fee)}
	for _, prices := range [][]int64{buy, sell} {
		for _, p := range prices {
			all = append(all, price(p))
		}
	}
	return all
}

// means are the day's mean prices in every slot, at which a day of a run is billed: buy rounded up and sell down to a multiple of tick. Of
// a run nothing but its sum is known, and whoever chose the slots would choose the price.
func (a About) means() (buy, sell []int64) {
	sum := func(prices []int64) (total int64) {
		for _, p := range prices {
			total += p
		}
		return total
	}
	step := slots * a.Tick
	up, down := -floorDiv(-sum(a.Book.Buy), step)*a.Tick, floorDiv(sum(a.Book.Sell), step)*a.Tick
	for range slots {
		buy, sell = append(buy, up), append(sell, down)
	}
	return buy, sell
}

// floorDiv is the mathematical one: Go truncates.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// Substitute: C gridId meterTag day from fromDay.
func (a About) Substitute(e *Entry, address []byte) []fr.Element {
	return []fr.Element{e.C, a.Grid, MeterTag(address), number(uint64(a.Book.Day)), e.Copied.From, number(uint64(e.Copied.FromDay))}
}

// Clearing: X rho ΣS gridId day R[96] F[96] buy[96] sell[96], prices in ticks; four zeros in slots in which nothing is shared. Under
// shared/1: p[96] instead of R and F.
func (a About) Clearing(bills []Bill) ([]fr.Element, error) {
	var sum fr.Element
	for i := range bills {
		sum.Add(&sum, &bills[i].S)
	}
	b := a.Book
	all := []fr.Element{*b.X, a.Rho, sum, a.Grid, number(uint64(b.Day))}
	for _, kind := range a.cleared() {
		for slot, p := range kind.prices {
			if p%kind.unit != 0 {
				return nil, fmt.Errorf("slot %d: expected a %s price that is a multiple of %d, got %d", slot, kind.name, kind.unit, p)
			}
			if b.Form == Community && Unshared(b.Tariff.Retail[slot], b.Tariff.FeedIn[slot]) {
				p = 0
			}
			all = append(all, price(p/a.Tick))
		}
	}
	return all, nil
}

type clearedPrices struct {
	name   string
	prices []int64
	unit   int64
}

func (a About) cleared() []clearedPrices {
	b := a.Book
	buy, sell := clearedPrices{"buy", b.Buy, a.Tick}, clearedPrices{"sell", b.Sell, a.Tick}
	if b.Form == Shared {
		return []clearedPrices{{"shared", b.Tariff.Retail, a.Tick}, buy, sell}
	}
	return []clearedPrices{{"retail", b.Tariff.Retail, 2 * a.Tick}, {"feed-in", b.Tariff.FeedIn, 2 * a.Tick}, buy, sell}
}

// Unshared says whether nothing is shared in a slot of these outside prices: whatever met inside would be worth more outside.
func Unshared(retail, feedIn int64) bool { return feedIn > retail }

// PriceFault is what is wrong with a slot's prices by the rule of the book's chain. Empty: nothing.
func (b *Book) PriceFault(slot int, tick int64) string {
	buy, sell := b.Buy[slot], b.Sell[slot]
	if b.Form == Shared {
		return sharedPriceFault(buy, sell, b.Tariff.Retail[slot], tick)
	}
	return priceFault(buy, sell, b.Tariff.Retail[slot], b.Tariff.FeedIn[slot], tick)
}

// sharedPriceFault wants multiples of tick, 0 ≤ buy, sell ≤ p, and one of them p.
func sharedPriceFault(buy, sell, p, tick int64) string {
	switch {
	case buy%tick != 0:
		return fmt.Sprintf("expected buy %d to be a multiple of %d", buy, tick)
	case sell%tick != 0:
		return fmt.Sprintf("expected sell %d to be a multiple of %d", sell, tick)
	case buy < 0 || buy > p || sell < 0 || sell > p:
		return fmt.Sprintf("expected 0 <= buy %d, sell %d <= shared %d", buy, sell, p)
	case buy != p && sell != p:
		return fmt.Sprintf("expected one of buy %d and sell %d to be the shared price %d", buy, sell, p)
	}
	return ""
}

// priceFault: multiples of tick, feed-in ≤ sell ≤ mid ≤ buy ≤ retail; where feed-in is above retail, retail and feed-in themselves.
func priceFault(buy, sell, retail, feedIn, tick int64) string {
	switch {
	case buy%tick != 0:
		return fmt.Sprintf("expected buy %d to be a multiple of %d", buy, tick)
	case sell%tick != 0:
		return fmt.Sprintf("expected sell %d to be a multiple of %d", sell, tick)
	case Unshared(retail, feedIn):
		if buy != retail || sell != feedIn {
			return fmt.Sprintf("expected buy %d and sell %d, where feed-in is above retail, got %d and %d", retail, feedIn, buy, sell)
		}
		return ""
	}
	mid := (retail + feedIn) / 2 // exact: both are multiples of 2·tick
	if feedIn > sell || sell > mid || mid > buy || buy > retail {
		return fmt.Sprintf("expected feed-in %d <= sell %d <= mid %d <= buy %d <= retail %d", feedIn, sell, mid, buy, retail)
	}
	return ""
}
