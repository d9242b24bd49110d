package crashtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres/postgrestest"
)

func TestKillProviderSQLite(t *testing.T) {
	t.Parallel()
	for i := range 2 {
		t.Run(fmt.Sprint("lane ", i), func(t *testing.T) {
			t.Parallel()
			killApplies(t, share(3), func() string { return filepath.Join(t.TempDir(), "lab.db") })
		})
	}
}

func TestKillProviderPostgreSQL(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	killApplies(t, share(1), func() string { return server.URL(t) })
}

// configuration is a network of which every round changes something: descriptions, and which subnets, instances and
// rules there are.
const configuration = labtest.Header + `
variable "round" { type = number }
variable "label" { type = string }

locals {
  subnets = { for p in setproduct(range(3), range(5)) : "${p[0]}-${p[1]}" => p if p[1] < 2 || (var.round + p[1]) % 3 != 0 }
}

resource "vpclab_vpc" "v" {
  count       = 3
  name        = "vpc-${count.index}"
  cidr        = "10.${count.index}.0.0/16"
  description = var.label
}

resource "vpclab_subnet" "s" {
  for_each    = local.subnets
  vpc_id      = vpclab_vpc.v[each.value[0]].id
  name        = "subnet-${each.key}"
  cidr        = "10.${each.value[0]}.${each.value[1]}.0/24"
  description = var.label
}

resource "vpclab_security_group" "g" {
  count       = 3
  name        = "group-${count.index}"
  description = var.label
}

resource "vpclab_security_group_rule" "r" {
  for_each          = local.subnets
  security_group_id = vpclab_security_group.g[each.value[0]].id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = [tostring(1000 + each.value[1])]
  description       = "rule-${each.key}"
}

resource "vpclab_security_group" "whole" {
  name        = "group-whole"
  description = var.label
}

resource "vpclab_security_group_rules" "all" {
  security_group_id = vpclab_security_group.whole.id
  rules = {
    web = { direction = "ingress", protocol = "tcp", ports = [tostring(8000 + var.round)] }
  }
}

resource "vpclab_network_acl" "a" {
  name       = "acl"
  subnet_ids = [for k, s in vpclab_subnet.s : s.id if endswith(k, "-0")]
}

resource "vpclab_route_table" "t" {
  vpc_id     = vpclab_vpc.v[0].id
  name       = "table"
  subnet_ids = [vpclab_subnet.s["0-1"].id]
}

resource "vpclab_vpc_peering_connection" "p" {
  name        = "peering"
  vpc_id      = vpclab_vpc.v[0].id
  peer_vpc_id = vpclab_vpc.v[1].id
}

resource "vpclab_route" "r" {
  vpc_id         = vpclab_vpc.v[0].id
  route_table_id = vpclab_route_table.t.id
  destination    = "10.1.0.0/16"
  type           = "peering"
  nexthop        = vpclab_vpc_peering_connection.p.id
}

resource "vpclab_instance" "i" {
  for_each           = local.subnets
  name               = "instance-${each.key}"
  subnet_id          = vpclab_subnet.s[each.key].id
  ip_address         = cidrhost(vpclab_subnet.s[each.key].cidr, 10)
  security_group_ids = [vpclab_security_group.g[each.value[0]].id]
}
`

// killApplies kills terraform apply, or the provider it has started, count times. Three of them follow each other, with
// another label each time, before one is left to finish; then everything is as the configuration says. Now and then all
// begins anew.
func killApplies(t *testing.T, count int, place func() string) {
	t.Helper()
	var lab *labtest.Lab
	killed, orphans := 0, 0
	for round := 0; killed < count; round++ {
		if round > 4*count+10 {
			t.Fatalf("%d of %d applies ended before their kill", round-killed, round)
		}
		if round%6 == 0 {
			lab = labtest.New(t)
			lab.UseStore(place())
			lab.Configure(configuration)
		}
		label := fmt.Sprint("label-", round)
		variables := []string{fmt.Sprint("-var=round=", round/3), "-var=label=" + label}
		p := lab.Start(append([]string{"apply", "-auto-approve", "-no-color"}, variables...)...)
		strike := killProvider
		if rand.IntN(2) == 0 {
			strike = killTerraform
		}
		struck := whileApplying(p, rand.IntN(45), time.Duration(rand.IntN(20_000))*time.Microsecond, strike)
		err := p.Wait()
		if struck && err != nil {
			killed++
		} else if err != nil {
			t.Fatalf("round %d: %v\n%s", round, err, p.Output())
		}
		mendState(t, lab)
		orphans += acknowledged(t, lab, p.Output())
		if round%3 == 2 || killed == count {
			lab.Must(0, append([]string{"apply", "-auto-approve"}, variables...)...)
			lab.Must(0, append([]string{"plan", "-detailed-exitcode"}, variables...)...)
			converged(t, lab, round/3, label)
		}
		if t.Failed() {
			t.Fatalf("after kill %d, round %d on %s", killed, round, lab.Store())
		}
	}
	t.Logf("%d kills, of which some left %d objects that Terraform had not been told of", killed, orphans)
}

// whileApplying strikes a moment after so many resources are done, and reports whether it came to that.
func whileApplying(p *labtest.Process, resources int, moment time.Duration, strike func(*labtest.Process) bool) bool {
	for {
		out := p.Output()
		if strings.Count(out, " complete after ") >= resources && strings.Contains(out, "ing...") {
			time.Sleep(moment)
			return strike(p)
		}
		if strings.Contains(out, "Apply complete!") || strings.Contains(out, "Error") || !isRunning(p.Process.Pid) {
			return false
		}
		time.Sleep(time.Millisecond)
	}
}

// isRunning reports whether a process is there and has not ended.
func isRunning(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, found := strings.Cut(string(stat), ") ")
	return err == nil && found && !strings.HasPrefix(state, "Z")
}

func killTerraform(p *labtest.Process) bool { return p.Process.Kill() == nil }

func killProvider(p *labtest.Process) bool {
	providers := children(p.Process.Pid)
	for _, pid := range providers {
		if syscall.Kill(pid, syscall.SIGKILL) != nil {
			return false
		}
	}
	return len(providers) > 0
}

// children are the processes that a process has started.
func children(of int) []int {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", of))
	if err != nil {
		return nil
	}
	var out []int
	for _, list := range lists {
		text, _ := os.ReadFile(list) // A thread may have ended.
		for field := range strings.FieldsSeq(string(text)) {
			if pid, err := strconv.Atoi(field); err == nil {
				out = append(out, pid)
			}
		}
	}
	return out
}

// mendState takes Terraform's own copy of a state that Terraform was writing when it was killed.
func mendState(t *testing.T, lab *labtest.Lab) {
	t.Helper()
	path := filepath.Join(lab.Dir(), "terraform.tfstate")
	text, err := os.ReadFile(path)
	if err != nil || json.Valid(text) {
		return
	}
	t.Logf("terraform left half a state of %d bytes", len(text))
	backup, err := os.ReadFile(path + ".backup")
	if err == nil {
		err = os.WriteFile(path, backup, 0o600)
	} else {
		err = os.Remove(path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

var (
	completed = regexp.MustCompile(`(?m)^(\S+): (Creation|Modifications|Destruction) complete after \S+(?: \[id=(\S+)\])?`)
	destroyed = regexp.MustCompile(`(?m)^(\S+): Destroying\.\.\. \[id=(\S+)\]`)
)

// acknowledged checks that what Terraform has said about the store is so, and that the store is whole. It returns how
// many objects are in the store that the state lacks.
func acknowledged(t *testing.T, lab *labtest.Lab, out string) (orphans int) {
	t.Helper()
	look(t, lab.Store())
	s, err := open.Store(lab.Store())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // What was read has been judged.
	n, err := emulator.New(s).Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	going := map[string]string{}
	for _, m := range destroyed.FindAllStringSubmatch(out, -1) {
		going[m[1]] = m[2]
	}
	begun := map[string]bool{}
	for _, id := range going {
		begun[id] = true
	}
	for _, m := range completed.FindAllStringSubmatch(out, -1) {
		switch address, what, id := m[1], m[2], m[3]; {
		case strings.HasPrefix(address, "vpclab_security_group_rules."):
			// Its id is the group's.
		case what == "Destruction":
			if n.Object(going[address]) != nil {
				t.Errorf("%s, which is destroyed, is there", address)
			}
		case n.Object(id) == nil && !begun[id]:
			t.Errorf("%s %s, which was acknowledged, is not there", address, id)
		}
	}
	state, _ := os.ReadFile(filepath.Join(lab.Dir(), "terraform.tfstate")) // There may be none yet.
	for _, kind := range []network.Kind{network.KindVPC, network.KindSubnet, network.KindInstance, network.KindNetworkACL} {
		for _, o := range n.OfKind(kind) {
			if !strings.Contains(string(state), o.Base().ID) {
				orphans++
			}
		}
	}
	return orphans
}

// converged checks what an apply that was left to finish has left.
func converged(t *testing.T, lab *labtest.Lab, round int, label string) {
	t.Helper()
	want := map[string]string{"group-whole": label}
	for v := range 3 {
		want[fmt.Sprint("vpc-", v)], want[fmt.Sprint("group-", v)] = label, label
		for s := range 5 {
			if s < 2 || (round+s)%3 != 0 {
				key := fmt.Sprint(v, "-", s)
				want["subnet-"+key], want["rule-"+key], want["instance-"+key] = label, "there", "there"
			}
		}
	}
	seen := look(t, lab.Store())
	for name, state := range want {
		if seen[name] != state {
			t.Errorf("%s is %q after the next apply, want %q", name, seen[name], state)
		}
		delete(seen, name)
	}
	if len(seen) > 0 {
		t.Errorf("after the next apply there is more than the configuration says: %v", seen)
	}
}
