package contract

import (
	"net/http"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
	m3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3/model"
)

// newSubnet creates a subnet whose gateway is the block's first host and returns it.
func (l *tenant) newSubnet(t *testing.T, vpc, name, cidr string) *m2.Subnet {
	t.Helper()
	return call(t, http.StatusOK, l.v2.CreateSubnet, m2.CreateSubnetRequest{Body: &m2.CreateSubnetRequestBody{
		Subnet: &m2.CreateSubnetOption{Name: name, Cidr: cidr, VpcId: vpc, GatewayIp: firstHost(t, cidr)},
	}}).Subnet
}

func TestSubnetLife(t *testing.T) {
	l := newLab(t)
	vpc := l.newVPC(t, "a", "10.0.0.0/16")
	created := call(t, http.StatusOK, l.v2.CreateSubnet, m2.CreateSubnetRequest{Body: &m2.CreateSubnetRequestBody{
		Subnet: &m2.CreateSubnetOption{
			Name: "web", Description: new("front"), Cidr: "10.0.1.0/24", VpcId: vpc, GatewayIp: "10.0.1.1",
			DhcpEnable: new(true), Ipv6Enable: new(false), PrimaryDns: new("100.125.1.250"),
			SecondaryDns: new("100.125.129.250"), AvailabilityZone: new("az1"), Tags: &[]string{"env*prod"},
			ExtraDhcpOpts: &[]m2.ExtraDhcpOption{{
				OptName: m2.GetExtraDhcpOptionOptNameEnum().NTP, OptValue: new("10.100.0.33"),
			}},
		},
	}}).Subnet
	if s := created.Status.Value(); s != "UNKNOWN" && s != "ACTIVE" {
		t.Errorf("status of a new subnet is %q", s)
	}
	shown := call(t, http.StatusOK, l.v2.ShowSubnet, m2.ShowSubnetRequest{SubnetId: created.Id}).Subnet
	same(t, "status", shown.Status.Value(), "ACTIVE")
	same(t, "name", shown.Name, "web")
	same(t, "description", shown.Description, "front")
	same(t, "cidr", shown.Cidr, "10.0.1.0/24")
	same(t, "gateway", shown.GatewayIp, "10.0.1.1")
	same(t, "zone", shown.AvailabilityZone, "az1")
	same(t, "DNS list", shown.DnsList, []string{"100.125.1.250", "100.125.129.250"})
	same(t, "DHCP", shown.DhcpEnable, true)
	same(t, "tenant", shown.TenantId, project)
	same(t, "network id", shown.NeutronNetworkId, shown.Id)
	same(t, "scope", text(shown.Scope), "center")
	if shown.NeutronSubnetId == "" || shown.NeutronSubnetId == shown.Id {
		t.Errorf("the Neutron subnet id is %q beside the id %q", shown.NeutronSubnetId, shown.Id)
	}
	same(t, "free addresses of a /24", shown.AvailableIpAddressCount, 251)
	same(t, "DHCP options", dhcpOptions(shown), map[string]string{
		"ntp": "10.100.0.33", "addresstime": dhcpOptions(shown)["addresstime"],
		"ipv6_addresstime": dhcpOptions(shown)["ipv6_addresstime"],
	})
	if o := dhcpOptions(shown); o["addresstime"] == "" || o["ipv6_addresstime"] == "" {
		t.Errorf("a new subnet has no lease times: %v", o)
	}

	update := func(o m2.UpdateSubnetOption) *m2.Subnet {
		t.Helper()
		answer := call(t, http.StatusOK, l.v2.UpdateSubnet, m2.UpdateSubnetRequest{
			VpcId: vpc, SubnetId: created.Id, Body: &m2.UpdateSubnetRequestBody{Subnet: &o},
		}).Subnet
		same(t, "status in the answer to an update", answer.Status.Value(), "ACTIVE")
		return call(t, http.StatusOK, l.v2.ShowSubnet, m2.ShowSubnetRequest{SubnetId: created.Id}).Subnet
	}
	got := update(m2.UpdateSubnetOption{Name: "edge"})
	same(t, "name", got.Name, "edge")
	same(t, "description that the update did not name", got.Description, "front")
	same(t, "DNS that the update did not name", got.PrimaryDns, "100.125.1.250")
	same(t, "options that the update did not name", dhcpOptions(got), dhcpOptions(shown))
	got = update(m2.UpdateSubnetOption{Name: "edge", Description: new(""), DhcpEnable: new(false)})
	same(t, "description", got.Description, "")
	same(t, "DHCP", got.DhcpEnable, false)
	got = update(m2.UpdateSubnetOption{Name: "edge", ExtraDhcpOpts: &[]m2.ExtraDhcpOption{{
		OptName: m2.GetExtraDhcpOptionOptNameEnum().ADDRESSTIME, OptValue: new("24h"),
	}}})
	same(t, "lease time", dhcpOptions(got)["addresstime"], "24h")
	same(t, "option that was not listed", dhcpOptions(got)["ntp"], "10.100.0.33")

	call(t, http.StatusNoContent, l.v2.DeleteSubnet, m2.DeleteSubnetRequest{VpcId: vpc, SubnetId: created.Id})
	refused(t, http.StatusNotFound, "VPC.0202", "could not be found", l.v2.ShowSubnet,
		m2.ShowSubnetRequest{SubnetId: created.Id})
	refused(t, http.StatusNotFound, "VPC.0202", created.Id, l.v2.DeleteSubnet,
		m2.DeleteSubnetRequest{VpcId: vpc, SubnetId: created.Id})
}

// dhcpOptions are a subnet's options by name.
func dhcpOptions(s *m2.Subnet) map[string]string {
	out := map[string]string{}
	for _, o := range s.ExtraDhcpOpts {
		out[o.OptName.Value()] = text(o.OptValue)
	}
	return out
}

func TestSubnetOptionIsRemovedByNull(t *testing.T) {
	l := newLab(t)
	vpc := l.newVPC(t, "a", "10.0.0.0/16")
	s := l.newSubnet(t, vpc, "s", "10.0.1.0/24")
	path := "/v1/" + project + "/vpcs/" + vpc + "/subnets/" + s.Id
	for _, value := range []string{`"10.100.0.33"`, `null`} {
		body := `{"subnet":{"name":"s","dhcp_enable":true,"extra_dhcp_opts":[{"opt_name":"ntp","opt_value":` + value + `}]}}`
		if status, answer := l.do(http.MethodPut, path, body); status != http.StatusOK {
			t.Fatalf("status %d: %s", status, answer)
		}
	}
	got := call(t, http.StatusOK, l.v2.ShowSubnet, m2.ShowSubnetRequest{SubnetId: s.Id}).Subnet
	if _, there := dhcpOptions(got)["ntp"]; there {
		t.Error("opt_value null left the option where it was")
	}
}

// The three ways to name DNS servers have to say the same thing, or a client's next plan is not empty.
func TestSubnetDNSIsCoupled(t *testing.T) {
	l := newLab(t)
	vpc := l.newVPC(t, "a", "10.0.0.0/16")
	create := func(o m2.CreateSubnetOption) *m2.Subnet {
		t.Helper()
		o.VpcId, o.GatewayIp = vpc, firstHost(t, o.Cidr)
		id := call(t, http.StatusOK, l.v2.CreateSubnet, m2.CreateSubnetRequest{
			Body: &m2.CreateSubnetRequestBody{Subnet: &o},
		}).Subnet.Id
		return call(t, http.StatusOK, l.v2.ShowSubnet, m2.ShowSubnetRequest{SubnetId: id}).Subnet
	}
	two := create(m2.CreateSubnetOption{Name: "list", Cidr: "10.0.1.0/24", DnsList: &[]string{"10.0.0.2", "10.0.0.3"}})
	same(t, "primary from a list", two.PrimaryDns, "10.0.0.2")
	same(t, "secondary from a list", two.SecondaryDns, "10.0.0.3")
	three := create(m2.CreateSubnetOption{
		Name: "three", Cidr: "10.0.2.0/24", DnsList: &[]string{"10.0.0.2", "10.0.0.3", "10.0.0.4"},
	})
	same(t, "list of three", three.DnsList, []string{"10.0.0.2", "10.0.0.3", "10.0.0.4"})
	same(t, "secondary from a list of three", three.SecondaryDns, "10.0.0.3")
	one := create(m2.CreateSubnetOption{Name: "one", Cidr: "10.0.3.0/24", PrimaryDns: new("10.0.0.2")})
	same(t, "list from a primary", one.DnsList, []string{"10.0.0.2"})
	same(t, "secondary from a primary", one.SecondaryDns, "")
	none := create(m2.CreateSubnetOption{Name: "none", Cidr: "10.0.4.0/24"})
	same(t, "list from nothing", none.DnsList, []string{})
}

func TestSubnetWithIPv6(t *testing.T) {
	l := newLab(t)
	vpc := l.newVPC(t, "a", "10.0.0.0/16")
	s := call(t, http.StatusOK, l.v2.CreateSubnet, m2.CreateSubnetRequest{Body: &m2.CreateSubnetRequestBody{
		Subnet: &m2.CreateSubnetOption{
			Name: "s", Cidr: "10.0.1.0/24", VpcId: vpc, GatewayIp: "10.0.1.1", Ipv6Enable: new(true),
		},
	}}).Subnet
	shown := call(t, http.StatusOK, l.v2.ShowSubnet, m2.ShowSubnetRequest{SubnetId: s.Id}).Subnet
	if !shown.Ipv6Enable || shown.CidrV6 == "" || shown.GatewayIpV6 == "" || shown.NeutronSubnetIdV6 == "" {
		t.Errorf("IPv6 of the subnet: enabled %t, block %q, gateway %q, Neutron id %q",
			shown.Ipv6Enable, shown.CidrV6, shown.GatewayIpV6, shown.NeutronSubnetIdV6)
	}
	families := map[string]string{}
	v := call(t, http.StatusOK, l.v3.ShowVirsubnet, m3.ShowVirsubnetRequest{VirsubnetId: s.Id}).Virsubnet
	for _, c := range v.SubnetCidrs {
		families[c.IpVersion] = c.Cidr
	}
	same(t, "blocks over v3", families, map[string]string{"4": "10.0.1.0/24", "6": shown.CidrV6})
}

func TestSubnetOverV3(t *testing.T) {
	l := newLab(t)
	vpc := l.newVPC(t, "a", "10.0.0.0/16")
	far := l.newVPC(t, "b", "10.1.0.0/16")
	one, two := l.newSubnet(t, vpc, "one", "10.0.1.0/24"), l.newSubnet(t, vpc, "two", "10.0.2.0/24")
	three := l.newSubnet(t, far, "three", "10.1.1.0/24")
	v := call(t, http.StatusOK, l.v3.ShowVirsubnet, m3.ShowVirsubnetRequest{VirsubnetId: one.Id}).Virsubnet
	same(t, "name", v.Name, "one")
	same(t, "VPC", v.VpcId, vpc)
	same(t, "status", v.Status, "ACTIVE")
	same(t, "project", v.ProjectId, project)
	if len(v.SubnetCidrs) != 1 {
		t.Fatalf("blocks: %+v", v.SubnetCidrs)
	}
	same(t, "block", v.SubnetCidrs[0], m3.SubnetCidr{
		Id: one.NeutronSubnetId, IpVersion: "4", Cidr: "10.0.1.0/24", GatewayIp: "10.0.1.1", EnableDhcp: true,
	})
	list := func(q m3.ListVirsubnetsRequest) []string {
		t.Helper()
		return ids(call(t, http.StatusOK, l.v3.ListVirsubnets, q).Virsubnets, func(v m3.Virsubnet) string { return v.Id })
	}
	same(t, "all", list(m3.ListVirsubnetsRequest{}), []string{one.Id, two.Id, three.Id})
	same(t, "by VPC", list(m3.ListVirsubnetsRequest{VpcId: &[]string{far}}), []string{three.Id})
	same(t, "by names", list(m3.ListVirsubnetsRequest{Name: &[]string{"one", "three"}}), []string{one.Id, three.Id})
	same(t, "by ids", list(m3.ListVirsubnetsRequest{Id: &[]string{two.Id}}), []string{two.Id})
	v1 := ids(call(t, http.StatusOK, l.v2.ListSubnets, m2.ListSubnetsRequest{VpcId: &vpc}).Subnets,
		func(s m2.Subnet) string { return s.Id })
	same(t, "over v1 by VPC", v1, []string{one.Id, two.Id})
	refused(t, http.StatusNotFound, "VPC.9904", nobody, l.v3.ShowVirsubnet, m3.ShowVirsubnetRequest{VirsubnetId: nobody})
}

func TestSubnetRefusals(t *testing.T) {
	l := newLab(t)
	vpc, far := l.newVPC(t, "a", "10.0.0.0/16"), l.newVPC(t, "b", "10.1.0.0/16")
	s := l.newSubnet(t, vpc, "s", "10.0.1.0/24")
	create := func(vpc, name, cidr, gateway string) m2.CreateSubnetRequest {
		return m2.CreateSubnetRequest{Body: &m2.CreateSubnetRequestBody{
			Subnet: &m2.CreateSubnetOption{Name: name, Cidr: cidr, VpcId: vpc, GatewayIp: gateway},
		}}
	}
	refused(t, http.StatusBadRequest, "VPC.0203", "10.9.0.0/24", l.v2.CreateSubnet,
		create(vpc, "x", "10.9.0.0/24", "10.9.0.1"))
	refused(t, http.StatusBadRequest, "VPC.0204", "10.0.1.0/24", l.v2.CreateSubnet,
		create(vpc, "x", "10.0.1.128/25", "10.0.1.129"))
	refused(t, http.StatusBadRequest, "VPC.0212", "10.0.2.0/99", l.v2.CreateSubnet,
		create(vpc, "x", "10.0.2.0/99", "10.0.2.1"))
	refused(t, http.StatusBadRequest, "VPC.0212", "/29", l.v2.CreateSubnet, create(vpc, "x", "10.0.2.0/29", "10.0.2.1"))
	refused(t, http.StatusBadRequest, "VPC.0201", "10.0.3.1", l.v2.CreateSubnet,
		create(vpc, "x", "10.0.2.0/24", "10.0.3.1"))
	refused(t, http.StatusNotFound, "VPC.0003", nobody, l.v2.CreateSubnet, create(nobody, "x", "10.0.2.0/24", "10.0.2.1"))
	refused(t, http.StatusBadRequest, "VPC.0207", far, l.v2.UpdateSubnet, m2.UpdateSubnetRequest{
		VpcId: far, SubnetId: s.Id, Body: &m2.UpdateSubnetRequestBody{Subnet: &m2.UpdateSubnetOption{Name: "y"}},
	})
	// The cloud's own provider takes a 400 as "deleted", so a subnet that stays behind must never be answered with it.
	for _, vpc := range []string{far, nobody} {
		_, err := l.v2.DeleteSubnet(&m2.DeleteSubnetRequest{VpcId: vpc, SubnetId: s.Id})
		if status := statusOf(t, err); status == http.StatusBadRequest {
			t.Errorf("deleting a subnet under VPC %s was answered with status 400", vpc)
		}
	}
	same(t, "name after the refusals",
		call(t, http.StatusOK, l.v2.ShowSubnet, m2.ShowSubnetRequest{SubnetId: s.Id}).Subnet.Name, "s")
}

func TestSubnetAddresses(t *testing.T) {
	l := newLab(t)
	vpc := l.newVPC(t, "a", "10.0.0.0/16")
	s := l.newSubnet(t, vpc, "s", "10.0.1.0/24")
	usage := call(t, http.StatusOK, l.v2.ShowNetworkIpAvailabilities,
		m2.ShowNetworkIpAvailabilitiesRequest{NetworkId: s.Id}).NetworkIpAvailability
	same(t, "network", usage.NetworkId, s.Id)
	same(t, "network name", usage.NetworkName, "s")
	if len(usage.SubnetIpAvailability) != 1 {
		t.Fatalf("availability by subnet: %+v", usage.SubnetIpAvailability)
	}
	same(t, "block", usage.SubnetIpAvailability[0].Cidr, "10.0.1.0/24")
	same(t, "Neutron subnet", usage.SubnetIpAvailability[0].SubnetId, s.NeutronSubnetId)
	if usage.TotalIps < 250 || usage.TotalIps > 256 || usage.UsedIps > usage.TotalIps {
		t.Errorf("a /24 has %d addresses, %d of them used", usage.TotalIps, usage.UsedIps)
	}
	call(t, http.StatusOK, l.v2.ListPrivateips, m2.ListPrivateipsRequest{SubnetId: s.Id})
	refused(t, http.StatusNotFound, "", "", l.v2.ShowNetworkIpAvailabilities,
		m2.ShowNetworkIpAvailabilitiesRequest{NetworkId: nobody})
}
