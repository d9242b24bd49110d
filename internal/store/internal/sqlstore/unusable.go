package sqlstore

import (
	"errors"
	"fmt"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// ErrClosed answers every use of a store after Close.
var ErrClosed = errors.New("the store has been closed")

// UnusableError is the error for a database that cannot serve: which one, what is wrong with it, and what its user can
// do. It is store.ErrUnusable as well as its cause.
type UnusableError struct {
	Location string
	Problem  string
	Advice   string
	Cause    error // What the database, the driver or the operating system said, if anything.
}

// Error implements error.
func (u *UnusableError) Error() string {
	text := fmt.Sprintf("%v %s: %s. %s", store.ErrUnusable, u.Location, u.Problem, u.Advice)
	if u.Cause != nil {
		text += fmt.Sprintf(" (%v)", u.Cause)
	}
	return text
}

// Unwrap returns store.ErrUnusable and the cause.
func (u *UnusableError) Unwrap() []error {
	if u.Cause == nil {
		return []error{store.ErrUnusable}
	}
	return []error{store.ErrUnusable, u.Cause}
}

// IsExplained reports whether an error is one for people already, or is about the use of the store and not the database.
func IsExplained(err error) bool {
	var explained *UnusableError
	return errors.As(err, &explained) || errors.Is(err, ErrClosed) || errors.Is(err, ErrEnded)
}
