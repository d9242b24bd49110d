package contract

import (
	"net/http"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
	m3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3/model"
)

// housed is a lab with a VPC and a subnet for interfaces.
type housed struct {
	*lab
	vpc    string
	subnet *m2.Subnet
}

func newHoused(t *testing.T) *housed {
	t.Helper()
	h := &housed{lab: newLab(t)}
	h.vpc = h.newVPC(t, "a", "10.0.0.0/16")
	h.subnet = h.newSubnet(t, h.vpc, "s", "10.0.1.0/24")
	return h
}

func (h *housed) port(t *testing.T, o m2.CreatePortOption) *m2.Port {
	t.Helper()
	o.NetworkId = h.subnet.Id
	return call(t, http.StatusOK, h.v2.CreatePort, m2.CreatePortRequest{
		Body: &m2.CreatePortRequestBody{Port: &o},
	}).Port
}

func TestPortLife(t *testing.T) {
	h := newHoused(t)
	g := h.newGroup(t, "g")
	created := h.port(t, m2.CreatePortOption{
		Name: new("nic"), FixedIps: &[]m2.FixedIp{{SubnetId: &h.subnet.NeutronSubnetId, IpAddress: new("10.0.1.50")}},
		SecurityGroups: &[]string{g.Id}, AdminStateUp: new(true),
		AllowedAddressPairs: &[]m2.AllowedAddressPair{{IpAddress: "10.0.1.60"}},
	})
	same(t, "name", created.Name, "nic")
	same(t, "network", created.NetworkId, h.subnet.Id)
	same(t, "address", created.FixedIps, []m2.FixedIp{
		{SubnetId: &h.subnet.NeutronSubnetId, IpAddress: new("10.0.1.50")},
	})
	same(t, "groups", created.SecurityGroups, []string{g.Id})
	same(t, "status of an unattached interface", created.Status.Value(), "DOWN")
	same(t, "tenant", created.TenantId, project)
	same(t, "address pairs", len(created.AllowedAddressPairs), 1)
	show := func() *m2.Port {
		t.Helper()
		return call(t, http.StatusOK, h.v2.ShowPort, m2.ShowPortRequest{PortId: created.Id}).Port
	}
	same(t, "shown interface", *show(), *created)
	call(t, http.StatusOK, h.v2.UpdatePort, m2.UpdatePortRequest{
		PortId: created.Id, Body: &m2.UpdatePortRequestBody{Port: &m2.UpdatePortOption{Name: new("eth0")}},
	})
	got := show()
	same(t, "name", got.Name, "eth0")
	same(t, "groups that the update did not name", got.SecurityGroups, []string{g.Id})
	same(t, "pairs that the update did not name", len(got.AllowedAddressPairs), 1)
	// The cloud's own provider writes null for what it leaves alone.
	status, body := h.do(http.MethodPut, "/v1/"+project+"/ports/"+created.Id,
		`{"port":{"name":"eth1","security_groups":null,"allowed_address_pairs":null,"extra_dhcp_opts":null}}`)
	if status != http.StatusOK {
		t.Fatalf("status %d: %s", status, body)
	}
	same(t, "groups after null", show().SecurityGroups, []string{g.Id})

	_, err := h.v3.DeleteSecurityGroup(&m3.DeleteSecurityGroupRequest{SecurityGroupId: g.Id})
	same(t, "status of deleting a group in use", statusOf(t, err), http.StatusConflict)
	_, err = h.v2.DeleteSubnet(&m2.DeleteSubnetRequest{VpcId: h.vpc, SubnetId: h.subnet.Id})
	if s := statusOf(t, err); s != http.StatusConflict && s != http.StatusInternalServerError {
		t.Errorf("deleting a subnet in use was answered with status %d", s)
	}
	call(t, http.StatusNoContent, h.v2.DeletePort, m2.DeletePortRequest{PortId: created.Id})
	_, err = h.v2.ShowPort(&m2.ShowPortRequest{PortId: created.Id})
	same(t, "status of an interface that is gone", statusOf(t, err), http.StatusNotFound)
	call(t, http.StatusNoContent, h.v2.DeleteSubnet, m2.DeleteSubnetRequest{VpcId: h.vpc, SubnetId: h.subnet.Id})
}

func TestPortDefaults(t *testing.T) {
	h := newHoused(t)
	found := *call(t, http.StatusOK, h.v3.ListSecurityGroups,
		m3.ListSecurityGroupsRequest{Name: &[]string{"default"}}).SecurityGroups
	one, two := h.port(t, m2.CreatePortOption{}), h.port(t, m2.CreatePortOption{})
	same(t, "groups of an interface without any", one.SecurityGroups, []string{found[0].Id})
	if len(one.FixedIps) != 1 || len(two.FixedIps) != 1 || *one.FixedIps[0].IpAddress == *two.FixedIps[0].IpAddress {
		t.Errorf("addresses that the cloud chose: %+v, %+v", one.FixedIps, two.FixedIps)
	}
	vip := h.port(t, m2.CreatePortOption{DeviceOwner: new("neutron:VIP_PORT")})
	same(t, "owner of a virtual IP", vip.DeviceOwner.Value(), "neutron:VIP_PORT")
	listed := call(t, http.StatusOK, h.v2.ListPorts, m2.ListPortsRequest{Id: &[]string{two.Id}}).Ports
	same(t, "interfaces by id", ids(listed, func(p m2.Port) string { return p.Id }), []string{two.Id})
	_, err := h.v2.CreatePort(&m2.CreatePortRequest{Body: &m2.CreatePortRequestBody{Port: &m2.CreatePortOption{
		NetworkId: h.subnet.Id, FixedIps: &[]m2.FixedIp{{IpAddress: one.FixedIps[0].IpAddress}},
	}}})
	if err == nil {
		t.Error("two interfaces were given one address")
	}
	_, err = h.v2.CreatePort(&m2.CreatePortRequest{Body: &m2.CreatePortRequestBody{
		Port: &m2.CreatePortOption{NetworkId: nobody},
	}})
	same(t, "status of an interface in no subnet", statusOf(t, err), http.StatusNotFound)
}

func TestPrivateIPs(t *testing.T) {
	h := newHoused(t)
	made := *call(t, http.StatusOK, h.v2.CreatePrivateip, m2.CreatePrivateipRequest{
		Body: &m2.CreatePrivateipRequestBody{Privateips: []m2.CreatePrivateipOption{
			{SubnetId: h.subnet.Id, IpAddress: new("10.0.1.70")}, {SubnetId: h.subnet.Id},
		}},
	}).Privateips
	if len(made) != 2 {
		t.Fatalf("private IPs: %+v", made)
	}
	same(t, "address", made[0].IpAddress, "10.0.1.70")
	same(t, "subnet", made[1].SubnetId, h.subnet.Id)
	shown := call(t, http.StatusOK, h.v2.ShowPrivateip, m2.ShowPrivateipRequest{PrivateipId: made[0].Id}).Privateip
	same(t, "shown private IP", *shown, made[0])
	listed := call(t, http.StatusOK, h.v2.ListPrivateips, m2.ListPrivateipsRequest{SubnetId: h.subnet.Id}).Privateips
	for _, p := range made {
		found := false
		for _, id := range ids(listed, func(p m2.Privateip) string { return p.Id }) {
			found = found || id == p.Id
		}
		if !found {
			t.Errorf("the subnet does not list the private IP %s", p.IpAddress)
		}
	}
	_, err := h.v2.CreatePrivateip(&m2.CreatePrivateipRequest{Body: &m2.CreatePrivateipRequestBody{
		Privateips: []m2.CreatePrivateipOption{{SubnetId: h.subnet.Id, IpAddress: new("10.0.1.70")}},
	}})
	if err == nil {
		t.Error("an address was assigned twice")
	}
	refused(t, http.StatusBadRequest, "VPC.0705", "10.0.9.9", h.v2.CreatePrivateip, m2.CreatePrivateipRequest{
		Body: &m2.CreatePrivateipRequestBody{
			Privateips: []m2.CreatePrivateipOption{{SubnetId: h.subnet.Id, IpAddress: new("10.0.9.9")}},
		},
	})
	call(t, http.StatusNoContent, h.v2.DeletePrivateip, m2.DeletePrivateipRequest{PrivateipId: made[0].Id})
	refused(t, http.StatusNotFound, "VPC.0704", "", h.v2.ShowPrivateip,
		m2.ShowPrivateipRequest{PrivateipId: made[0].Id})
}

func TestCIDRReservations(t *testing.T) {
	h := newHoused(t)
	created := call(t, http.StatusCreated, h.v3.CreateVirsubnetCidrReservation, m3.CreateVirsubnetCidrReservationRequest{
		Body: &m3.CreateVirsubnetCidrReservationRequestBody{
			VirsubnetCidrReservation: &m3.CreateVirsubnetCidrReservationOption{
				VirsubnetId: h.subnet.Id, IpVersion: 4, Cidr: new("10.0.1.64/28"), Name: new("pods"), Description: new("why"),
			},
		},
	}).VirsubnetCidrReservation
	same(t, "block", created.Cidr, "10.0.1.64/28")
	same(t, "VPC", created.VpcId, h.vpc)
	updated := call(t, http.StatusOK, h.v3.UpdateVirsubnetCidrReservation, m3.UpdateVirsubnetCidrReservationRequest{
		VirsubnetCidrReservationId: created.Id, Body: &m3.UpdateVirsubnetCidrReservationRequestBody{
			VirsubnetCidrReservation: &m3.UpdateVirsubnetCidrReservationOption{Name: new("jobs")},
		},
	}).VirsubnetCidrReservation
	same(t, "name", updated.Name, "jobs")
	same(t, "description that the update did not name", updated.Description, "why")
	shown := call(t, http.StatusOK, h.v3.ShowVirsubnetCidrReservation,
		m3.ShowVirsubnetCidrReservationRequest{VirsubnetCidrReservationId: created.Id}).VirsubnetCidrReservation
	same(t, "shown reservation", *shown, *updated)
	listed := call(t, http.StatusOK, h.v3.ListVirsubnetCidrReservations,
		m3.ListVirsubnetCidrReservationsRequest{VirsubnetId: &[]string{h.subnet.Id}}).VirsubnetCidrReservations
	same(t, "reservations of the subnet",
		ids(listed, func(r m3.VirsubnetCidrReservation) string { return r.Id }), []string{created.Id})
	sized := call(t, http.StatusCreated, h.v3.CreateVirsubnetCidrReservation, m3.CreateVirsubnetCidrReservationRequest{
		Body: &m3.CreateVirsubnetCidrReservationRequestBody{
			VirsubnetCidrReservation: &m3.CreateVirsubnetCidrReservationOption{
				VirsubnetId: h.subnet.Id, IpVersion: 4, Mask: new(int32(28)),
			},
		},
	}).VirsubnetCidrReservation
	if sized.Cidr == "" || sized.Cidr == created.Cidr {
		t.Errorf("the cloud chose the block %q beside %q", sized.Cidr, created.Cidr)
	}
	call(t, http.StatusNoContent, h.v3.DeleteVirsubnetCidrReservation,
		m3.DeleteVirsubnetCidrReservationRequest{VirsubnetCidrReservationId: created.Id})
	_, err := h.v3.ShowVirsubnetCidrReservation(
		&m3.ShowVirsubnetCidrReservationRequest{VirsubnetCidrReservationId: created.Id})
	same(t, "status of a reservation that is gone", statusOf(t, err), http.StatusNotFound)
}
