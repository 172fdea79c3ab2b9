// Package rules is what a module's list of messages is made of: who signs each, its rules, its effect. Doors ask the list
// (app/ante), and nothing else of a module knows all its messages.
package rules

import (
	"reflect"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/internal/txerrors"
)

// messageBytes bounds every kind of message that says nothing else: nobody pays for bytes, so nobody may send many.
const messageBytes = 1 << 10

// Step is a rule, which reads, or an effect, which writes and fails only where the store fails.
type Step[K any, M sdk.Msg] func(K, sdk.Context, M) error

// Message is one kind of message of a keeper K.
type Message[K any] struct {
	Signer       string // the field that names its signer
	kind         reflect.Type
	maxBytes     int
	isAlone      bool
	check, apply Step[K, sdk.Msg]
}

// Of makes one.
func Of[K any, M sdk.Msg](signer string, check, apply Step[K, M]) Message[K] {
	return Message[K]{
		Signer:   signer,
		kind:     reflect.TypeFor[M](),
		maxBytes: messageBytes,
		check:    func(k K, ctx sdk.Context, m sdk.Msg) error { return check(k, ctx, m.(M)) },
		apply:    func(k K, ctx sdk.Context, m sdk.Msg) error { return apply(k, ctx, m.(M)) },
	}
}

// UpTo is the same message with a bound of its own.
func (m Message[K]) UpTo(bytes int) Message[K] {
	m.maxBytes = bytes
	return m
}

// OnItsOwn is the same message, with no other in its transaction.
func (m Message[K]) OnItsOwn() Message[K] {
	m.isAlone = true
	return m
}

// New is an empty one.
func (m Message[K]) New() sdk.Msg { return reflect.New(m.kind.Elem()).Interface().(sdk.Msg) }

// URL is its name in transactions.
func (m Message[K]) URL() string { return sdk.MsgTypeURL(m.New()) }

// Table is all that may be sent to a module.
type Table[K any] []Message[K]

func (t Table[K]) find(msg sdk.Msg) (Message[K], bool) {
	kind := reflect.TypeOf(msg)
	for _, m := range t {
		if m.kind == kind {
			return m, true
		}
	}
	return Message[K]{}, false
}

// Knows says whether a message is of this module.
func (t Table[K]) Knows(msg sdk.Msg) bool {
	_, known := t.find(msg)
	return known
}

// MaxBytes bounds a message with its type.
func (t Table[K]) MaxBytes(msg sdk.Msg) int {
	m, _ := t.find(msg)
	return m.maxBytes
}

// Alone says whether a message has to be the only one of its transaction.
func (t Table[K]) Alone(msg sdk.Msg) bool {
	m, _ := t.find(msg)
	return m.isAlone
}

// Check holds the rules of a message against the state as it stands.
func (t Table[K]) Check(k K, ctx sdk.Context, msg sdk.Msg) error {
	m, known := t.find(msg)
	if !known {
		return unknown(msg)
	}
	return m.check(k, ctx, msg)
}

// Apply is the effect of a message that Check has accepted in the same state.
func (t Table[K]) Apply(k K, ctx sdk.Context, msg sdk.Msg) error {
	m, known := t.find(msg)
	if !known {
		return unknown(msg)
	}
	return m.apply(k, ctx, msg)
}

func unknown(msg sdk.Msg) error {
	return errorsmod.Wrapf(txerrors.ErrMessageType, "message %s: expected one of this module", sdk.MsgTypeURL(msg))
}
