// Package types has what x/register keeps and takes: generated messages, named errors, limits, its genesis.
package types

const (
	ModuleName = "register"
	StoreKey   = ModuleName

	// Package is the protobuf package of the messages and the state.
	Package = "electra.register.v1"

	// CopiesShare is the part of a day's entries, one in so many, that need not be metered for the day to be shared; one always may.
	CopiesShare = 20

	// UpdateEveryS is how much later than the last kept one the header of an UpdateClient is, in seconds: what is kept is bounded by it.
	UpdateEveryS = 3600

	// MaxCreditNel and MaxMembers bound what a registration says.
	MaxCreditNel = uint64(1) << 62
	MaxMembers   = 4096

	// The reasons of a suspension.
	Conflict = "conflict"
	Vote     = "vote"
)

// MaxCopies is how many entries of a day may be other than metered.
func MaxCopies(entries uint32) uint32 { return max(1, entries/CopiesShare) }
