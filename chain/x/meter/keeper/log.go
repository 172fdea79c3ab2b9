package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"electra/x/meter/types"
)

// The chain's log names, in order, what may change what an earlier audit has said of a day. An audit that goes on from
// another one is shown it from where the other stopped, so that nothing that came later can be kept from it.

// log writes the next entry. It is called by effects: those that count run once.
func (k Keeper) log(ctx context.Context, entry types.LogEntry) error {
	seq, err := k.NextSeq.Get(ctx)
	if err != nil {
		return err
	}
	if err := k.Log.Set(ctx, seq, entry); err != nil {
		return err
	}
	return k.NextSeq.Set(ctx, seq+1)
}

// logLate writes an entry where the late roster of a day has a commitment that its roster has not.
func (k Keeper) logLate(ctx context.Context, day uint32) error {
	roster, err := k.Rosters.Get(ctx, collections.Join(day, false))
	if err != nil {
		return err
	}
	late, err := k.Rosters.Get(ctx, collections.Join(day, true))
	if err != nil {
		return err
	}
	added, err := types.RosterAdds(roster.Encoded, late.Encoded)
	if err != nil || !added {
		return err
	}
	return k.log(ctx, types.LogEntry{Kind: types.LogLateRoster, Day: day})
}

func (k Keeper) initLog(ctx context.Context, entries []types.LogEntry) error {
	if err := k.NextSeq.Set(ctx, 1); err != nil {
		return err
	}
	for _, entry := range entries {
		if err := k.log(ctx, entry); err != nil {
			return err
		}
	}
	return nil
}
