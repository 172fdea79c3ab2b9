package types

// The numbers of ELECTRA (docs/electra.md). Times are seconds of chain time.
const (
	ModuleName = "electra"
	StoreKey   = ModuleName

	// Package is the protobuf package of the messages and the state.
	Package = "electra.electra.v1"

	// Denom is the one denomination: 10^-9 ELECTRA.
	Denom = "nelectra"

	// AmountEnd is exclusive, of any amount and of the supply: sums of two never leave 64 bits.
	AmountEnd = uint64(1) << 62

	// MinSendNel keeps dust out, MaxSendsADay keeps a state of accounts from being written for nothing.
	MinSendNel   = 1_000_000
	MaxSendsADay = 100

	// RedeemStepNel: what a bank pays out are cents.
	RedeemStepNel      = 10_000_000
	MaxOpenRedemptions = 10
	RedeemDueS         = 5 * daySeconds

	// PayoutStepNel is 10 ELECTRA: an amount to the unit would tell what a producer has earned.
	PayoutStepNel = 10_000_000_000

	// AttestationMaxAgeS is how old the latest attestation may be at a Mint.
	AttestationMaxAgeS = 35 * daySeconds

	// RotationDelayS is how long a role's own rotation waits.
	RotationDelayS = 7 * daySeconds

	HashBytes         = 32
	MaxReferenceBytes = 140
	AccountsPerMember = 2

	// MaxAnswered bounds the entries in one answer of a query.
	MaxAnswered = 1000

	daySeconds = 86400
)

// Who has a part in ELECTRA.
const (
	RoleAttestor = "attestor"
	RoleGuardian = "guardian"
	RoleIssuer   = "issuer"
)

// Roles in the order of their names.
var Roles = []string{RoleAttestor, RoleGuardian, RoleIssuer}

// What an account is.
const (
	KindTreasury = "treasury"
	KindMember   = "member"
	KindOther    = "other"
)

// Where a redemption stands, and why one is rejected.
const (
	Open      = "open"
	Confirmed = "confirmed"
	Rejected  = "rejected"

	WrongReference = "wrong-reference"
	LegalOrder     = "legal-order"
)
