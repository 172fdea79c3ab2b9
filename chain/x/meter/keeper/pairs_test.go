package keeper_test

import (
	"strings"
	"testing"
	"time"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	tc "electra/internal/testchain"
)

// A pair is a message that is refused and, right after it on the same chain, its nearest accepted neighbour: so a
// refusal cannot pass for the wrong reason. The refusal must name the error and the field, at every door.
type pair struct {
	name    string
	before  func(*tc.Chain)
	refused sdk.Msg
	by      tc.Party // the refused message's signer, and the accepted one's where likeBy is empty
	want    *errorsmod.Error
	field   string
	like    sdk.Msg
	likeBy  tc.Party
}

func checkPairs(t *testing.T, pairs []pair) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			c := tc.Start(t, tc.State(4))
			if p.before != nil {
				p.before(c)
			}
			text := c.Refused(p.want, p.by, p.refused)
			if !strings.Contains(text, p.field+":") {
				t.Fatalf("expected the refusal to name the field %s, got: %s", p.field, text)
			}
			if p.likeBy.Name == "" {
				p.likeBy = p.by
			}
			c.Accepted(p.likeBy, p.like)
		})
	}
}

const (
	hour      = time.Hour
	day       = 24 * time.Hour
	yesterday = tc.Today - 1
)

// to makes one empty block so long after genesis.
func to(after time.Duration) func(*tc.Chain) {
	return func(c *tc.Chain) { c.Until(tc.Genesis.Add(after).Unix(), 1000*day) }
}

// atLength is to on a chain that made blocks on that day before, as many as what is due on it waits for.
func atLength(after time.Duration) func(*tc.Chain) {
	return func(c *tc.Chain) {
		c.Until(tc.Genesis.Add(after.Truncate(day)).Unix(), 1000*day)
		for range 3 {
			c.Block()
		}
		to(after)(c)
	}
}

// tick makes a block a second later.
func tick(c *tc.Chain) { c.After(time.Second) }

// frozen waits until yesterday's roster is frozen; closers have closed that day before.
func frozen(closers ...tc.Party) func(*tc.Chain) {
	return func(c *tc.Chain) {
		for _, m := range closers {
			c.Accepted(m, tc.CloseDay(m, yesterday))
		}
		c.After(time.Second)
		c.After(time.Second)
		to(6 * hour)(c)
	}
}

// todayFrozen waits a day longer, until today's roster is frozen, at the 30th hour. The closers have closed yesterday only.
func todayFrozen(closers ...tc.Party) func(*tc.Chain) {
	return func(c *tc.Chain) {
		frozen(closers...)(c)
		to(day)(c)
		c.After(time.Second)
		c.After(time.Second)
		to(day + 6*hour)(c)
	}
}

// lateFrozen waits until yesterday's late roster is frozen too.
func lateFrozen(closers ...tc.Party) func(*tc.Chain) {
	return func(c *tc.Chain) {
		frozen(closers...)(c)
		to(30*day + 7*hour)(c)
	}
}

func sent(signer tc.Party, messages ...sdk.Msg) func(*tc.Chain) {
	return func(c *tc.Chain) { c.Accepted(signer, messages...) }
}

func all(steps ...func(*tc.Chain)) func(*tc.Chain) {
	return func(c *tc.Chain) {
		for _, step := range steps {
			step(c)
		}
	}
}

// with changes a copy of a message.
func with[M any](message *M, change func(*M)) *M {
	copied := *message
	change(&copied)
	return &copied
}
