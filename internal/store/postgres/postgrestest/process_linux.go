package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net" //nolint:depguard // For a free port; the addresses are text.
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Password is that of the superuser. No error and no log may contain it.
const Password = "s3cret/%:@?&"

// newServer makes a database directory and starts a server on it. A nil server says that there are no binaries.
func newServer(ctx context.Context, volatile bool) (*Server, error) {
	if Given() {
		u, err := url.Parse(os.Getenv(EnvServer))
		return &Server{url: u}, err
	}
	bin, err := find()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "vpclab-postgres-")
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir, volatile: volatile}
	if err := s.initialize(ctx); err != nil {
		return s, errors.Join(err, os.RemoveAll(dir))
	}
	return s, s.Start(ctx)
}

// owner is the user that the server runs as: PostgreSQL refuses to run as root.
func owner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // This user it is.
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(uidErr, gidErr)
	}
	return nil, errors.New("there is neither a user postgres nor nobody")
}

func (s *Server) initialize(ctx context.Context) error {
	credential, err := owner()
	if err != nil {
		return err
	}
	password := filepath.Join(s.dir, "password")
	if err := os.WriteFile(password, []byte(Password), 0o600); err != nil {
		return err
	}
	if credential != nil {
		for _, path := range []string{s.dir, password} {
			if err := os.Chown(path, int(credential.Uid), int(credential.Gid)); err != nil {
				return err
			}
		}
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "initdb"), "--pgdata", s.data(), "--username", "lab",
		"--pwfile", password, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync")
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	s.url = &url.URL{
		Scheme: "postgres", User: url.UserPassword("lab", Password), Host: net.JoinHostPort("127.0.0.1", port),
		Path: "/postgres", RawQuery: "sslmode=disable",
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func freePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close() //nolint:errcheck // Only its number was wanted.
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// Start starts the server, and waits until it answers.
func (s *Server) Start(ctx context.Context) error {
	credential, err := owner()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // The server has a descriptor of its own.
	settings := []string{
		"-D", s.data(), "-c", "listen_addresses=127.0.0.1", "-c", "port=" + s.url.Port(),
		"-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "shared_buffers=32MB",
	}
	if s.volatile {
		settings = append(settings, "-c", "fsync=off")
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), filepath.Join(s.bin, "postgres"), settings...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, log, log
	// SIGQUIT is an immediate shutdown: should the test be killed, the server goes with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential, Pdeathsig: syscall.SIGQUIT}

	started := make(chan error)
	ended := make(chan struct{})
	go func() {
		// Linux sends the signal when the thread that started the process ends, so this one must last as long.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // However it ended, it ended.
		}
		close(ended)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	s.stops = append(s.stops, func() {
		select {
		case <-ended:
		default:
			_ = cmd.Process.Signal(syscall.SIGQUIT) // It may have ended by now.
			<-ended
		}
	})
	return s.await(ctx, ended)
}

func (s *Server) await(ctx context.Context, ended <-chan struct{}) error {
	deadline := time.Now().Add(time.Minute)
	for {
		c, err := pgx.Connect(ctx, s.url.String())
		if err == nil {
			return c.Close(ctx)
		}
		select {
		case <-ended:
			out, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("postgres ended: %s", out)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("postgres does not answer: %w", err)
		}
	}
}

// Crash ends the server as "pg_ctl stop -m immediate" does: without finishing what it was doing, and with recovery from
// the log at the next start.
func (s *Server) Crash() {
	for _, stop := range s.stops {
		stop()
	}
	s.stops = nil
}

// Log returns what the server has logged.
func (s *Server) Log() (string, error) {
	out, err := os.ReadFile(filepath.Join(s.dir, "log"))
	return string(out), err
}

func (s *Server) remove() {
	s.Crash()
	if s.dir != "" {
		_ = os.RemoveAll(s.dir) // A directory that is left behind is no fault of what was tested.
	}
}
