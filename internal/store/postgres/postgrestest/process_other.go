//go:build !linux

package postgrestest

import (
	"context"
	"errors"
	"net/url"
	"os"
)

// Password is that of the superuser of a server that this package starts.
const Password = ""

// newServer returns the server that the environment names. Starting one is for Linux alone.
func newServer(context.Context, bool) (*Server, error) {
	if !Given() {
		return nil, errors.New("a server for tests is started on Linux alone, or named by " + EnvServer)
	}
	u, err := url.Parse(os.Getenv(EnvServer))
	return &Server{url: u}, err
}

// Start does nothing: the server is not this package's.
func (s *Server) Start(context.Context) error { return nil }

// Crash does nothing: the server is not this package's.
func (s *Server) Crash() {}

// Log returns nothing.
func (s *Server) Log() (string, error) { return "", nil }

func (s *Server) remove() {}
