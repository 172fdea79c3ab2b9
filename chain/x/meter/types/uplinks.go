package types

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"
)

// Where a community shares what it has too much of. A main chain reads that from this state by proof: it takes the days of a community
// that names it, and of none that names another one, or else one surplus would be shared twice.

// UplinkStorePrefix and the others are the keys of the meters' store that another chain asks for: a prefix, then the key.
const (
	ParamsStorePrefix  = 0
	ClockStorePrefix   = 1
	KeysStorePrefix    = 26
	GenesisStorePrefix = 27
	ProvenStorePrefix  = 34
	UplinkStorePrefix  = 39
)

// MaxShownHeight is what readers of another chain's state take for a height at most: JSON holds it exactly.
const MaxShownHeight = int64(1)<<53 - 1

// IsSound says that a proven book shown by another chain is what this code would have written of some book. Auditors read nothing else, so
// what a community's validators make of it otherwise is refused here, before it can fail the audit of the others.
func (p Proven) IsSound() bool {
	return p.Day <= MaxDay && len(p.BookHash) == HashBytes && len(p.PricesHash) == HashBytes && p.Copies <= p.Entries &&
		p.Height >= 0 && p.Height <= MaxShownHeight && p.UnixS >= 0 && p.UnixS <= MaxUnixS
}

// IsNone says that from this day on nothing is shared.
func (u Uplink) IsNone() bool { return u.MainChainId == "" }

// CheckUplink holds what is true of an uplink whenever it was set on a chain.
func CheckUplink(u Uplink, chainID string) error {
	if u.FromDay > MaxDay {
		return errorsmod.Wrapf(ErrDayRange, "from_day: expected at most %d, got %d", uint32(MaxDay), u.FromDay)
	}
	if u.IsNone() {
		if len(u.MainGenesisHash) > 0 || u.Uplink != "" {
			return errorsmod.Wrap(ErrUplink, "main_chain_id: expected one, or nothing beside it")
		}
		return nil
	}
	if CheckChainID(u.MainChainId) != nil || u.MainChainId == chainID {
		return errorsmod.Wrap(ErrUplink, "main_chain_id: expected the id of another chain")
	}
	if n := len(u.MainGenesisHash); n != HashBytes {
		return errorsmod.Wrapf(ErrUplink, "main_genesis_hash: expected %d bytes, got %d", HashBytes, n)
	}
	_, err := ParseAddress("uplink", u.Uplink)
	return err
}

// validateUplinks wants what SetUplink would have left: from a first one, which is none, on, in the order of their days.
func (g GenesisState) validateUplinks() error {
	for i, u := range g.Uplinks {
		if err := CheckUplink(u, ""); err != nil {
			return wrong("uplinks[%d]: %s", i, err)
		}
		switch {
		case i == 0 && (!u.IsNone() || u.FromDay != 0):
			return wrong("uplinks[0]: expected none from day 0 on")
		case i == 0 && u.Height < 1:
			return wrong("uplinks[0].height: expected at least 1, got %d", u.Height)
		case i > 0 && u.FromDay <= g.Uplinks[i-1].FromDay:
			return wrong("uplinks[%d].from_day: expected more than %d, got %d", i, g.Uplinks[i-1].FromDay, u.FromDay)
		}
	}
	if len(g.Uplinks) == 1 {
		return wrong("uplinks: expected it left out where none was ever set")
	}
	return nil
}

// Communities say on a main chain whose day an uplink states. A chain without them is a community's.
type Communities interface {
	// CheckDay wants the evidence of a day to hold, and says whose totals the statement has to be the net of.
	CheckDay(ctx context.Context, uplink Meter, m *MsgCloseDay, e *Evidence) (Totals, error)
	// KeepDay keeps the header of a day's evidence.
	KeepDay(ctx context.Context, m *MsgCloseDay, e *Evidence) error
}

// Totals are a community's of a day.
type Totals struct {
	ChainID string
	X       []byte
}

// ReadEvidence takes the one encoding of evidence.
func ReadEvidence(raw []byte) (*Evidence, error) {
	var e Evidence
	if err := e.Unmarshal(raw); err != nil {
		return nil, errorsmod.Wrapf(ErrEvidence, "evidence: expected the encoding of some: %s", err)
	}
	if again, err := e.Marshal(); err != nil || !bytes.Equal(again, raw) {
		return nil, errorsmod.Wrap(ErrEvidence, "evidence: expected the one encoding of its value")
	}
	return &e, nil
}
