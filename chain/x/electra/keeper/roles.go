package keeper

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/stored"
	"electra/x/electra/types"
	metertypes "electra/x/meter/types"
)

// Who has a role may hand it on, after seven days in which the guardian can say no, and blocks enough after them to say it in: a stolen
// key takes nothing over unseen, and none by a halt of the chain. Meters with more than two thirds of the power bring another holder at
// once. No two roles are ever of one address, or the attestor would be the issuer's mirror.

// EventRoleRotated is emitted in EndBlock for every rotation that comes to its end. Its attributes are text: role, address, fate
// ("applied", or "moot" where the address has got another role in the meantime), voted ("true" or "false"), unix_s (decimal chain time).
const EventRoleRotated = "electra.role_rotated"

const (
	fateApplied = "applied"
	fateMoot    = "moot"
)

func checkRole(role string) error {
	if !slices.Contains(types.Roles, role) {
		return errorsmod.Wrapf(types.ErrRole, "role: expected issuer, attestor or guardian, got %q", role)
	}
	return nil
}

// hasRole says whether an address has any role now.
func (k Keeper) hasRole(ctx context.Context, address []byte) (bool, error) {
	for _, role := range types.Roles {
		holder, err := k.Roles.Get(ctx, role)
		if err != nil || bytes.Equal(holder, address) {
			return err == nil, err
		}
	}
	return false, nil
}

// checkNewHolder wants an address without a role, and, where its turn is to come, waiting for none.
func (k Keeper) checkNewHolder(ctx context.Context, text string, waits bool) error {
	address, err := metertypes.ParseAddress("address", text)
	if err != nil {
		return err
	}
	taken, err := k.hasRole(ctx, address)
	if err != nil {
		return err
	}
	if waits {
		err = k.RoleChanges.Walk(ctx, nil, func(_ string, c types.RoleChange) (bool, error) {
			taken = taken || c.Address == text
			return taken, nil
		})
	}
	if err == nil && (taken || k.bank.BlockedAddr(address)) {
		err = errorsmod.Wrapf(types.ErrRoleAddress, "address: expected one without a role, got %s", text)
	}
	return err
}

func (k Keeper) checkRotateRole(ctx sdk.Context, m *types.MsgRotateRole) error {
	if err := checkRole(m.Role); err != nil {
		return err
	}
	if err := k.checkHolder(ctx, m.Role, "holder", m.Holder); err != nil {
		return err
	}
	if waits, err := k.RoleChanges.Has(ctx, m.Role); err != nil {
		return err
	} else if waits {
		return errorsmod.Wrapf(types.ErrRotationQueued, "role: expected one of which no rotation waits, got %s", m.Role)
	}
	return k.checkNewHolder(ctx, m.Address, true)
}

func (k Keeper) applyRotateRole(ctx sdk.Context, m *types.MsgRotateRole) error {
	unixS, _, err := k.meters.Now(ctx)
	if err != nil {
		return err
	}
	return k.RoleChanges.Set(ctx, m.Role, types.RoleChange{Role: m.Role, Address: m.Address, DueUnixS: unixS + types.RotationDelayS})
}

func (k Keeper) checkCancelRotation(ctx sdk.Context, m *types.MsgCancelRotation) error {
	if err := checkRole(m.Role); err != nil {
		return err
	}
	if waits, err := k.RoleChanges.Has(ctx, m.Role); err != nil {
		return err
	} else if !waits {
		return errorsmod.Wrapf(types.ErrNoRotation, "role: %s", m.Role)
	}
	return nil
}

func (k Keeper) applyCancelRotation(ctx sdk.Context, m *types.MsgCancelRotation) error {
	return k.RoleChanges.Remove(ctx, m.Role)
}

func (k Keeper) checkReplaceRole(ctx sdk.Context, m *types.MsgReplaceRole) error {
	if err := checkRole(m.Role); err != nil {
		return err
	}
	meter, err := metertypes.ParseAddress("meter", m.Meter)
	if err != nil {
		return err
	}
	if powered, err := k.meters.HasPower(ctx, meter); err != nil {
		return err
	} else if !powered {
		return errorsmod.Wrap(types.ErrNoPower, "meter: expected one whose consensus key has power")
	}
	vote, err := stored.OrZero(ctx, k.RoleVotes, collections.Join([]byte(m.Role), meter))
	if err != nil {
		return err
	}
	if vote.Address == m.Address {
		return errorsmod.Wrap(types.ErrVoted, "address: expected another one than this meter has named")
	}
	return k.checkNewHolder(ctx, m.Address, false)
}

func (k Keeper) applyReplaceRole(ctx sdk.Context, m *types.MsgReplaceRole) error {
	meter, err := metertypes.ParseAddress("meter", m.Meter)
	if err != nil {
		return err
	}
	return k.RoleVotes.Set(ctx, collections.Join([]byte(m.Role), meter), types.RoleVote{Role: m.Role, Meter: m.Meter, Address: m.Address})
}

// EndBlock lets time pass: roles that are voted or due change hands, and counts of days that are over go.
func (k Keeper) EndBlock(ctx sdk.Context) error {
	unixS, today, err := k.meters.Now(ctx)
	if err != nil {
		return err
	}
	for _, role := range types.Roles {
		if err := k.rotate(ctx, role, unixS); err != nil {
			return err
		}
	}
	return k.forgetSends(ctx, today)
}

// rotate waits for grace_blocks blocks after the time has come, whenever the chain made those before it: a halt of any length, begun at any
// moment, leaves the guardian all of them.
func (k Keeper) rotate(ctx sdk.Context, role string, unixS int64) error {
	voted, err := k.voted(ctx, role)
	if err != nil {
		return err
	}
	if voted != "" {
		return k.bring(ctx, types.RoleChange{Role: role, Address: voted}, true, unixS)
	}
	change, waits, err := stored.Get(ctx, k.RoleChanges, role)
	if err != nil || !waits || change.DueUnixS > unixS {
		return err
	}
	if change.DueHeight == 0 {
		change.DueHeight = ctx.BlockHeight()
		if err := k.RoleChanges.Set(ctx, role, change); err != nil {
			return err
		}
	}
	if blocks, err := k.meters.GraceBlocks(ctx); err != nil || ctx.BlockHeight() < change.DueHeight+blocks {
		return err
	}
	return k.bring(ctx, change, false, unixS)
}

// voted is the address that meters with more than two thirds of the power name for a role, or none.
func (k Keeper) voted(ctx context.Context, role string) (string, error) {
	var votes []types.RoleVote
	err := k.RoleVotes.Walk(ctx, collections.NewPrefixedPairRange[[]byte, []byte]([]byte(role)), func(_ pair, v types.RoleVote) (bool, error) {
		votes = append(votes, v)
		return false, nil
	})
	if err != nil {
		return "", err
	}
	for _, candidate := range votes {
		var meters []string
		for _, v := range votes {
			if v.Address == candidate.Address {
				meters = append(meters, v.Meter)
			}
		}
		of, total, err := k.meters.PowerOf(ctx, meters)
		if err != nil {
			return "", err
		}
		if 3*of > 2*total {
			return candidate.Address, nil
		}
	}
	return "", nil
}

// bring ends a rotation: the address has the role from now on, unless it has got one since it was named. What else was said of the role
// is over.
func (k Keeper) bring(ctx sdk.Context, change types.RoleChange, isVoted bool, unixS int64) error {
	address, err := metertypes.ParseAddress("address", change.Address)
	if err != nil {
		return err
	}
	taken, err := k.hasRole(ctx, address)
	if err != nil {
		return err
	}
	fate := fateMoot
	if !taken {
		fate = fateApplied
		k.meters.EnsureAccount(ctx, address)
		if err := k.Roles.Set(ctx, change.Role, address); err != nil {
			return err
		}
	}
	ctx.EventManager().EmitEvent(sdk.NewEvent(EventRoleRotated,
		sdk.NewAttribute("role", change.Role),
		sdk.NewAttribute("address", change.Address),
		sdk.NewAttribute("fate", fate),
		sdk.NewAttribute("voted", strconv.FormatBool(isVoted)),
		sdk.NewAttribute("unix_s", strconv.FormatInt(unixS, 10)),
	))
	return cmp.Or(k.RoleChanges.Remove(ctx, change.Role),
		k.RoleVotes.Clear(ctx, collections.NewPrefixedPairRange[[]byte, []byte]([]byte(change.Role))))
}

func (k Keeper) forgetSends(ctx context.Context, today uint32) error {
	if today == 0 {
		return nil
	}
	return k.Sends.Clear(ctx, collections.NewPrefixUntilPairRange[uint32, []byte](today-1))
}
