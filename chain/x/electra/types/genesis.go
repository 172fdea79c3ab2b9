package types

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

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

// ordered wants keys that rise.
func ordered[T any](field string, all []T, compare func(a, b T) int) error {
	for i := 1; i < len(all); i++ {
		if compare(all[i-1], all[i]) >= 0 {
			return wrong("%s[%d]: expected a list in the order of its keys, none twice", field, i)
		}
	}
	return nil
}

// key is an address's bytes, by which the state is ordered; the text of one is not in that order.
func key(text string) []byte {
	raw, _ := metertypes.ParseAddress("", text)
	return raw
}

func byAddress(a, b string) int { return bytes.Compare(key(a), key(b)) }

func address(field, text string) error {
	if _, err := metertypes.ParseAddress("", text); err != nil {
		return wrong("%s: expected a bech32 address, got %q", field, text)
	}
	return nil
}

// Validate wants a state that messages could have led to.
func (g GenesisState) Validate() error {
	if err := g.validateRoles(); err != nil {
		return err
	}
	accounts, err := g.validateAccounts()
	if err != nil {
		return err
	}
	if err := g.validateMoves(accounts); err != nil {
		return err
	}
	if err := g.validateAttestations(); err != nil {
		return err
	}
	return g.validateRedemptions(accounts)
}

func (g GenesisState) validateRoles() error {
	if len(g.Roles) != len(Roles) {
		return wrong("roles: expected attestor, guardian and issuer, got %d", len(g.Roles))
	}
	has, waits := map[string]bool{}, map[string]bool{}
	for i, r := range g.rolesThatMayCome() {
		if i < len(Roles) && r.Role != Roles[i] {
			return wrong("roles[%d].role: expected %s, got %q", i, Roles[i], r.Role)
		}
		if err := address("roles.address", r.Address); err != nil {
			return err
		}
		of := has
		if i >= len(Roles) {
			of = waits // for a role, where a vote may have brought it another in the meantime
		}
		if of[r.Address] {
			return wrong("roles: expected another address for each, got %s twice", r.Address)
		}
		of[r.Address] = true
	}
	for i, c := range g.RoleChanges {
		if !slices.Contains(Roles, c.Role) || c.DueUnixS <= 0 {
			return wrong("role_changes[%d]: expected a role and the time that it is due", i)
		}
		if c.DueHeight != 0 {
			return wrong("role_changes[%d].due_height: expected 0, since no block was made yet, got %d", i, c.DueHeight)
		}
	}
	for i, v := range g.RoleVotes {
		if !slices.Contains(Roles, v.Role) || address("", v.Meter) != nil || address("", v.Address) != nil {
			return wrong("role_votes[%d]: expected a role, a meter and an address", i)
		}
	}
	if err := ordered("role_changes", g.RoleChanges, func(a, b RoleChange) int { return cmp.Compare(a.Role, b.Role) }); err != nil {
		return err
	}
	return ordered("role_votes", g.RoleVotes, func(a, b RoleVote) int {
		return cmp.Or(cmp.Compare(len(a.Role), len(b.Role)), cmp.Compare(a.Role, b.Role), byAddress(a.Meter, b.Meter))
	})
}

// validateAccounts returns the kind of each.
func (g GenesisState) validateAccounts() (map[string]string, error) {
	kinds := map[string]string{}
	for i, a := range g.Accounts {
		if err := cmp.Or(address("accounts.address", a.Address), address("accounts.registrar", a.Registrar)); err != nil {
			return nil, err
		}
		if a.Kind != KindTreasury && a.Kind != KindMember && a.Kind != KindOther {
			return nil, wrong("accounts[%d].kind: expected treasury, member or other, got %q", i, a.Kind)
		}
		kinds[a.Address] = a.Kind
	}
	if err := ordered("accounts", g.Accounts, func(a, b Account) int { return byAddress(a.Address, b.Address) }); err != nil {
		return nil, err
	}
	for i, f := range g.Frozen {
		if _, known := kinds[f.Account]; !known || len(f.ReasonHash) != HashBytes {
			return nil, wrong("frozen[%d]: expected a registered account and the 32 bytes of a reason's hash", i)
		}
	}
	return kinds, ordered("frozen", g.Frozen, func(a, b Frozen) int { return byAddress(a.Account, b.Account) })
}

func (g GenesisState) validateMoves(kinds map[string]string) error {
	for i, p := range g.Payouts {
		if kinds[p.Treasury] != KindTreasury || kinds[p.Member] != KindMember || p.Counter == 0 {
			return wrong("payouts[%d]: expected a treasury, a member, and the counter of the last payout", i)
		}
	}
	for i, s := range g.Sends {
		if _, known := kinds[s.Account]; !known || s.Count == 0 || s.Count > MaxSendsADay {
			return wrong("sends[%d]: expected a registered account and 1 to %d sends", i, MaxSendsADay)
		}
	}
	if err := ordered("payouts", g.Payouts, func(a, b Payout) int {
		return cmp.Or(byAddress(a.Treasury, b.Treasury), byAddress(a.Member, b.Member))
	}); err != nil {
		return err
	}
	return ordered("sends", g.Sends, func(a, b Sends) int { return cmp.Or(cmp.Compare(a.Day, b.Day), byAddress(a.Account, b.Account)) })
}

func (g GenesisState) validateAttestations() error {
	for i, a := range g.Attestations {
		if a.AsOfUnixS <= 0 || a.AmountNel >= AmountEnd || len(a.DocumentHash) != HashBytes {
			return wrong("attestations[%d]: expected a time, an amount below 2^62 and the 32 bytes of a document's hash", i)
		}
	}
	return ordered("attestations", g.Attestations, func(a, b Attestation) int { return cmp.Compare(a.AsOfUnixS, b.AsOfUnixS) })
}

func (g GenesisState) validateRedemptions(kinds map[string]string) error {
	confirmed, payments, open := uint64(0), map[string]bool{}, map[string]int{}
	for i, r := range g.Redemptions {
		if r.Id != uint64(i)+1 {
			return wrong("redemptions[%d].id: expected %d, got %d", i, i+1, r.Id)
		}
		if _, known := kinds[r.Holder]; !known {
			return wrong("redemptions[%d].holder: expected a registered account, got %q", i, r.Holder)
		}
		if r.AmountNel == 0 || r.AmountNel%RedeemStepNel != 0 || r.AmountNel >= AmountEnd || r.Reference == "" ||
			len(r.Reference) > MaxReferenceBytes {
			return wrong("redemptions[%d]: expected an amount in steps of %d and a reference", i, uint64(RedeemStepNel))
		}
		if err := r.validateEnd(); err != nil {
			return wrong("redemptions[%d]: %s", i, err)
		}
		switch r.State {
		case Open:
			open[r.Holder]++
		case Confirmed:
			if payments[string(r.PaymentHash)] {
				return wrong("redemptions[%d].payment_hash: expected that of no other redemption", i)
			}
			payments[string(r.PaymentHash)] = true
			confirmed += r.AmountNel
		}
		if open[r.Holder] > MaxOpenRedemptions {
			return wrong("redemptions[%d]: expected at most %d open ones of a holder", i, MaxOpenRedemptions)
		}
	}
	if confirmed != g.ConfirmedNel || g.ConfirmedNel > g.MintedNel || g.MintedNel-g.ConfirmedNel >= AmountEnd {
		return wrong("confirmed_nel: expected %d, the sum of confirmed redemptions, at most minted_nel %d", confirmed, g.MintedNel)
	}
	return nil
}

// validateEnd wants what belongs to the state that a redemption is in, and nothing else.
func (r Redemption) validateEnd() error {
	closed := r.ClosedUnixS >= r.UnixS
	fits := false
	switch r.State {
	case Open:
		fits = r.ClosedUnixS == 0 && len(r.PaymentHash) == 0 && r.Reason == ""
	case Confirmed:
		fits = closed && len(r.PaymentHash) == HashBytes && r.Reason == ""
	case Rejected:
		fits = closed && len(r.PaymentHash) == 0 && (r.Reason == WrongReference || r.Reason == LegalOrder)
	}
	if !fits || r.UnixS <= 0 {
		return wrong("expected what belongs to a redemption that is %s, %s or %s, got %q", Open, Confirmed, Rejected, r.State)
	}
	return nil
}
