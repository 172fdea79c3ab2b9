// Judgebooks says what the chain makes of bundles, for tests of the audit: a line with a folder in, a line of JSON out. The chain's state
// says what the bundle's files say; each book that comes with its proofs (whole.vN) is sent to it ten minutes after it was anchored, in the
// order of anchors, until one is refused. A book without proofs is believed, as an auditor believes the day before the first.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

const sentAfterS = 600

// verdict is of the first book that is refused: code 0 where none is, none where no chain begins from the bundle's genesis.
type verdict struct {
	Code   *uint32 `json:"code"`
	Says   string  `json:"says"`
	Proven int     `json:"proven"`
}

// judge plays the test that the helpers for tests want.
type judge struct{ testing.TB }

type failure struct{ error }

func (judge) Helper()                       {}
func (judge) Cleanup(func())                {} // what a chain's tests look at in its store when they end is no matter of a book
func (judge) Fatal(args ...any)             { panic(failure{errors.New(fmt.Sprint(args...))}) }
func (judge) Fatalf(form string, of ...any) { panic(failure{fmt.Errorf(form, of...)}) }

func main() {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		line, err := json.Marshal(judged(in.Text()))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(string(line))
	}
}

func judged(folder string) (v verdict) {
	defer func() {
		if thrown := recover(); thrown != nil {
			is, ours := thrown.(failure)
			if !ours {
				panic(thrown)
			}
			v = verdict{Says: is.Error()}
		}
	}()
	b := tb.LoadFolder(judge{}, folder)
	c := b.StartAt(judge{}, b.Genesis.Clock.StartUnixS+1)
	for _, anchor := range inTime(b) {
		c.Time = time.Unix(max(anchor.UnixS+sentAfterS, c.Time.Unix()), 0).UTC()
		c.Block()
		if b.Days[anchor.Day].Wholes[anchor.Version] == nil {
			b.Believe(judge{}, c, anchor.Day, anchor.Version)
			continue
		}
		if said := sent(c, b, anchor.Day, anchor.Version); said.Code != 0 {
			return verdict{Code: &said.Code, Says: said.Log, Proven: v.Proven}
		}
		v.Proven++
	}
	none := uint32(0)
	v.Code = &none
	return v
}

// inTime are all anchors as time goes; a bundle may lie about their times, but not about their order in a day.
func inTime(b *tb.Bundle) (all []types.Anchor) {
	for _, d := range b.Days {
		all = append(all, d.Anchors...)
	}
	slices.SortFunc(all, func(a, b types.Anchor) int {
		return cmp.Or(cmp.Compare(min(a.Version, 2), min(b.Version, 2)), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Version, b.Version))
	})
	return all
}

// sent has a book judged in CheckTx, and puts it into a block where it holds.
func sent(c *tc.Chain, b *tb.Bundle, day, version uint32) *abci.ResponseCheckTx {
	tx := c.Tx(tc.Operator, b.Prove(day, version))
	said, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: tx})
	if err != nil {
		c.T.Fatal(err)
	}
	if said.Code == 0 && (!c.Accepts(tx) || c.Finalize(tx)[0].Code != 0) {
		c.T.Fatal("expected one verdict of all doors")
	}
	return said
}
