package contract

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// documented are the calls of the API, one a line, that the tests of this module have to make at least once.
const documented = `
POST   /v1/{p}/vpcs
GET    /v1/{p}/vpcs
GET    /v1/{p}/vpcs/{id}
PUT    /v1/{p}/vpcs/{id}
DELETE /v1/{p}/vpcs/{id}
POST   /v3/{p}/vpc/vpcs
GET    /v3/{p}/vpc/vpcs
GET    /v3/{p}/vpc/vpcs/{id}
PUT    /v3/{p}/vpc/vpcs/{id}
DELETE /v3/{p}/vpc/vpcs/{id}
PUT    /v3/{p}/vpc/vpcs/{id}/add-extend-cidr
PUT    /v3/{p}/vpc/vpcs/{id}/remove-extend-cidr
POST   /v1/{p}/subnets
GET    /v1/{p}/subnets
GET    /v1/{p}/subnets/{id}
PUT    /v1/{p}/vpcs/{vpc}/subnets/{id}
DELETE /v1/{p}/vpcs/{vpc}/subnets/{id}
GET    /v1/{p}/subnets/{id}/privateips
GET    /v3/{p}/vpc/virsubnets
GET    /v3/{p}/vpc/virsubnets/{id}
GET    /v2.0/network-ip-availabilities/{id}
POST   /v3/{p}/vpc/security-groups
GET    /v3/{p}/vpc/security-groups
GET    /v3/{p}/vpc/security-groups/{id}
PUT    /v3/{p}/vpc/security-groups/{id}
DELETE /v3/{p}/vpc/security-groups/{id}
POST   /v1/{p}/security-groups
GET    /v1/{p}/security-groups
GET    /v1/{p}/security-groups/{id}
DELETE /v1/{p}/security-groups/{id}
POST   /v2.0/security-groups
GET    /v2.0/security-groups
GET    /v2.0/security-groups/{id}
PUT    /v2.0/security-groups/{id}
DELETE /v2.0/security-groups/{id}
POST   /v1/{p}/security-group-rules
GET    /v1/{p}/security-group-rules
GET    /v1/{p}/security-group-rules/{id}
DELETE /v1/{p}/security-group-rules/{id}
POST   /v3/{p}/vpc/security-group-rules
GET    /v3/{p}/vpc/security-group-rules
GET    /v3/{p}/vpc/security-group-rules/{id}
DELETE /v3/{p}/vpc/security-group-rules/{id}
POST   /v3/{p}/vpc/security-groups/{id}/security-group-rules/batch-create
POST   /v2.0/security-group-rules
GET    /v2.0/security-group-rules
GET    /v2.0/security-group-rules/{id}
DELETE /v2.0/security-group-rules/{id}
GET    /v2.0/{p}/{kind}/{id}/tags
POST   /v2.0/{p}/{kind}/{id}/tags/action
POST   /v2.0/{p}/{kind}/{id}/tags
DELETE /v2.0/{p}/{kind}/{id}/tags/{key}
GET    /v2.0/{p}/{kind}/tags
POST   /v2.0/{p}/{kind}/resource_instances/action
GET    /v3/{p}/firewalls/{id}/tags
POST   /v3/{p}/firewalls/{id}/tags
POST   /v3/{p}/firewalls/{id}/tags/create
POST   /v3/{p}/firewalls/{id}/tags/delete
DELETE /v3/{p}/firewalls/{id}/tags/{key}
GET    /v3/{p}/firewalls/tags
POST   /v3/{p}/firewalls/resource-instances/filter
POST   /v3/{p}/firewalls/resource-instances/count
POST   /v2.0/vpc/peerings
GET    /v2.0/vpc/peerings
GET    /v2.0/vpc/peerings/{id}
PUT    /v2.0/vpc/peerings/{id}
DELETE /v2.0/vpc/peerings/{id}
PUT    /v2.0/vpc/peerings/{id}/accept
PUT    /v2.0/vpc/peerings/{id}/reject
POST   /v1/{p}/routetables
GET    /v1/{p}/routetables
GET    /v1/{p}/routetables/{id}
PUT    /v1/{p}/routetables/{id}
DELETE /v1/{p}/routetables/{id}
POST   /v1/{p}/routetables/{id}/action
POST   /v2.0/vpc/routes
GET    /v2.0/vpc/routes
GET    /v2.0/vpc/routes/{id}
DELETE /v2.0/vpc/routes/{id}
POST   /v3/{p}/vpc/firewalls
GET    /v3/{p}/vpc/firewalls
GET    /v3/{p}/vpc/firewalls/{id}
PUT    /v3/{p}/vpc/firewalls/{id}
DELETE /v3/{p}/vpc/firewalls/{id}
PUT    /v3/{p}/vpc/firewalls/{id}/insert-rules
PUT    /v3/{p}/vpc/firewalls/{id}/remove-rules
PUT    /v3/{p}/vpc/firewalls/{id}/update-rules
PUT    /v3/{p}/vpc/firewalls/{id}/associate-subnets
PUT    /v3/{p}/vpc/firewalls/{id}/disassociate-subnets
POST   /v3/{p}/vpc/address-groups
GET    /v3/{p}/vpc/address-groups
GET    /v3/{p}/vpc/address-groups/{id}
PUT    /v3/{p}/vpc/address-groups/{id}
DELETE /v3/{p}/vpc/address-groups/{id}
DELETE /v3/{p}/vpc/address-groups/{id}/force
GET    /v3/{p}/vpc/list-address-groups-dependency
POST   /v1/{p}/ports
GET    /v1/{p}/ports
GET    /v1/{p}/ports/{id}
PUT    /v1/{p}/ports/{id}
DELETE /v1/{p}/ports/{id}
POST   /v1/{p}/privateips
GET    /v1/{p}/privateips/{id}
DELETE /v1/{p}/privateips/{id}
POST   /v3/{p}/vpc/virsubnet-cidr-reservations
GET    /v3/{p}/vpc/virsubnet-cidr-reservations
GET    /v3/{p}/vpc/virsubnet-cidr-reservations/{id}
PUT    /v3/{p}/vpc/virsubnet-cidr-reservations/{id}
DELETE /v3/{p}/vpc/virsubnet-cidr-reservations/{id}
GET    /v2.0/ports
POST   /v2.0/fwaas/firewall_rules
GET    /v2.0/fwaas/firewall_rules
GET    /v2.0/fwaas/firewall_rules/{id}
PUT    /v2.0/fwaas/firewall_rules/{id}
DELETE /v2.0/fwaas/firewall_rules/{id}
POST   /v2.0/fwaas/firewall_policies
GET    /v2.0/fwaas/firewall_policies
GET    /v2.0/fwaas/firewall_policies/{id}
PUT    /v2.0/fwaas/firewall_policies/{id}
DELETE /v2.0/fwaas/firewall_policies/{id}
PUT    /v2.0/fwaas/firewall_policies/{id}/insert_rule
PUT    /v2.0/fwaas/firewall_policies/{id}/remove_rule
POST   /v2.0/fwaas/firewall_groups
GET    /v2.0/fwaas/firewall_groups
GET    /v2.0/fwaas/firewall_groups/{id}
PUT    /v2.0/fwaas/firewall_groups/{id}
DELETE /v2.0/fwaas/firewall_groups/{id}
GET    /v1/{p}/quotas
GET    /v3/projects
GET    /v3/auth/domains
POST   /v3/auth/tokens
GET    /v3/auth/catalog
GET    /v2/nameservers
GET    /v2.1/{p}/os-availability-zone
`

// register counts the calls that the tests made.
type register struct {
	mu    sync.Mutex
	count map[string]int
}

var made = newRegister()

func newRegister() *register {
	r := &register{count: map[string]int{}}
	for line := range strings.Lines(strings.TrimSpace(documented)) {
		method, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		pattern := method + " " + strings.TrimSpace(path)
		r.count[pattern] = 0
	}
	return r
}

// note counts a request under the most literal pattern that matches it.
func (r *register) note(request *http.Request) {
	best, literal := "", -1
	for pattern := range r.count {
		method, path, _ := strings.Cut(pattern, " ")
		if method != request.Method {
			continue
		}
		if n := matches(path, request.URL.Path); n > literal {
			best, literal = pattern, n
		}
	}
	if best == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count[best]++
}

// matches counts the segments of a path that are literally those of the pattern, or is -1 when it is another path.
func matches(pattern, path string) int {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return -1
	}
	literal := 0
	for i, segment := range want {
		switch {
		case strings.HasPrefix(segment, "{"):
		case segment == got[i]:
			literal++
		default:
			return -1
		}
	}
	return literal
}

// missing lists the calls that no test made.
func (r *register) missing() []string {
	var out []string
	for pattern, n := range r.count {
		if n == 0 {
			out = append(out, pattern)
		}
	}
	slices.Sort(out)
	return out
}

func TestMain(m *testing.M) {
	flag.Parse()
	status := m.Run()
	whole := flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "" &&
		flag.Lookup("test.list").Value.String() == ""
	if missing := made.missing(); whole && status == 0 && len(missing) > 0 {
		fmt.Fprintf(os.Stderr, "%d documented calls were never made:\n%s\n", len(missing), strings.Join(missing, "\n"))
		status = 1
	}
	os.Exit(status)
}
