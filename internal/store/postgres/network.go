package postgres

import (
	"errors"
	"io"
	"net" //nolint:depguard // The error types of connections, not addresses.
	"syscall"
)

// isNetwork says that a connection failed, and not what was said on it.
func isNetwork(err error) bool {
	var fault net.Error
	return errors.As(err, &fault) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
