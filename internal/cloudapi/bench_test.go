package cloudapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// benchClients work at once, a few for each processor.
const benchClients = 8

// benchmarkLab is a large lab: ten thousand objects of the kinds that labs have most of.
type benchmarkLab struct{ vpc, subnet, group, rule, port []string }

const benchmarkLabSize = 10_000

// populate builds the benchmarkLab in one transaction.
func (s *served) populate(b *testing.B) benchmarkLab {
	b.Helper()
	var t benchmarkLab
	err := s.cloud.Atomically(b.Context(), func(c *emulator.Cloud) error {
		t = benchmarkLab{}
		create := func(o network.Object, ids *[]string) (string, error) {
			made, err := c.Create(b.Context(), o)
			if err != nil {
				return "", err
			}
			*ids = append(*ids, made.Base().ID)
			return made.Base().ID, nil
		}
		for i := range 200 {
			group, err := create(&network.SecurityGroup{Name: fmt.Sprint("group-", i)}, &t.group)
			if err != nil {
				return err
			}
			for j := range 20 {
				_, err := create(&network.SecurityGroupRule{
					SecurityGroupID: group, Direction: network.Ingress, Protocol: "tcp",
					Ports: []string{fmt.Sprint(1000 + j)}, RemoteIPPrefix: fmt.Sprintf("10.%d.0.0/16", i),
				}, &t.rule)
				if err != nil {
					return err
				}
			}
		}
		for i := range 50 {
			vpc, err := create(&network.VPC{Name: fmt.Sprint("vpc-", i), CIDR: "10.0.0.0/8"}, &t.vpc)
			if err != nil {
				return err
			}
			for j := range 10 {
				subnet, err := create(&network.Subnet{
					VPCID: vpc, Name: fmt.Sprint("subnet-", j), CIDR: fmt.Sprintf("10.%d.%d.0/24", i, j),
				}, &t.subnet)
				if err != nil {
					return err
				}
				for k := range 8 {
					_, err := create(&network.Instance{
						SubnetID: subnet, IPAddress: fmt.Sprintf("10.%d.%d.%d", i, j, 10+k), Port: &network.Port{},
						SecurityGroupIDs: []string{t.group[(i+k)%len(t.group)]},
					}, &t.port)
					if err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	n, err := s.cloud.Snapshot(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	count := 0
	for _, kind := range network.Kinds() {
		count += len(n.OfKind(kind))
	}
	if count < benchmarkLabSize*9/10 || count > benchmarkLabSize*11/10 {
		b.Fatalf("the benchmarkLab has %d objects", count)
	}
	return t
}

func some(ids []string, i int) string { return ids[i*7919%len(ids)] }

// latencies collects how long requests take.
type latencies struct {
	mu  sync.Mutex
	all []time.Duration
}

func (l *latencies) add(some []time.Duration) {
	l.mu.Lock()
	l.all = append(l.all, some...)
	l.mu.Unlock()
}

func (l *latencies) report(b *testing.B) {
	b.Helper()
	slices.Sort(l.all)
	milliseconds := func(share float64) float64 {
		return float64(l.all[int(share*float64(len(l.all)-1))]) / float64(time.Millisecond)
	}
	b.ReportMetric(milliseconds(0.5), "p50-ms")
	b.ReportMetric(milliseconds(0.99), "p99-ms")
	b.ReportMetric(float64(len(l.all))/b.Elapsed().Seconds(), "requests/s")
}

// runConcurrently makes b.N requests from several clients at once. request says what the i'th one is and what it answers.
func (s *served) runConcurrently(b *testing.B, clients int, request func(i int) (status int, method, path, body string)) {
	b.Helper()
	var next atomic.Int64
	var took latencies
	var wait sync.WaitGroup
	b.ResetTimer()
	for range clients {
		wait.Go(func() {
			var own []time.Duration
			for i := int(next.Add(1)) - 1; i < b.N; i = int(next.Add(1)) - 1 {
				status, method, path, body := request(i)
				began := time.Now()
				got, answer, err := s.ask(b.Context(), method, path, body)
				own = append(own, time.Since(began))
				if err != nil || got != status {
					b.Errorf("%s %s: status %d, %v: %s", method, path, got, err, answer)
					return
				}
			}
			took.add(own)
		})
	}
	wait.Wait()
	b.StopTimer()
	took.report(b)
}

// BenchmarkReads measures reads of a store with ten thousand objects: p50 and p99 of the time a client waits.
func BenchmarkReads(b *testing.B) {
	s := serve(b, benchClients)
	t := s.populate(b)
	v1, v3 := "/v1/"+project, "/v3/"+project+"/vpc"
	reads := []struct {
		name string
		path func(i int) string
	}{
		{"VPC", func(i int) string { return v1 + "/vpcs/" + some(t.vpc, i) }},
		{"Subnet", func(i int) string { return v1 + "/subnets/" + some(t.subnet, i) }},
		{"Group", func(i int) string { return v3 + "/security-groups/" + some(t.group, i) }},
		{"Rule", func(i int) string { return v3 + "/security-group-rules/" + some(t.rule, i) }},
		{"Port", func(i int) string { return v1 + "/ports/" + some(t.port, i) }},
		{"ListVPCs", func(int) string { return v1 + "/vpcs" }},
		{"ListSubnetsOfVPC", func(i int) string { return v1 + "/subnets?vpc_id=" + some(t.vpc, i) }},
		{"ListRulesOfGroup", func(i int) string { return v3 + "/security-group-rules?security_group_id=" + some(t.group, i) }},
		{"ListPortsOfSubnet", func(i int) string { return v1 + "/ports?network_id=" + some(t.subnet, i) }},
		{"PageOfRules", func(i int) string { return v3 + "/security-group-rules?limit=100&marker=" + some(t.rule, i) }},
		{"GroupByName", func(i int) string { return v3 + "/security-groups?name=group-" + fmt.Sprint(i%200) }},
	}
	for _, r := range reads {
		b.Run(r.name, func(b *testing.B) {
			s.runConcurrently(b, benchClients, func(i int) (int, string, string, string) { return http.StatusOK, "GET", r.path(i), "" })
		})
	}
	b.Run("Mixed", func(b *testing.B) {
		s.runConcurrently(b, benchClients, func(i int) (int, string, string, string) {
			return http.StatusOK, "GET", reads[i%len(reads)].path(i), ""
		})
	})
	// The longest answers there are, one at a time: every subnet, and a page as large as the API gives.
	for name, path := range map[string]string{"EverySubnet": v1 + "/subnets", "LargestPage": v3 + "/security-group-rules"} {
		b.Run(name, func(b *testing.B) {
			s.runConcurrently(b, 1, func(int) (int, string, string, string) { return http.StatusOK, "GET", path, "" })
		})
	}
}

// BenchmarkWrites measures writes, each of which is on the disk when it is answered.
func BenchmarkWrites(b *testing.B) {
	rule := func(group string, i int) string {
		return fmt.Sprintf(`{"security_group_rule":{"security_group_id":%q,"direction":"ingress","protocol":"tcp",`+
			`"multiport":"%d","remote_ip_prefix":"10.%d.0.0/16"}}`, group, 30000+i%30000, i/30000)
	}
	for _, clients := range []int{1, benchClients} {
		b.Run(fmt.Sprint("Rules/clients=", clients), func(b *testing.B) {
			s := serve(b, clients)
			t := s.populate(b)
			s.runConcurrently(b, clients, func(i int) (int, string, string, string) {
				return http.StatusCreated, "POST", "/v3/" + project + "/vpc/security-group-rules", rule(some(t.group, i), i)
			})
		})
		b.Run(fmt.Sprint("Ports/clients=", clients), func(b *testing.B) {
			s := serve(b, clients)
			t := s.populate(b)
			s.runConcurrently(b, clients, func(i int) (int, string, string, string) {
				return http.StatusOK, "POST", "/v1/" + project + "/ports", fmt.Sprintf(`{"port":{"network_id":%q}}`, some(t.subnet, i))
			})
		})
	}
}
