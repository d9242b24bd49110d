package crashtest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator/crashtest"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres/postgrestest"
)

func TestKillEmulatorSQLite(t *testing.T) {
	t.Parallel()
	for i := range 2 {
		t.Run(fmt.Sprint("lane ", i), func(t *testing.T) {
			t.Parallel()
			killEmulator(t, share(44), func() string { return filepath.Join(t.TempDir(), "lab.db") })
		})
	}
}

func TestKillEmulatorPostgreSQL(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	killEmulator(t, share(5), func() string { return server.URL(t) })
}

// killEmulator kills an emulator count times while clients write. In every tenth round the store is new.
func killEmulator(t *testing.T, count int, place func() string) {
	t.Helper()
	program := labtest.Program(t)
	var location string
	var known map[string]string
	acknowledged := 0
	for round := range count {
		if round%10 == 0 {
			location, known = place(), map[string]string{}
		}
		e := startEmulator(t, program, location)
		at, moment := rand.IntN(60), time.Duration(rand.IntN(3000))*time.Microsecond
		if round%7 == 6 { // While it starts, too.
			time.Sleep(moment * 20)
			e.kill()
		}
		events := e.write(t, round, func(done int) {
			if done == at {
				time.Sleep(moment)
				e.kill()
			}
		})
		e.kill()
		if err := e.Wait(); e.ProcessState.ExitCode() != -1 {
			t.Fatalf("the emulator ended by itself: %v\n%s", err, e.log.String())
		}
		seen := look(t, location)
		if err := crashtest.Compare(known, seen, events); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Fatalf("after kill %d on %s", round+1, location)
		}
		known = seen
		for _, event := range events {
			if event.Done {
				acknowledged++
			}
		}
	}
	t.Logf("%d kills, %d acknowledged writes", count, acknowledged)
}

// served is an emulator that runs.
type served struct {
	*exec.Cmd
	log  bytes.Buffer
	line chan string
}

func startEmulator(t *testing.T, program, location string, args ...string) *served {
	t.Helper()
	args = append([]string{"emulator", "--listen=127.0.0.1:0", "--store=" + location}, args...)
	s := &served{Cmd: exec.CommandContext(t.Context(), program, args...), line: make(chan string, 1)}
	s.Stderr = &s.log
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n') // Nothing is what a program says that was killed.
		s.line <- line
	}()
	return s
}

func (s *served) kill() { _ = s.Process.Kill() } // It may have been killed already.

// url is where the emulator serves; nothing if it ended before it did.
func (s *served) url() string {
	line := <-s.line
	s.line <- line
	return strings.TrimSpace(line[strings.LastIndex(line, " ")+1:])
}

// writers are how many clients write at once.
const writers = 4

// write lets clients bring the lab to what a round wants, until they are done or the emulator is gone. After each
// acknowledged change it tells how many there were.
func (s *served) write(t *testing.T, round int, tell func(done int)) []crashtest.Event {
	t.Helper()
	events, failures := s.writeAll(t, round, tell)
	for _, err := range failures {
		if !errors.Is(err, errGone) {
			t.Error(err)
		}
	}
	return events
}

// writeAll is write for a test that expects failures; each client ends with its first.
func (s *served) writeAll(t *testing.T, round int, tell func(done int)) (events []crashtest.Event, failures []error) {
	t.Helper()
	base := s.url()
	if base == "" {
		return nil, nil
	}
	transport := &http.Transport{MaxIdleConnsPerHost: writers}
	defer transport.CloseIdleConnections()
	c := &client{t: t, base: base + "/v1/" + owner, http: &http.Client{Transport: transport}, tell: tell}
	ends := make([]error, writers)
	var wait sync.WaitGroup
	for i := range writers {
		wait.Go(func() { ends[i] = c.tree(i, round) })
	}
	wait.Wait()
	return c.events, slices.DeleteFunc(ends, func(err error) bool { return err == nil })
}

const owner = "7670636c616200000000000000000000"

var errGone = errors.New("the emulator is gone")

// client writes over REST and keeps account of it.
type client struct {
	t    *testing.T
	base string
	http *http.Client
	tell func(int)

	mu     sync.Mutex
	events []crashtest.Event
	done   int
}

// change makes a request that brings an object to a state, and notes both its beginning and its answer.
func (c *client) change(name, state, method, path, body string) (id string, err error) {
	c.mu.Lock()
	c.events = append(c.events, crashtest.Event{Name: name, State: state})
	c.mu.Unlock()
	answer, err := c.ask(method, path, body)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	c.events = append(c.events, crashtest.Event{Done: true, Name: name, State: state})
	c.done++
	done := c.done
	c.mu.Unlock()
	c.tell(done)
	var members map[string]struct {
		ID string `json:"id"`
	}
	if len(answer) > 0 {
		err = json.Unmarshal(answer, &members)
	}
	for _, object := range members {
		id = object.ID
	}
	return id, err
}

func (c *client) ask(method, path, body string) ([]byte, error) {
	// Not the test's context: after a failure elsewhere what was written still has to be accounted for.
	r, err := http.NewRequestWithContext(context.WithoutCancel(c.t.Context()), method, c.base+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	w, err := c.http.Do(r)
	if err != nil {
		return nil, errGone
	}
	defer w.Body.Close() //nolint:errcheck // It is only read.
	answer, err := io.ReadAll(w.Body)
	switch {
	case err != nil:
		return nil, errGone
	case w.StatusCode >= http.StatusMultipleChoices:
		return answer, fmt.Errorf("%s %s %s: %d %s", method, path, body, w.StatusCode, answer)
	default:
		return answer, nil
	}
}

// ids lists objects by name.
func (c *client) ids(path, member string) (map[string]string, error) {
	answer, err := c.ask(http.MethodGet, path, "")
	if err != nil {
		return nil, err
	}
	var members map[string][]struct{ ID, Name, Description string }
	if err := json.Unmarshal(answer, &members); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, o := range members[member] {
		out[o.Name] = o.ID
	}
	return out, nil
}

// tree brings what belongs to one client to what a round wants: a VPC with subnets that come and go, ports in them, and a
// group with a new rule in each round.
func (c *client) tree(i, round int) error {
	state := fmt.Sprint("round-", round)
	vpc, err := c.put("/vpcs", "vpc", fmt.Sprint("vpc-", i), state, "", fmt.Sprintf(`"cidr":"10.%d.0.0/16"`, i))
	if err != nil {
		return err
	}
	subnets, err := c.ids("/subnets?vpc_id="+vpc, "subnets")
	if err != nil {
		return err
	}
	for j := range 4 {
		name := fmt.Sprint("subnet-", i, "-", j)
		if id, there := subnets[name]; there && (round+j)%3 == 0 && j > 0 {
			if _, err := c.change(name, "", http.MethodDelete, "/vpcs/"+vpc+"/subnets/"+id, ""); err != nil {
				return err
			}
			continue
		}
		id, err := c.put("/subnets", "subnet", name, state, "/vpcs/"+vpc,
			fmt.Sprintf(`"cidr":"10.%d.%d.0/24","gateway_ip":"10.%d.%d.1","vpc_id":%q`, i, j, i, j, vpc))
		if err != nil {
			return err
		}
		if j == 0 {
			if err := c.port(fmt.Sprint("port-", i), id); err != nil {
				return err
			}
		}
	}
	group, err := c.ids("/security-groups", "security_groups")
	if err != nil {
		return err
	}
	name := fmt.Sprint("group-", i)
	id, there := group[name]
	if !there {
		id, err = c.change(name, "there", http.MethodPost, "/security-groups", fmt.Sprintf(`{"security_group":{"name":%q}}`, name))
		if err != nil {
			return err
		}
	}
	return c.rule(id, fmt.Sprint("rule-", i, "-", round), 2000+round)
}

// put creates an object or changes its description.
func (c *client) put(path, kind, name, state, within, more string) (string, error) {
	known, err := c.ids(path, kind+"s")
	if err != nil {
		return "", err
	}
	if id, there := known[name]; there {
		return c.change(name, state, http.MethodPut, within+path+"/"+id,
			fmt.Sprintf(`{%q:{"name":%q,"description":%q}}`, kind, name, state))
	}
	return c.change(name, state, http.MethodPost, path, fmt.Sprintf(`{%q:{"name":%q,"description":%q,%s}}`, kind, name, state, more))
}

// port creates a port, or deletes it if it is there.
func (c *client) port(name, subnet string) error {
	known, err := c.ids("/ports?network_id="+subnet, "ports")
	if err != nil {
		return err
	}
	if id, there := known[name]; there {
		_, err = c.change(name, "", http.MethodDelete, "/ports/"+id, "")
		return err
	}
	_, err = c.change(name, "there", http.MethodPost, "/ports", fmt.Sprintf(`{"port":{"name":%q,"network_id":%q}}`, name, subnet))
	return err
}

func (c *client) rule(group, name string, port int) error {
	rules, err := c.ask(http.MethodGet, "/security-group-rules?security_group_id="+group, "")
	if err != nil || strings.Contains(string(rules), `"`+name+`"`) {
		return err
	}
	_, err = c.change(name, "there", http.MethodPost, "/security-group-rules", fmt.Sprintf(
		`{"security_group_rule":{"security_group_id":%q,"direction":"ingress","protocol":"tcp","description":%q,`+
			`"port_range_min":%d,"port_range_max":%d}}`, group, name, port, port))
	return err
}
