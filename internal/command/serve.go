package command

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
	"github.com/vpclab/terraform-provider-vpclab/internal/console"
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
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

// serveCommand are the flags of `emulator`.
type serveCommand struct {
	storeFlag

	Listen          string        `default:"127.0.0.1:9797" help:"Address and port to listen on; port 0 takes a free one."`
	ProjectID       string        `default:"${project}" env:"VPCLAB_PROJECT_ID" help:"Owner of what a request creates that names no project."`
	Seed            string        `help:"File that export wrote. What is in it is put into the lab first, if the lab is empty." placeholder:"FILE" type:"existingfile"`
	TLSCert         string        `help:"Certificate file, in PEM." name:"tls-cert" placeholder:"FILE" type:"existingfile"`
	TLSKey          string        `help:"Key file of the certificate, in PEM." name:"tls-key" placeholder:"FILE" type:"existingfile"`
	TLSSelfSigned   bool          `help:"Serve HTTPS with a certificate made at the start." name:"tls-self-signed"`
	AccessKey       string        `env:"VPCLAB_ACCESS_KEY" help:"Access key that callers sign with, and user name of the web page. Without one, every caller is served."`
	SecretKey       string        `env:"VPCLAB_SECRET_KEY" help:"Secret key that callers sign with, and password of the web page."`
	Strict          bool          `help:"Refuse request bodies with members the API does not know."`
	TransitionDelay time.Duration `help:"How long a new VPC or subnet is shown as being created, such as 2s."`
	Fault           []string      `help:"Answer calls with a failure or late, such as \"POST /v1/*/vpcs status=503 every=3\" or \"GET * latency=2s\"; repeatable." placeholder:"RULE" sep:"none"`
	LogFormat       string        `default:"text" enum:"text,json" help:"Format of the log on standard error: text or json."`
}

// Run serves until the run's context ends.
func (o *serveCommand) Run(r *run) error {
	if err := o.check(); err != nil {
		return err
	}
	faults := make([]cloudapi.Fault, len(o.Fault))
	for i, text := range o.Fault {
		var err error
		if faults[i], err = cloudapi.ParseFault(text); err != nil {
			return fmt.Errorf("--fault: %w", err)
		}
	}
	var handler slog.Handler = slog.NewTextHandler(r.stderr, nil)
	if o.LogFormat == "json" {
		handler = slog.NewJSONHandler(r.stderr, nil)
	}
	log := slog.New(handler)
	store, err := open.Store(o.Store)
	if err != nil {
		return fmt.Errorf("--store: %w", err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			log.Error("the store was not closed", "error", err)
		}
	}()
	cloud := emulator.New(store)
	if err := o.seed(r, cloud, log); err != nil {
		return err
	}
	server := &http.Server{
		Handler: console.Beside(
			cloudapi.New(cloud, cloudapi.Options{
				Strict: o.Strict, AccessKey: o.AccessKey, SecretKey: o.SecretKey, Project: o.ProjectID,
				TransitionDelay: o.TransitionDelay, Faults: faults, Logger: log,
			}),
			console.New(cloud, console.Options{User: o.AccessKey, Password: o.SecretKey, Logger: log}),
		),
		ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: answerTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(handler, slog.LevelWarn),
	}
	listener, scheme, err := o.listener(r.ctx)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(r.stdout, "Serving %s on %s://%s\n", store.Location(), scheme, listener.Addr())
	return serve(r.ctx, server, listener, log)
}

// check refuses flags that do not go together.
func (o *serveCommand) check() error {
	switch {
	case (o.TLSCert == "") != (o.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case o.TLSSelfSigned && o.TLSCert != "":
		return errors.New("--tls-self-signed makes its own certificate; leave out --tls-cert and --tls-key")
	case (o.AccessKey == "") != (o.SecretKey == ""):
		return errors.New("--access-key and --secret-key go together")
	case o.TransitionDelay < 0:
		return fmt.Errorf("--transition-delay is %s; a time cannot be negative", o.TransitionDelay)
	}
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return fmt.Errorf("--listen is %q; write an address and a port, such as 127.0.0.1:9797", o.Listen)
	}
	if o.AccessKey == "" && !isLoopback(host) {
		return fmt.Errorf("--listen is %q, which other machines reach, and anybody there could change the lab: set --access-key "+
			"and --secret-key, or listen on 127.0.0.1", o.Listen)
	}
	return nil
}

func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// seed fills an empty lab. One that is not empty was seeded by an earlier run, or has a life of its own.
func (o *serveCommand) seed(r *run, cloud *emulator.Cloud, log *slog.Logger) error {
	if o.Seed == "" {
		return nil
	}
	file, err := os.Open(o.Seed)
	if err != nil {
		return fmt.Errorf("--seed: %w", err)
	}
	defer file.Close() //nolint:errcheck // It is only read.
	objects, err := cloud.Restore(r.ctx, file, emulator.Restoration{Name: o.Seed})
	switch {
	case errors.Is(err, emulator.ErrNotEmpty):
		log.Info("the lab is not empty, so the seed was left out", "seed", o.Seed)
	case err != nil:
		return fmt.Errorf("--seed: %w", err)
	default:
		log.Info("the lab was seeded", "seed", o.Seed, "objects", objects)
	}
	return nil
}

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

func (o *serveCommand) listener(ctx context.Context) (net.Listener, string, error) {
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
