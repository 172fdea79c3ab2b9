package keeper_test

import (
	"testing"

	tc "electra/internal/testchain"
	"electra/x/electra/types"
	settlementtypes "electra/x/settlement/types"
)

// Settlement goes on whatever the guardian stops; what leaves it does not.
func TestAFrozenTreasuryDepositsAndDoesNotWithdraw(t *testing.T) {
	m := rich(t, 100)
	uplink, member := tc.Meter(1), tc.Member(1)
	deposit := &settlementtypes.MsgDeposit{Treasury: member.Address, Uplink: uplink.Address, AmountNel: 20 * unit}
	withdraw := &settlementtypes.MsgWithdraw{Treasury: member.Address, Uplink: uplink.Address, AmountNel: 5 * unit}
	m.accepted(tc.Operator, register(member, types.KindTreasury))
	m.accepted(alice, send(alice, member, 50*unit))
	byAlice := *deposit
	byAlice.Treasury = alice.Address
	m.Refused(settlementtypes.ErrTreasury, alice, &byAlice)
	m.accepted(guardian, freeze(member), pause())
	m.accepted(member, deposit)
	m.Refused(settlementtypes.ErrFrozen, member, withdraw)
	m.accepted(guardian, unfreeze(member))
	m.accepted(member, withdraw) // while paused: it is the member's own
	m.wants(member, 35*unit)
	if err := m.Main.Settlement.CheckInvariants(m.Context()); err != nil {
		t.Fatal(err)
	}
}
