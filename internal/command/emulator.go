package command

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
	"github.com/vpclab/terraform-provider-vpclab/internal/console"
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
)

// emulatorCommand are the flags of `emulator`.
type emulatorCommand struct {
	storeFlag

	Listen          string        `default:"127.0.0.1:9797" help:"Address and port to listen on; port 0 takes a free one."`
	ProjectID       string        `default:"${project}" env:"VPCLAB_PROJECT_ID" help:"Owner of what a request creates that names no project."`
	Seed            string        `help:"File that export wrote, or - for standard input; its objects are put into the lab first. Refused if the lab holds others." placeholder:"FILE"`
	TLSCert         string        `help:"Certificate file, in PEM." name:"tls-cert" placeholder:"FILE" type:"existingfile"`
	TLSKey          string        `help:"Key file of the certificate, in PEM." name:"tls-key" placeholder:"FILE" type:"existingfile"`
	TLSSelfSigned   bool          `help:"Serve HTTPS with a certificate made at the start." name:"tls-self-signed"`
	AccessKey       string        `env:"VPCLAB_ACCESS_KEY" help:"Access key that callers sign with; without one, every caller is served."`
	SecretKey       string        `env:"VPCLAB_SECRET_KEY" help:"Secret key that callers sign with."`
	Strict          bool          `help:"Refuse request bodies with members the API does not know."`
	TransitionDelay time.Duration `help:"How long a new VPC or subnet is shown as being created, such as 2s."`
	Fault           []string      `help:"Answer calls with a failure or late, such as \"POST /v1/*/vpcs status=503 every=3\" or \"GET * latency=2s\"; repeatable." placeholder:"RULE" sep:"none"`
	LogFormat       string        `default:"text" enum:"text,json" help:"Format of the log on standard error: text or json."`
}

// Help is what --help says about emulator.
func (*emulatorCommand) Help() string {
	return `Serves the REST API of the emulated cloud, so that the real cloud's own clients, its Terraform provider among ` +
		`them, run against the lab unchanged.

  ` + program + ` emulator --listen 127.0.0.1:9797
  ` + program + ` emulator --seed lab.json --store /tmp/lab.db

Point clients at http://127.0.0.1:9797; GET /healthz says whether it works. It stops on Ctrl-C, when the answers under ` +
		`way are given. The provider and the other commands may use the same lab at the same time.`
}

// Run serves until the run's context ends.
func (o *emulatorCommand) Run(r *run) error {
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
	var handler slog.Handler = slog.NewTextHandler(r.Stderr, nil)
	if o.LogFormat == "json" {
		handler = slog.NewJSONHandler(r.Stderr, nil)
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
	api := cloudapi.New(cloud, cloudapi.Options{
		Strict: o.Strict, AccessKey: o.AccessKey, SecretKey: o.SecretKey, Project: o.ProjectID,
		TransitionDelay: o.TransitionDelay, Faults: faults, Logger: log,
	})
	page := console.New(cloud, console.Options{User: o.AccessKey, Password: o.SecretKey, Logger: log})
	server := &http.Server{
		Handler:           console.Beside(api, page),
		ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: answerTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(handler, slog.LevelWarn),
	}
	listener, scheme, err := o.listener(r.ctx)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(r.Stdout, "Serving %s on %s://%s\n", store.Location(), scheme, listener.Addr())
	return serve(r.ctx, server, listener, log)
}

// check refuses flags that do not go together.
func (o *emulatorCommand) check() error {
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

// seed fills an empty lab. One that holds the same objects already was seeded by an earlier run.
func (o *emulatorCommand) seed(r *run, cloud *emulator.Cloud, log *slog.Logger) error {
	if o.Seed == "" {
		return nil
	}
	text, name, err := r.read(o.Seed)
	if err != nil {
		return fmt.Errorf("--seed: %w", err)
	}
	objects, err := restore(r, cloud, text, name, false)
	if errors.Is(err, emulator.ErrNotEmpty) {
		same, equalErr := cloud.Equals(r.ctx, bytes.NewReader(text), name)
		if equalErr == nil && same {
			log.Info("the lab holds the seed already", "seed", name)
			return nil
		}
		err = fmt.Errorf("%w, and they are not those of %s; leave out --seed to serve what is there, name another lab with "+
			"--store, or empty this one with `%s reset`", err, name, program)
		if equalErr != nil {
			err = equalErr
		}
	}
	if err != nil {
		return fmt.Errorf("--seed: %w", err)
	}
	log.Info("the lab was seeded", "seed", name, "objects", objects)
	return nil
}
