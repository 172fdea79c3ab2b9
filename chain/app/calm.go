package app

import (
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/log"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// Whoever can send bytes can send them again and again, so what they make a node say is said once a kind and minute.

const (
	calmFor   = time.Minute
	calmKinds = 64 // texts that are told apart; whatever comes after them is one kind
)

// calmLogger passes an error on unless one of the same text was passed on within the last minute.
type calmLogger struct {
	log.Logger
	said *saidErrors
}

type saidErrors struct {
	sync.Mutex
	kinds map[string]*saidError
	now   func() time.Time
}

type saidError struct {
	until time.Time
	held  int
}

func newCalmLogger(logger log.Logger, now func() time.Time) log.Logger {
	return calmLogger{logger, &saidErrors{kinds: map[string]*saidError{}, now: now}}
}

func (l calmLogger) Error(text string, keyVals ...any) {
	if say, held := l.said.take(text); say && held > 0 {
		l.Logger.Error(text, append(keyVals, "since_last", held)...)
	} else if say {
		l.Logger.Error(text, keyVals...)
	}
}

func (l calmLogger) With(keyVals ...any) log.Logger {
	return calmLogger{l.Logger.With(keyVals...), l.said}
}

// take says whether this kind is to be said now, and how many of it were held back since it was said last.
func (s *saidErrors) take(kind string) (bool, int) {
	s.Lock()
	defer s.Unlock()
	known := s.kinds[kind]
	if known == nil && len(s.kinds) >= calmKinds {
		kind = ""
		known = s.kinds[kind]
	}
	if known == nil {
		known = &saidError{}
		s.kinds[kind] = known
	}
	now := s.now()
	if now.Before(known.until) {
		known.held++
		return false, 0
	}
	held := known.held
	*known = saidError{until: now.Add(calmFor)}
	return true, held
}

// recovered answers for a transaction that made something panic: its sender learns nothing of the code, the log has it all.
func (a *App) recovered(thrown any) error {
	a.Logger().Error("a transaction made the application panic", "panic", fmt.Sprint(thrown), "stack", string(debug.Stack()))
	return errorsmod.Wrap(sdkerrors.ErrPanic, "the transaction could not be judged")
}
