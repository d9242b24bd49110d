package provider_test

import (
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

// What bears on a verdict and is left out of a list is an error that names it, whatever the verdict would be; nothing else is
// said then, because its causes may be none. It can be accepted by name, with a reason.
func TestAccUnlisted(t *testing.T) {
	const peer = `
resource "vpclab_vpc" "far" {
  name = "far"
  cidr = "10.20.0.0/16"
}
resource "vpclab_subnet" "far" {
  vpc_id = vpclab_vpc.far.id
  name   = "far"
  cidr   = "10.20.1.0/24"
}
resource "vpclab_vpc_peering_connection" "far" {
  name        = "far"
  vpc_id      = vpclab_vpc.app.id
  peer_vpc_id = vpclab_vpc.far.id
}
`
	lab := labtest.New(t)
	for name, test := range map[string]struct{ rest, list, names string }{
		"a rule": {unlisted, everything, "the security group rule ingress allow tcp/22 from group db"},
		"an ACL": {`
resource "vpclab_network_acl" "unlisted" {
  name       = "unlisted"
  subnet_ids = [vpclab_subnet.app.id]
}
`, everything, "the network ACL unlisted of the subnet app"},
		"a route": {`
resource "vpclab_route" "unlisted" {
  vpc_id      = vpclab_vpc.app.id
  destination = "192.0.2.0/24"
  type        = "ecs"
  nexthop     = vpclab_instance.web.id
}
`, everything, "192.0.2.0/24"},
		"a connection": {
			peer, strings.TrimSuffix(everything, "]") + ", vpclab_vpc.far, vpclab_subnet.far]",
			"the VPC peering connection far of the VPC app",
		},
		"a member of a group that a rule names": {`
resource "vpclab_instance" "unlisted" {
  name               = "unlisted"
  subnet_id          = vpclab_subnet.app.id
  ip_address         = "10.10.1.30"
  security_group_ids = [vpclab_security_group.web.id]
}
`, everything, "the instance unlisted of the security group web"},
	} {
		t.Run(name, func(t *testing.T) {
			guard := strings.Replace(guarded(""), everything, test.list, 1)
			lab.Configure(tiers(`["5432"]`, guard+test.rest))
			out := labtest.Unwrap(lab.Must(1, "plan"))
			if !strings.Contains(out, test.names) || !strings.Contains(out, "[scope_incomplete]") {
				t.Errorf("%q is not named:\n%s", test.names, out)
			}
			if n := strings.Count(out, "Error:"); n != 1 {
				t.Errorf("%d errors, want the one about the list:\n%s", n, out)
			}
			accepted := strings.Replace(guard, "  intents = {", `  ignore  = [{ code = "scope_incomplete", reason = "a test" }]
  intents = {`, 1)
			lab.Configure(tiers(`["5432"]`, accepted+test.rest))
			lab.Must(0, "plan")
		})
	}
}
