package command

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"
)

// How long a client may take, and how long the answers that are under way may, once the emulator is told to stop.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = 30 * time.Second
	answerTimeout = 60 * time.Second
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 10 * time.Second
	// maxHeader is far above what any client of the cloud sends.
	maxHeader = 64 << 10
)

// serve serves until ctx ends, and then lets the answers that are under way finish.
func serve(ctx context.Context, server *http.Server, listener net.Listener, log *slog.Logger) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping")
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return fmt.Errorf("some answers were not finished within %s: %w", stopTimeout, err)
	}
	return nil
}

func (o *emulatorCommand) listener(ctx context.Context) (net.Listener, string, error) {
	var certificate tls.Certificate
	var err error
	switch {
	case o.TLSCert != "":
		certificate, err = tls.LoadX509KeyPair(o.TLSCert, o.TLSKey)
	case o.TLSSelfSigned:
		certificate, err = selfSigned(o.Listen, time.Now())
	}
	if err != nil {
		return nil, "", fmt.Errorf("certificate: %w", err)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", o.Listen)
	if err != nil {
		var inUse *os.SyscallError
		if errors.As(err, &inUse) {
			return nil, "", fmt.Errorf("cannot listen on %s: %w; choose another port with --listen", o.Listen, inUse.Err)
		}
		return nil, "", fmt.Errorf("cannot listen on %s: %w", o.Listen, err)
	}
	if len(certificate.Certificate) == 0 {
		return listener, "http", nil
	}
	return tls.NewListener(listener, &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12,
	}), "https", nil
}
