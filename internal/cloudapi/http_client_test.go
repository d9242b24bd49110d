package cloudapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

// served is an API on a store that waits for the disk at each commit, behind a listener on the loopback interface.
type served struct {
	url    string
	client *http.Client
	cloud  *emulator.Cloud
}

// serve starts a server for a number of clients at once. Nothing has a quota.
func serve(tb testing.TB, clients int) *served {
	tb.Helper()
	s := sqlite.Open(filepath.Join(tb.TempDir(), "lab.db"))
	tb.Cleanup(func() { _ = s.Close() })
	cloud := emulator.New(s, emulator.WithQuota(emulator.Quota{}))
	server := httptest.NewServer(cloudapi.New(cloud, cloudapi.Options{Strict: true}))
	tb.Cleanup(server.Close)
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	tb.Cleanup(transport.CloseIdleConnections)
	return &served{url: server.URL, client: &http.Client{Transport: transport}, cloud: cloud}
}

// ask makes a request and returns status and body of the answer.
func (s *served) ask(ctx context.Context, method, path, body string) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	w, err := s.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer w.Body.Close() //nolint:errcheck // It is only read.
	answer, err := io.ReadAll(w.Body)
	return w.StatusCode, answer, err
}

// object is what the tests look at in an answer.
type object struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// want is ask for a status and the object, or the list of objects, under a member of the answer.
func (s *served) want(ctx context.Context, status int, method, path, body, member string) ([]object, error) {
	got, answer, err := s.ask(ctx, method, path, body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if got != status {
		return nil, fmt.Errorf("%s %s: status %d, want %d: %s", method, path, got, status, answer)
	}
	if member == "" {
		return nil, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(answer, &members); err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	one, many := object{}, []object{}
	if err := json.Unmarshal(members[member], &many); err == nil {
		return many, nil
	}
	err = json.Unmarshal(members[member], &one)
	return []object{one}, err
}
