package cloudapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

const (
	accessKey = "LABACCESSKEY"
	secretKey = "lab-secret-key"
	project   = network.DefaultProject
)

// What is told about a request is what was answered, also when the handler fails or panics.
func TestAccess(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	var seen []cloudapi.Access
	l := newLab(t, cloudapi.Options{
		Logger:  slog.New(slog.NewJSONHandler(&log, nil)),
		Observe: func(a cloudapi.Access) { seen = append(seen, a) },
	})
	l.do(http.MethodGet, "/v1/p/vpcs?limit=3", "")
	l.do(http.MethodGet, "/v1/p/vpcs/none", "")
	l.do(http.MethodGet, "/nothing", "")
	want := []cloudapi.Access{
		{Method: "GET", Path: "/v1/p/vpcs", Query: "limit=3", Pattern: "GET /v1/{project_id}/vpcs", Project: "p", Status: 200},
		{Method: "GET", Path: "/v1/p/vpcs/none", Pattern: "GET /v1/{project_id}/vpcs/{id}", Project: "p", Status: 404},
		{Method: "GET", Path: "/nothing", Status: 404},
	}
	if len(seen) != len(want) {
		t.Fatalf("saw %d requests", len(seen))
	}
	for i, a := range seen {
		if a.Bytes == 0 || a.RequestID == "" {
			t.Errorf("request %d: %+v", i, a)
		}
		a.Bytes, a.RequestID = 0, ""
		if a != want[i] {
			t.Errorf("request %d is %+v, want %+v", i, a, want[i])
		}
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != len(want) {
		t.Errorf("the log has %d lines:\n%s", len(lines), &log)
	}
	for _, line := range lines {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry["request_id"] == "" || entry["status"] == nil {
			t.Errorf("log line %s: %v", line, err)
		}
	}
}

// A clock that panics stands for any mistake inside a handler.
func TestPanicIsAnswered(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	calls := 0
	l := newLab(t, cloudapi.Options{
		Logger:          slog.New(slog.NewTextHandler(&log, nil)),
		TransitionDelay: time.Minute,
		Clock: func() time.Time {
			if calls++; calls == 3 {
				panic("a mistake")
			}
			return epoch
		},
	})
	w := l.do(http.MethodPost, "/v1/p/vpcs", `{"vpc":{"name":"a","cidr":"10.0.0.0/16"}}`)
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "SYS.0500") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "mistake") || !strings.Contains(log.String(), "a mistake") {
		t.Errorf("the cause belongs into the log only: %s\n%s", w.Body, &log)
	}
	if w := l.do(http.MethodGet, "/v1/p/vpcs", ""); w.Code != http.StatusOK {
		t.Errorf("the next request: status %d", w.Code)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	l := newLab(t, cloudapi.Options{MaxBody: 100})
	body := `{"vpc":{"name":"a","cidr":"10.0.0.0/16","description":"` + strings.Repeat("x", 100) + `"}}`
	if w := l.do(http.MethodPost, "/v1/p/vpcs", body); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a body over the limit: status %d", w.Code)
	}
	if w := l.do(http.MethodPost, "/v1/p/vpcs", `{"vpc":{"name":"a","cidr":"10.0.0.0/16"}}`); w.Code != http.StatusOK {
		t.Errorf("a body under the limit: status %d", w.Code)
	}
	// Without Strict, members nobody knows are passed over as the cloud does.
	if w := l.do(http.MethodPost, "/v1/p/vpcs", `{"vpc":{"name":"b","cidr":"10.0.0.0/16","x":1},"y":2}`); w.Code != http.StatusOK {
		t.Errorf("unknown members: status %d: %s", w.Code, w.Body)
	}
}

// A store that cannot be read is told in the API's own words.
func TestUnusableStore(t *testing.T) {
	t.Parallel()
	s := sqlite.Open(t.TempDir())
	t.Cleanup(func() { _ = s.Close() })
	l := &lab{tb: t, handler: cloudapi.New(emulator.New(s), cloudapi.Options{})}
	for _, path := range []string{"/v1/p/vpcs", "/v3/p/vpc/security-groups", "/v2.0/vpc/peerings"} {
		if w := l.do(http.MethodGet, path, ""); w.Code != http.StatusInternalServerError {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
	if w := l.do(http.MethodGet, "/healthz", ""); w.Code != http.StatusServiceUnavailable {
		t.Errorf("health: status %d", w.Code)
	}
}

// Many clients at once: every object they make is there once, every refusal is one of the two that can be, and what
// they delete is gone.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	s := sqlite.Open(filepath.Join(t.TempDir(), "lab.db"))
	t.Cleanup(func() { _ = s.Close() })
	quota, err := emulator.DefaultQuota().With(map[string]int{"vpc": 0, "subnet": 0})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(cloudapi.New(emulator.New(s, emulator.WithQuota(quota)), cloudapi.Options{}))
	defer server.Close()
	send := func(method, path, body string) (int, map[string]any) {
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return 0, nil
		}
		answer, err := server.Client().Do(request)
		if err != nil {
			t.Error(err)
			return 0, nil
		}
		defer answer.Body.Close() //nolint:errcheck // It is only read.
		var out map[string]any
		_ = json.NewDecoder(answer.Body).Decode(&out)
		return answer.StatusCode, out
	}
	_, made := send("POST", "/v1/p/vpcs", `{"vpc":{"name":"shared","cidr":"10.0.0.0/8"}}`)
	shared, _ := made["vpc"].(map[string]any)["id"].(string)

	const clients, rounds = 16, 4
	var mu sync.Mutex
	var winners int
	var kept []string
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for round := range rounds {
				// All clients want this block; one of them gets it.
				status, _ := send("POST", "/v1/p/subnets", fmt.Sprintf(
					`{"subnet":{"name":"s","cidr":"10.%d.0.0/16","gateway_ip":"10.%d.0.1","vpc_id":%q}}`, round, round, shared))
				mu.Lock()
				if status == http.StatusOK {
					winners++
				} else if status != http.StatusBadRequest {
					t.Errorf("a block that is taken: status %d", status)
				}
				mu.Unlock()
				name := fmt.Sprintf("v-%d-%d", client, round)
				status, made := send("POST", "/v3/p/vpc/vpcs", fmt.Sprintf(`{"vpc":{"name":%q,"cidr":"10.0.0.0/16"}}`, name))
				vpc, _ := made["vpc"].(map[string]any)
				id, _ := vpc["id"].(string)
				if status != http.StatusCreated || id == "" {
					t.Errorf("create %s: status %d", name, status)
					continue
				}
				// Concurrent changes of one object do not undo each other.
				if status, _ := send("POST", "/v2.0/p/vpcs/"+shared+"/tags/action",
					fmt.Sprintf(`{"action":"create","tags":[{"key":"k%d"}]}`, client)); status != http.StatusNoContent {
					t.Errorf("tag: status %d", status)
				}
				if round%2 == 0 {
					if status, _ := send("DELETE", "/v1/p/vpcs/"+id, ""); status != http.StatusNoContent {
						t.Errorf("delete: status %d", status)
					}
					continue
				}
				mu.Lock()
				kept = append(kept, id)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if winners != rounds {
		t.Errorf("%d subnets were made in %d blocks", winners, rounds)
	}
	_, tags := send("GET", "/v2.0/p/vpcs/"+shared+"/tags", "")
	if list, _ := tags["tags"].([]any); len(list) != clients {
		t.Errorf("%d of %d tags are there", len(list), clients)
	}
	var listed []string
	for marker := ""; ; {
		_, out := send("GET", "/v1/p/vpcs?limit=7&marker="+marker, "")
		list, _ := out["vpcs"].([]any)
		if len(list) == 0 {
			break
		}
		for _, item := range list {
			marker, _ = item.(map[string]any)["id"].(string)
			if marker != shared {
				listed = append(listed, marker)
			}
		}
	}
	slices.Sort(listed)
	slices.Sort(kept)
	if !slices.Equal(listed, kept) {
		t.Errorf("%d VPCs are listed, %d were kept", len(listed), len(kept))
	}
}
