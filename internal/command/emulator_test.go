package command_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/command"
)

// running is an emulator that serves.
type running struct {
	url  string
	stop context.CancelFunc
	code chan int
	log  *safeBuffer
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func start(t *testing.T, store string, args ...string) running {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	r := running{stop: stop, code: make(chan int, 1), log: &safeBuffer{}}
	go func() {
		args := append([]string{"emulator", "--listen=127.0.0.1:0", "--store=" + store}, args...)
		r.code <- command.Run(ctx, command.Process{Args: args, Stdin: strings.NewReader(""), Stdout: in, Stderr: r.log})
		_ = in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the emulator said nothing: %v\n%s", err, r.log)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	r.url = strings.TrimSpace(line[strings.LastIndex(line, " ")+1:])
	t.Cleanup(r.end(t))
	return r
}

func (r running) end(t *testing.T) func() {
	t.Helper()
	return func() {
		r.stop()
		select {
		case code := <-r.code:
			if code != 0 {
				t.Errorf("exit code %d:\n%s", code, r.log)
			}
		case <-time.After(20 * time.Second):
			t.Error("the emulator did not stop")
		}
	}
}

var client = &http.Client{Transport: &http.Transport{
	TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // The certificate is the emulator's own.
}}

func ask(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // It was read.
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(got)
}

func TestEmulatorServes(t *testing.T) {
	t.Parallel()
	store := filepath.Join(t.TempDir(), "lab.db")
	r := start(t, store, "--strict")
	if code, body := ask(t, http.MethodGet, r.url+"/healthz", ""); code != http.StatusOK {
		t.Fatal(code, body)
	}
	code, body := ask(t, http.MethodPost, r.url+"/v1/p/vpcs", `{"vpc":{"name":"main","cidr":"10.0.0.0/16"}}`)
	if code != http.StatusOK || !strings.Contains(body, `"name":"main"`) {
		t.Fatal(code, body)
	}
	if code, body := ask(t, http.MethodPost, r.url+"/v1/p/vpcs", `{"vpc":{"title":"x"}}`); code != http.StatusBadRequest {
		t.Error("a strict emulator took an unknown member:", code, body)
	}
	if !strings.Contains(r.log.String(), "/v1/p/vpcs") {
		t.Errorf("the log has no line for the request:\n%s", r.log)
	}
	// A second emulator on the same store sees what the first made.
	other := start(t, store, "--tls-self-signed", "--log-format=json")
	if !strings.HasPrefix(other.url, "https://") {
		t.Error(other.url)
	}
	if _, body := ask(t, http.MethodGet, other.url+"/v1/p/vpcs", ""); !strings.Contains(body, `"name":"main"`) {
		t.Error(body)
	}
}

func TestEmulatorKeysAndFaults(t *testing.T) {
	t.Parallel()
	r := start(t, filepath.Join(t.TempDir(), "lab.db"), "--access-key=AK", "--secret-key=very-secret",
		"--fault=GET /v1/*/subnets status=503")
	if code, body := ask(t, http.MethodGet, r.url+"/v1/p/vpcs", ""); code != http.StatusUnauthorized {
		t.Error("an unsigned request was served:", code, body)
	}
	if code, body := ask(t, http.MethodGet, r.url+"/v1/p/subnets", ""); code != http.StatusServiceUnavailable {
		t.Error(code, body)
	}
	if strings.Contains(r.log.String(), "very-secret") {
		t.Errorf("the log holds the secret key:\n%s", r.log)
	}
}

func TestEmulatorRefuses(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"other machines reach":                   {"--listen=0.0.0.0:0"},
		"--tls-cert and --tls-key go together":   {"--tls-cert=emulator_test.go"},
		"access-key and --secret-key go":         {"--access-key=a"},
		"write an address and a port":            {"--listen=9797"},
		"--transition-delay is -1s":              {"--transition-delay=-1s"},
		"write a method, a path":                 {"--fault=often"},
		"unknown flag --lissen":                  {"--lissen=x"},
		"must be one of \"text\",\"json\"":       {"--log-format=xml"},
		"certificate: tls: failed to find":       {"--tls-cert=emulator.go", "--tls-key=emulator.go"},
		"makes its own certificate; leave out":   {"--tls-self-signed", "--tls-cert=emulator.go", "--tls-key=emulator.go"},
		"cannot listen on 203.0.113.1:1: cannot": {"--listen=203.0.113.1:1", "--access-key=a", "--secret-key=b"},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			if got := invoke(t, append([]string{"emulator"}, args...)...); got.code == 0 || !strings.Contains(got.log, want) {
				t.Errorf("%q is missing from %+v", want, got)
			}
		})
	}
	if got := invoke(t, "emulator", "--help"); got.code != 0 || !strings.Contains(got.out, "127.0.0.1:9797") {
		t.Errorf("%+v", got)
	}
}
