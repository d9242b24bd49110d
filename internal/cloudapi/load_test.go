package cloudapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// loadClients work at once, each for two turns at least. VPCLAB_LOAD, such as "1m", makes them go on for that long.
const loadClients = 200

// TestLoad lets many clients create, list and delete. None gets an answer of the 5xx, what each of them has made is in
// every list of its own once, nothing is left that was deleted, and the memory in use does not grow with the requests.
func TestLoad(t *testing.T) {
	t.Parallel()
	var lasting time.Duration
	if text := os.Getenv("VPCLAB_LOAD"); text != "" {
		var err error
		if lasting, err = time.ParseDuration(text); err != nil {
			t.Fatalf("VPCLAB_LOAD: %v", err)
		}
	}
	s := serve(t, loadClients)
	clients := make([]*loadClient, loadClients)
	for i := range clients {
		clients[i] = &loadClient{served: s, number: i}
	}
	everywhere(t, clients, func(c *loadClient) error { return c.begin(t.Context()) })

	before := memoryInUse()
	for _, until := range []time.Time{time.Now().Add(lasting / 3), time.Now().Add(lasting)} {
		everywhere(t, clients, func(c *loadClient) error {
			err := c.turn(t.Context())
			for err == nil && time.Now().Before(until) {
				err = c.turn(t.Context())
			}
			return err
		})
		if t.Failed() {
			return
		}
		if now := memoryInUse(); lasting > 0 && now > before {
			t.Logf("%d KiB in use, %d KiB before", now>>10, before>>10)
		}
	}
	// The same objects are there as at the beginning, so what is in use is the same but for pools and caches.
	if after := memoryInUse(); after > before+16<<20 {
		t.Errorf("%d MiB are in use after the load, %d MiB were before", after>>20, before>>20)
	}

	var requests int
	var kept []string
	for _, c := range clients {
		requests += c.requests
		kept = append(kept, c.vpc)
	}
	t.Logf("%d requests", requests)
	all, err := s.want(t.Context(), http.StatusOK, "GET", "/v1/"+project+"/vpcs", "", "vpcs")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, o := range all {
		listed = append(listed, o.ID)
	}
	slices.Sort(listed)
	slices.Sort(kept)
	if !slices.Equal(listed, kept) {
		t.Errorf("%d VPCs are there at the end, %d were kept", len(listed), len(kept))
	}
	for _, path := range []string{"/v1/" + project + "/subnets", "/v1/" + project + "/ports"} {
		left, err := s.want(t.Context(), http.StatusOK, "GET", path, "", path[len("/v1/"+project+"/"):])
		if err != nil || len(left) > 0 {
			t.Errorf("%s at the end: %d objects, %v", path, len(left), err)
		}
	}
}

func everywhere(t *testing.T, clients []*loadClient, do func(*loadClient) error) {
	t.Helper()
	failures := make([]error, len(clients))
	var wait sync.WaitGroup
	for i, c := range clients {
		wait.Go(func() { failures[i] = do(c) })
	}
	wait.Wait()
	if err := errors.Join(failures...); err != nil {
		t.Error(err)
	}
}

func memoryInUse() uint64 {
	runtime.GC()
	runtime.GC() // What the first has finalized.
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// loadClient is one of the clients, with a VPC of its own.
type loadClient struct {
	*served
	number, turns, requests int
	vpc                     string
}

func (c *loadClient) want(
	ctx context.Context, status int, method, path, body, member string,
) ([]object, error) {
	c.requests++
	found, err := c.served.want(ctx, status, method, path, body, member)
	if err != nil {
		err = fmt.Errorf("client %d, turn %d: %w", c.number, c.turns, err)
	}
	return found, err
}

func (c *loadClient) begin(ctx context.Context) error {
	made, err := c.want(ctx, http.StatusOK, "POST", "/v1/"+project+"/vpcs",
		fmt.Sprintf(`{"vpc":{"name":"client-%d","cidr":"10.0.0.0/8"}}`, c.number), "vpc")
	if err == nil {
		c.vpc = made[0].ID
	}
	return err
}

// turn makes a subnet and two ports in it, looks whether lists have them once, and deletes them.
func (c *loadClient) turn(ctx context.Context) error {
	c.turns++
	v1 := "/v1/" + project
	made, err := c.want(ctx, http.StatusOK, "POST", v1+"/subnets", fmt.Sprintf(
		`{"subnet":{"name":"s%[2]d","cidr":"10.%[1]d.%[2]d.0/24","gateway_ip":"10.%[1]d.%[2]d.1","vpc_id":%[3]q}}`,
		c.number, c.turns%256, c.vpc), "subnet")
	if err != nil {
		return err
	}
	subnet := made[0].ID
	var ports []string
	for range 2 {
		made, err := c.want(ctx, http.StatusOK, "POST", v1+"/ports", fmt.Sprintf(`{"port":{"network_id":%q}}`, subnet), "port")
		if err != nil {
			return err
		}
		ports = append(ports, made[0].ID)
	}
	if err := c.lists(ctx, v1+"/subnets?vpc_id="+c.vpc, "subnets", subnet); err != nil {
		return err
	}
	if err := c.lists(ctx, v1+"/ports?network_id="+subnet, "ports", ports...); err != nil {
		return err
	}
	// A subnet in use stays; then all goes.
	path := v1 + "/vpcs/" + c.vpc + "/subnets/" + subnet
	if _, err := c.want(ctx, http.StatusConflict, "DELETE", path, "", ""); err != nil {
		return err
	}
	for _, id := range ports {
		if _, err := c.want(ctx, http.StatusNoContent, "DELETE", v1+"/ports/"+id, "", ""); err != nil {
			return err
		}
	}
	if _, err := c.want(ctx, http.StatusNoContent, "DELETE", path, "", ""); err != nil {
		return err
	}
	if _, err := c.want(ctx, http.StatusNotFound, "GET", v1+"/subnets/"+subnet, "", ""); err != nil {
		return err
	}
	return c.lists(ctx, v1+"/subnets?vpc_id="+c.vpc, "subnets")
}

// lists checks that a list holds these objects, each once, and no other.
func (c *loadClient) lists(ctx context.Context, path, member string, ids ...string) error {
	found, err := c.want(ctx, http.StatusOK, "GET", path, "", member)
	if err != nil {
		return err
	}
	var listed []string
	for _, o := range found {
		listed = append(listed, o.ID)
	}
	slices.Sort(listed)
	slices.Sort(ids)
	if !slices.Equal(listed, ids) {
		return fmt.Errorf("client %d, turn %d: %s lists %v, want %v", c.number, c.turns, path, listed, ids)
	}
	return nil
}
