package types

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math/big"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"

	"electra/internal/strict"
	metertypes "electra/x/meter/types"
)

func wrong(format string, args ...any) error { return errorsmod.Wrapf(ErrGenesis, format, args...) }

// ReadGenesis reads the state of this module, in its one spelling, and validates it.
func ReadGenesis(cdc codec.JSONCodec, raw json.RawMessage) (g GenesisState, err error) {
	if err := strict.Read(cdc, ModuleName, raw, &g); err != nil {
		return g, wrong("%s", err)
	}
	return g, g.Validate()
}

// list wants keys that rise, of uplinks that are addresses.
func list[T any](field string, all []T, uplink func(T) string, compare func(a, b T) int) error {
	for i := range all {
		if _, err := metertypes.ParseAddress("", uplink(all[i])); err != nil {
			return wrong("%s[%d].uplink: expected a bech32 address, got %q", field, i, uplink(all[i]))
		}
		if i > 0 && compare(all[i-1], all[i]) >= 0 {
			return wrong("%s[%d]: expected a list in the order of its keys, none twice", field, i)
		}
	}
	return nil
}

func byUplink(a, b string) int {
	x, _ := metertypes.ParseAddress("", a)
	y, _ := metertypes.ParseAddress("", b)
	return bytes.Compare(x, y)
}

// Fresh says whether nothing was ever settled.
func (g GenesisState) Fresh() bool { return g.NextDay == 0 }

// Validate wants a state that messages could have led to.
func (g GenesisState) Validate() error {
	for _, check := range []func() error{g.validateLists, g.validatePeriods, g.validatePools, g.validateAmounts} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (g GenesisState) validateLists() error {
	for _, err := range []error{
		list("escrows", g.Escrows, func(e Escrow) string { return e.Uplink }, func(a, b Escrow) int { return byUplink(a.Uplink, b.Uplink) }),
		list("entries", g.Entries, func(e Entry) string { return e.Uplink },
			func(a, b Entry) int { return cmp.Or(cmp.Compare(a.FromDay, b.FromDay), byUplink(a.Uplink, b.Uplink)) }),
		list("claims", g.Claims, func(c Claim) string { return c.Uplink },
			func(a, b Claim) int { return cmp.Or(cmp.Compare(a.Pool, b.Pool), byUplink(a.Uplink, b.Uplink)) }),
		list("debts", g.Debts, func(d Debt) string { return d.Uplink },
			func(a, b Debt) int { return cmp.Or(cmp.Compare(a.Pool, b.Pool), byUplink(a.Uplink, b.Uplink)) }),
		list("owing", g.Owing, func(o Owing) string { return o.Uplink }, func(a, b Owing) int { return byUplink(a.Uplink, b.Uplink) }),
		list("missing", g.Missing, func(m Missing) string { return m.Uplink },
			func(a, b Missing) int { return cmp.Or(byUplink(a.Uplink, b.Uplink), cmp.Compare(a.FromDay, b.FromDay)) }),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// validatePeriods wants one after the other, each ready, and entries of these alone.
func (g GenesisState) validatePeriods() error {
	if g.Fresh() {
		if len(g.Periods)+len(g.Entries)+len(g.Pools)+len(g.Escrows)+len(g.Claims)+len(g.Debts) > 0 {
			return wrong("next_day: expected the next period's first day, got 0")
		}
		return nil
	}
	if g.FirstDay == 0 || g.NextDay != g.FirstDay+uint32(len(g.Periods))*PeriodDays {
		return wrong("next_day: expected the day after %d periods from day %d, got %d", len(g.Periods), g.FirstDay, g.NextDay)
	}
	for i, p := range g.Periods {
		if p.FromDay != g.FirstDay+uint32(i)*PeriodDays || p.ReadyUnixS <= 0 || p.ExecutedUnixS != 0 && p.ExecutedUnixS < p.ReadyUnixS {
			return wrong("periods[%d]: expected the one from day %d, ready, and executed no sooner", i, g.FirstDay+uint32(i)*PeriodDays)
		}
		if p.ExecutedUnixS == 0 && p.DueHeight != 0 {
			return wrong("periods[%d].due_height: expected 0 of one that waits, got %d", i, p.DueHeight)
		}
		if p.DueHeight < 0 || p.DueHeight > metertypes.MaxHeight {
			return wrong("periods[%d].due_height: expected 0 to %d, got %d", i, metertypes.MaxHeight, p.DueHeight)
		}
	}
	for i, e := range g.Entries {
		if e.FromDay < g.FirstDay || e.FromDay >= g.NextDay || (e.FromDay-g.FirstDay)%PeriodDays != 0 {
			return wrong("entries[%d].from_day: expected a period's, got %d", i, e.FromDay)
		}
		if e.AmountNel >= AmountEnd || e.AmountNel <= -AmountEnd || e.Pool > uint64(len(g.Pools)) {
			return wrong("entries[%d]: expected |amount_nel| < 2^62, and a pool that there is", i)
		}
	}
	return nil
}

// validatePools wants claims to be those that the pools say, and no debts beyond what entries owe.
func (g GenesisState) validatePools() error {
	claims := make([]*big.Int, len(g.Pools)+1)
	for i, p := range g.Pools {
		if p.Number != uint64(i)+1 {
			return wrong("pools[%d].number: expected %d, got %d", i, i+1, p.Number)
		}
		claims[i+1] = new(big.Int)
	}
	for i, c := range g.Claims {
		if c.Pool == 0 || c.Pool > uint64(len(g.Pools)) || c.AmountNel == 0 || c.AmountNel >= uint64(AmountEnd) {
			return wrong("claims[%d]: expected an amount below 2^62 of a pool that there is", i)
		}
		claims[c.Pool].Add(claims[c.Pool], new(big.Int).SetUint64(c.AmountNel))
	}
	for i, p := range g.Pools {
		sum, err := ParseSum("claims_nel", p.ClaimsNel)
		if err != nil {
			return err
		}
		if sum.Cmp(claims[i+1]) != 0 {
			return wrong("pools[%d].claims_nel: expected %s, the sum of its claims, got %s", i, claims[i+1], sum)
		}
	}
	return g.validateDebts()
}

// validateDebts: what entries owe is what was paid and what is left, pool by pool.
func (g GenesisState) validateDebts() error {
	owed := make([]*big.Int, len(g.Pools)+1)
	for i := range owed {
		owed[i] = new(big.Int)
	}
	for _, e := range g.Entries {
		if e.AmountNel > 0 {
			owed[e.Pool].Add(owed[e.Pool], big.NewInt(e.AmountNel))
		}
	}
	for i, d := range g.Debts {
		if d.Pool == 0 || d.Pool > uint64(len(g.Pools)) || d.LeftNel == 0 || d.LeftNel >= uint64(AmountEnd) {
			return wrong("debts[%d]: expected what is left, below 2^62, of a pool that there is", i)
		}
		owed[d.Pool].Sub(owed[d.Pool], new(big.Int).SetUint64(d.LeftNel))
	}
	for i, p := range g.Pools {
		paid, err := ParseSum("paid_nel", p.PaidNel)
		if err != nil {
			return err
		}
		if paid.Cmp(owed[i+1]) != 0 {
			return wrong("pools[%d].paid_nel: expected %s, what its entries owe less what is left, got %s", i, owed[i+1], paid)
		}
	}
	return nil
}

func (g GenesisState) validateAmounts() error {
	for i, e := range g.Escrows {
		if e.AmountNel == 0 || e.AmountNel >= uint64(AmountEnd) {
			return wrong("escrows[%d].amount_nel: expected 1 to 2^62-1, got %d", i, e.AmountNel)
		}
	}
	if g.FundNel >= uint64(AmountEnd) {
		return wrong("fund_nel: expected less than 2^62, got %d", g.FundNel)
	}
	owing := map[string]bool{}
	for _, d := range g.Debts {
		owing[d.Uplink] = true
	}
	for i, o := range g.Owing {
		if !owing[o.Uplink] || o.SinceUnixS <= 0 {
			return wrong("owing[%d]: expected an uplink with debts, and since when", i)
		}
	}
	if len(g.Owing) != len(owing) {
		return wrong("owing: expected the %d uplinks with debts, got %d", len(owing), len(g.Owing))
	}
	return nil
}
