package provider_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

// rest is the REST API on a lab's store.
type rest struct {
	t   *testing.T
	url string
}

func serve(t *testing.T, lab *labtest.Lab) rest {
	t.Helper()
	server := httptest.NewServer(cloudapi.New(lab.Cloud(), cloudapi.Options{Strict: true}))
	t.Cleanup(server.Close)
	return rest{t, server.URL}
}

// call makes a request and returns the text of the answer.
func (r rest) call(method, path, body string) string {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // It was read.
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= http.StatusMultipleChoices {
		r.t.Fatalf("%s %s: %d %s %v", method, path, resp.StatusCode, answer, err)
	}
	return string(answer)
}

// create makes an object and returns its id.
func (r rest) create(path, kind, body string) string {
	r.t.Helper()
	var answer map[string]struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(r.call(http.MethodPost, path, fmt.Sprintf("{%q: %s}", kind, body))), &answer); err != nil {
		r.t.Fatal(err)
	}
	return answer[kind].ID
}

// What foreign clients build over REST is judged by the provider on the same store, and what the provider builds is seen
// over REST, while both run.
//
// Proves: Emulated backend and analysis in one product.
func TestAccRESTBesideProvider(t *testing.T) {
	t.Parallel()
	const project = "7670636c616200000000000000000000"
	lab := labtest.New(t)
	r := serve(t, lab)
	vpc := r.create("/v1/"+project+"/vpcs", "vpc", `{"name": "rest", "cidr": "10.0.0.0/16"}`)
	subnet := r.create("/v1/"+project+"/subnets", "subnet",
		fmt.Sprintf(`{"name": "s", "cidr": "10.0.1.0/24", "gateway_ip": "10.0.1.1", "vpc_id": %q}`, vpc))
	group := r.create("/v1/"+project+"/security-groups", "security_group", `{"name": "g"}`)
	port := func(address string) string {
		return r.create("/v1/"+project+"/ports", "port", fmt.Sprintf(
			`{"network_id": %q, "fixed_ips": [{"ip_address": %q}], "security_groups": [%q]}`, subnet, address, group))
	}
	a, b := port("10.0.1.10"), port("10.0.1.20")
	// Interfaces with an IPv6 address only: asked of the subnet's half of that version.
	dual := r.call(http.MethodPost, "/v1/"+project+"/subnets", fmt.Sprintf(
		`{"subnet": {"name": "d", "cidr": "10.0.2.0/24", "gateway_ip": "10.0.2.1", "vpc_id": %q, "ipv6_enable": true}}`, vpc))
	six := func() string {
		return r.create("/v1/"+project+"/ports", "port", fmt.Sprintf(
			`{"network_id": %q, "fixed_ips": [{"subnet_id": %q}], "security_groups": [%q]}`,
			member(dual, "id"), member(dual, "neutron_subnet_id_v6"), group))
	}
	question := fmt.Sprintf(`
data "vpclab_reachability" "six" {
  source      = { instance_id = %q }
  destination = { instance_id = %q }
  ports       = ["443"]
}
output "six" { value = join(" ", [data.vpclab_reachability.six.verdict], data.vpclab_reachability.six.allowed) }
`, six(), six()) + fmt.Sprintf(`
data "vpclab_reachability" "named" {
  network     = "rest"
  source      = { address = "10.0.1.10" }
  destination = { address = "10.0.1.20" }
  ports       = ["443"]
}
output "named" { value = "named ${data.vpclab_reachability.named.verdict}" }
data "vpclab_reachability" "q" {
  source      = { instance_id = %q }
  destination = { instance_id = %q }
  ports       = ["443"]
}
output "verdict" { value = data.vpclab_reachability.q.verdict }
resource "vpclab_vpc" "ours" {
  name = "ours"
  cidr = "10.1.0.0/16"
}
`, a, b)
	// Another VPC with the same block: an address alone does not tell which of the two is meant, the VPC's name does.
	twin := r.create("/v1/"+project+"/vpcs", "vpc", `{"name": "twin", "cidr": "10.0.0.0/16"}`)
	r.create("/v1/"+project+"/subnets", "subnet",
		fmt.Sprintf(`{"name": "s", "cidr": "10.0.1.0/24", "gateway_ip": "10.0.1.1", "vpc_id": %q}`, twin))
	lab.Configure(labtest.Header + strings.Replace(question, `"rest"`, `"nowhere"`, 1))
	if out := labtest.Unwrap(lab.Must(1, "plan")); !strings.Contains(out, `"nowhere" is no object, no ref, and not the name of`) {
		t.Error(out)
	}
	lab.Configure(labtest.Header + question)
	lab.Apply()
	if out := lab.Must(0, "output"); !strings.Contains(out, `"reachable"`) {
		t.Error(out)
	}
	if out := lab.Must(0, "output"); !strings.Contains(out, `"reachable tcp/443 from fd`) {
		t.Error(out)
	}
	if out := lab.Must(0, "output"); !strings.Contains(out, `"named reachable"`) {
		t.Error(out)
	}
	if vpcs := r.call(http.MethodGet, "/v1/"+project+"/vpcs", ""); !strings.Contains(vpcs, `"ours"`) {
		t.Errorf("the VPC of the provider is not seen over REST: %s", vpcs)
	}
	// The rule that lets members talk to each other goes, over REST, and the next plan fails.
	for _, rule := range groupRules(t, r.call(http.MethodGet, "/v1/"+project+"/security-groups/"+group, "")) {
		r.call(http.MethodDelete, "/v1/"+project+"/security-group-rules/"+rule, "")
	}
	if out := lab.Must(1, "plan"); !strings.Contains(out, "[sg_no_rules]") {
		t.Error(out)
	}
}

// member is the text of a member of an answer.
func member(body, name string) string {
	_, after, _ := strings.Cut(body, `"`+name+`":"`)
	value, _, _ := strings.Cut(after, `"`)
	return value
}

// groupRules are the ids of the ingress rules of a group.
func groupRules(t *testing.T, body string) []string {
	t.Helper()
	var answer struct {
		Group struct {
			Rules []struct{ ID, Direction string } `json:"security_group_rules"`
		} `json:"security_group"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, rule := range answer.Group.Rules {
		if rule.Direction == "ingress" {
			out = append(out, rule.ID)
		}
	}
	return out
}
