package inquiry_test

import (
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/inquiry"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// A way that is open only to what comes from port 53 is of no use to clients, and is no closed way either.
func TestExpectationsAndSourcePorts(t *testing.T) {
	b := network.NewBuilder()
	for id, o := range map[string]network.Object{
		"v":  &network.VPC{Name: "v", CIDR: "10.0.0.0/16"},
		"s1": &network.Subnet{VPCID: "v", Name: "s1", CIDR: "10.0.1.0/24"},
		"s2": &network.Subnet{VPCID: "v", Name: "s2", CIDR: "10.0.2.0/24"},
		"g":  &network.SecurityGroup{Name: "g"},
		"in": &network.SecurityGroupRule{SecurityGroupID: "g", Direction: network.Ingress, Action: network.Allow},
		"a":  &network.Instance{Name: "a", SubnetID: "s1", IPAddress: "10.0.1.4", SecurityGroupIDs: []string{"g"}},
		"b":  &network.Instance{Name: "b", SubnetID: "s2", IPAddress: "10.0.2.4", SecurityGroupIDs: []string{"g"}},
		"n": &network.NetworkACL{Name: "n", SubnetIDs: []string{"s2"}, IngressRules: []network.ACLRule{
			{Action: network.Allow, Protocol: "udp", SourcePorts: []string{"53"}},
		}},
	} {
		o.Base().ID = id
		o.Normalize()
		b.AddPlanned(o)
	}
	w := reach.Compile(b.Network())
	for _, expect := range []string{inquiry.ExpectReachable, inquiry.ExpectBlocked} {
		v, err := inquiry.Decide(w, inquiry.Question{
			Source: inquiry.Endpoint{InstanceID: "a"}, Destination: inquiry.Endpoint{InstanceID: "b"}, Expect: expect,
			Traffic: inquiry.Traffic{Protocol: "udp", Ports: []string{"161"}},
		}, nil)
		if err != nil || v.Satisfied {
			t.Errorf("%s is satisfied, verdict %s (%v)", expect, v.Answer.Verdict, err)
		}
	}
}
