package types

import (
	"encoding/json"
	"fmt"
	"slices"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"

	"electra/internal/strict"
	metertypes "electra/x/meter/types"
)

func wrong(format string, args ...any) error { return errorsmod.Wrapf(ErrGenesis, format, args...) }

// DevelopmentKeys are the keys of a community that ship with the project.
func DevelopmentKeys() (keys []CircuitKey) {
	for _, circuit := range metertypes.Circuits {
		keys = append(keys, CircuitKey{circuit.Name, metertypes.DevelopmentKeyIDs[circuit.Name]})
	}
	return keys
}

// DefaultGenesis is a chain for development with nobody registered.
func DefaultGenesis() GenesisState {
	return GenesisState{Development: true, CommunityKeys: DevelopmentKeys(), NextId: 1}
}

// ReadGenesis reads the state in its one spelling.
func ReadGenesis(cdc codec.JSONCodec, raw json.RawMessage) (g GenesisState, err error) {
	if err := strict.Read(cdc, ModuleName, raw, &g); err != nil {
		return g, wrong("%s", err)
	}
	return g, g.Validate()
}

// Departures are everything in a genesis that production would not have.
func (g GenesisState) Departures() (all []string) {
	if g.Development {
		all = append(all, "register.development is true: communities for development are taken")
	}
	for _, k := range g.CommunityKeys {
		if metertypes.DevelopmentKeyIDs[k.Circuit] == k.Id {
			all = append(all, fmt.Sprintf("register.community_keys: development keys (%s), with which whoever made them can forge proofs",
				k.Circuit))
		}
	}
	return all
}

// Validate wants a complete, consistent state.
func (g GenesisState) Validate() error {
	if err := g.validateKeys(); err != nil {
		return err
	}
	communities := map[string]bool{}
	for i, c := range g.Communities {
		if err := c.validate(); err != nil {
			return wrong("communities[%d].%s", i, err)
		}
		if communities[c.Uplink] {
			return wrong("communities[%d].uplink: %s is listed twice", i, c.Uplink)
		}
		communities[c.Uplink] = true
	}
	for i, k := range g.Kept {
		if err := k.validate(); err != nil {
			return wrong("kept[%d].%s", i, err)
		}
		if !communities[k.Uplink] {
			return wrong("kept[%d].uplink: expected that of a community", i)
		}
	}
	for i, p := range g.Pending {
		if err := p.validate(g.NextId, communities); err != nil {
			return wrong("pending[%d].%s", i, err)
		}
		if i > 0 && p.Id <= g.Pending[i-1].Id {
			return wrong("pending[%d].id: expected more than %d", i, g.Pending[i-1].Id)
		}
	}
	for i, v := range g.SuspendVotes {
		if _, err := metertypes.ParseAddress("meter", v.Meter); err != nil || !communities[v.Uplink] {
			return wrong("suspend_votes[%d]: expected a meter, and the uplink of a community", i)
		}
	}
	if g.NextId == 0 {
		return wrong("next_id: expected 1 or more")
	}
	return nil
}

func (g GenesisState) validateKeys() error {
	if len(g.CommunityKeys) != len(metertypes.Circuits) {
		return wrong("community_keys: expected %d, one of each circuit of a community, got %d", len(metertypes.Circuits), len(g.CommunityKeys))
	}
	for i, circuit := range metertypes.Circuits {
		k := g.CommunityKeys[i]
		isHex := len(k.Id) == 2*metertypes.HashBytes && !slices.ContainsFunc([]byte(k.Id), func(b byte) bool {
			return (b < '0' || b > '9') && (b < 'a' || b > 'f')
		})
		if k.Circuit != circuit.Name || !isHex {
			return wrong("community_keys[%d]: expected the id of the key of %s, 64 lower-case hex digits", i, circuit.Name)
		}
	}
	return nil
}

func (c Community) validate() error {
	if _, err := metertypes.ParseAddress("uplink", c.Uplink); err != nil {
		return err
	}
	switch {
	case metertypes.CheckChainID(c.ChainId) != nil:
		return fmt.Errorf("chain_id: expected a chain's id")
	case len(c.GenesisHash) != metertypes.HashBytes:
		return fmt.Errorf("genesis_hash: expected %d bytes", metertypes.HashBytes)
	case c.Clock.Rate == 0 || c.Clock.Rate > metertypes.MaxRate:
		return fmt.Errorf("clock.rate: expected 1 to %d", metertypes.MaxRate)
	case c.Suspended != "" && c.Suspended != Conflict && c.Suspended != Vote:
		return fmt.Errorf("suspended: expected nothing, %q or %q", Conflict, Vote)
	}
	return CheckTerms(c.CreditNel, c.Members)
}

// CheckTerms bounds what a registration says of credit and members.
func CheckTerms(creditNel uint64, members uint32) error {
	if creditNel > MaxCreditNel {
		return errorsmod.Wrapf(ErrTerms, "credit_nel: expected at most 2^62, got %d", creditNel)
	}
	if members < 1 || members > MaxMembers {
		return errorsmod.Wrapf(ErrTerms, "members: expected 1 to %d, got %d", MaxMembers, members)
	}
	return nil
}

func (k Kept) validate() error {
	if _, err := metertypes.ParseAddress("uplink", k.Uplink); err != nil {
		return err
	}
	if k.Height < 1 || k.UnixNs < 1 || len(k.Hash) != metertypes.HashBytes || len(k.NextValidatorsHash) != metertypes.HashBytes {
		return fmt.Errorf("height: expected a header with height, time and two hashes")
	}
	return nil
}

func (p Pending) validate(nextID uint64, communities map[string]bool) error {
	if p.Id == 0 || p.Id >= nextID {
		return fmt.Errorf("id: expected 1 to %d", nextID-1)
	}
	switch {
	case p.Register != nil:
		if p.Checkpoint == nil || p.Treasury != "" || communities[p.Uplink] || p.Register.Uplink != p.Uplink {
			return fmt.Errorf("register: expected a registration of an uplink without a community, with its checkpoint alone")
		}
		if err := p.Register.validate(); err != nil {
			return err
		}
		return p.Checkpoint.validate()
	case !communities[p.Uplink]:
		return fmt.Errorf("uplink: expected that of a community")
	case p.Checkpoint != nil && p.Treasury == "":
		return p.Checkpoint.validate()
	case p.Checkpoint == nil:
		_, err := metertypes.ParseAddress("treasury", p.Treasury)
		return err
	}
	return fmt.Errorf("treasury: expected it alone")
}
