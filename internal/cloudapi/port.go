package cloudapi

import (
	"net/http"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// registerPorts adds the network interfaces. A port is an instance of the emulated cloud: an address in a subnet with
// the groups that filter it. Instances that a lab's author has written are ports of servers.
func (a *api) registerPorts() {
	for _, dialect := range []struct {
		generation    generation
		base, invalid string
		created       int
		render        func(*call, *network.Instance) (members, error)
	}{
		{v1, "/v1/{project_id}/ports", "VPC.0701", http.StatusOK, portV1},
		{neutron, "/v2.0/ports", "InvalidInput", http.StatusCreated, portV2},
	} {
		g := a.group(dialect.generation, network.KindInstance, dialect.invalid)
		show := func(c *call, status int, i *network.Instance, err error) (answer, error) {
			if err != nil {
				return answer{}, err
			}
			body, err := dialect.render(c, i)
			if err != nil {
				return answer{}, err
			}
			return c.ok(status, members{"port": body})
		}
		g.on("POST "+dialect.base, func(c *call) (answer, error) {
			i, err := createPort(c)
			return show(c, dialect.created, i, err)
		})
		g.on("GET "+dialect.base, func(c *call) (answer, error) { return listPorts(c, dialect.render) })
		g.on("GET "+dialect.base+"/{id}", func(c *call) (answer, error) {
			i, err := getPort(c)
			return show(c, http.StatusOK, i, err)
		})
		g.on("PUT "+dialect.base+"/{id}", func(c *call) (answer, error) {
			i, err := updatePort(c)
			return show(c, http.StatusOK, i, err)
		})
		g.on("DELETE "+dialect.base+"/{id}", deletePort)
	}
	a.registerPrivateIPs()
	a.registerPortsV3()
}

// The owners of a port other than none and a virtual IP address.
const (
	ownerCompute = "compute:"
	ownerGateway = "network:router_interface_distributed"
)

// portOwner is what the port belongs to, and deviceID which one of those.
func portOwner(i *network.Instance, s *network.Subnet) (owner, deviceID string) {
	if i.Port == nil {
		return ownerCompute + s.AvailabilityZone, i.ID
	}
	if i.Port.DeviceOwner == ownerGateway {
		return ownerGateway, s.VPCID
	}
	return i.Port.DeviceOwner, ""
}

// portStatus is ACTIVE for a port that is attached to something.
func portStatus(i *network.Instance) string {
	if i.Port == nil || i.Port.DeviceOwner == ownerGateway {
		return "ACTIVE"
	}
	return "DOWN"
}

type addressPair struct {
	IPAddress  string `json:"ip_address"`
	MACAddress string `json:"mac_address"`
}

func addressPairs(i *network.Instance) []addressPair {
	out := []addressPair{}
	if i.Port != nil {
		for _, p := range i.Port.AddressPairs {
			if p.MACAddress == "" {
				p.MACAddress = i.MACAddress()
			}
			out = append(out, addressPair(p))
		}
	}
	return out
}

func portOptions(i *network.Instance) []dhcpOption {
	out := []dhcpOption{}
	if i.Port != nil {
		for _, o := range i.Port.DHCPOptions {
			out = append(out, dhcpOption(o))
		}
	}
	return out
}

// portBody is what v1 and Neutron's dialect say alike.
func (c *call) portBody(i *network.Instance) (members, *network.Subnet, error) {
	s, err := c.subnetOf(i)
	if err != nil {
		return nil, nil, err
	}
	owner, device := portOwner(i, s)
	return members{
		"id": i.ID, "name": i.Name, "network_id": i.SubnetID, "admin_state_up": i.Port.IsUp(),
		"mac_address": i.MACAddress(), "fixed_ips": fixedIPs(i, s), "device_id": device, "device_owner": owner,
		"tenant_id": i.Project, "status": portStatus(i), "security_groups": list(i.SecurityGroupIDs),
		"allowed_address_pairs": addressPairs(i), "extra_dhcp_opts": portOptions(i),
		"port_security_enabled": owner != ownerGateway && owner != network.PortOwnerVIP,
		"dns_assignment":        []members{}, "dns_name": "",
		"binding:vnic_type": "normal", "binding:vif_details": members{}, "binding:profile": members{},
	}, s, nil
}

func portV1(c *call, i *network.Instance) (members, error) {
	body, s, err := c.portBody(i)
	if err != nil {
		return nil, err
	}
	body["instance_id"], body["instance_type"] = "", ""
	body["zone_id"], body["enable_efi"], body["ipv6_bandwidth_id"] = s.AvailabilityZone, false, ""
	return body, nil
}

func portV2(c *call, i *network.Instance) (members, error) {
	body, _, err := c.portBody(i)
	if err != nil {
		return nil, err
	}
	body["project_id"] = i.Project
	body["created_at"], body["updated_at"] = timeV1(i.CreatedAt), timeV1(i.UpdatedAt)
	return body, nil
}

type portRequest struct {
	Name           *string              `json:"name"`
	NetworkID      string               `json:"network_id"`
	FixedIPs       []fixedIP            `json:"fixed_ips"`
	DeviceOwner    string               `json:"device_owner"`
	SecurityGroups *[]string            `json:"security_groups"`
	AdminStateUp   *bool                `json:"admin_state_up"`
	AddressPairs   *[]addressPair       `json:"allowed_address_pairs"`
	DHCPOptions    *[]dhcpOptionRequest `json:"extra_dhcp_opts"`
	TenantID       string               `json:"tenant_id"`
}

func (c *call) portRequest() (*portRequest, error) {
	body, err := decode[struct {
		Port *portRequest `json:"port"`
	}](c)
	if err != nil {
		return nil, err
	}
	return wrapped(c, body.Port, "port")
}

// apply puts what can change into the port. A null leaves a list as it is.
func (q *portRequest) apply(i *network.Instance) {
	set(&i.Name, q.Name)
	if q.SecurityGroups != nil {
		i.SecurityGroupIDs = *q.SecurityGroups
	}
	if q.AdminStateUp == nil && q.AddressPairs == nil && q.DHCPOptions == nil {
		return
	}
	if i.Port == nil {
		i.Port = &network.Port{}
	}
	if q.AdminStateUp != nil {
		i.Port.AdminStateUp = q.AdminStateUp
	}
	if q.AddressPairs != nil {
		i.Port.AddressPairs = nil
		for _, p := range *q.AddressPairs {
			i.Port.AddressPairs = append(i.Port.AddressPairs, network.AddressPair(p))
		}
	}
	if q.DHCPOptions != nil {
		i.Port.DHCPOptions = withOptions(i.Port.DHCPOptions, *q.DHCPOptions)
	}
}

func createPort(c *call) (*network.Instance, error) {
	q, err := c.portRequest()
	if err != nil {
		return nil, err
	}
	var created *network.Instance
	err = c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		if err := cloud.OpenProject(c.r.Context(), c.project); err != nil {
			return err
		}
		s, err := get[*network.Subnet](c, cloud, q.NetworkID)
		if emulator.IsNotFound(err) {
			return c.noNetwork(q.NetworkID)
		}
		if err != nil {
			return err
		}
		i := &network.Instance{SubnetID: s.ID, Port: &network.Port{DeviceOwner: q.DeviceOwner}}
		q.apply(i)
		if len(i.SecurityGroupIDs) == 0 {
			i.SecurityGroupIDs = []string{network.DefaultSecurityGroup(c.project).ID}
		}
		if err := c.place(cloud, i, s, q.FixedIPs); err != nil {
			return err
		}
		created, err = create(c, cloud, i)
		return err
	})
	return created, err
}

func (c *call) noNetwork(id string) error {
	code := map[generation]string{v1: "VPC.0202", neutron: "NetworkNotFound", v3: "VPC.9904"}[c.generation]
	return &refusal{http.StatusNotFound, code, "There is no subnet with id \"" + id + "\"."}
}

func updatePort(c *call) (*network.Instance, error) {
	q, err := c.portRequest()
	if err != nil {
		return nil, err
	}
	return change(c, c.path("id"), func(_ *emulator.Cloud, i *network.Instance) error {
		q.apply(i)
		return nil
	})
}

// deletePort refuses the port of a server: it goes with the server, which this API does not have.
func deletePort(c *call) (answer, error) {
	err := c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		i, err := get[*network.Instance](c, cloud, c.path("id"))
		if err != nil {
			return err
		}
		if i.Port == nil {
			return c.inUse(i)
		}
		return cloud.Delete(c.r.Context(), i.Kind(), i.ID)
	})
	if err != nil {
		return answer{}, err
	}
	return gone()
}

func (c *call) inUse(i *network.Instance) error {
	code := "VPC.0701"
	if c.generation == neutron {
		code = "PortInUse"
	}
	return &refusal{
		http.StatusConflict, code, "The port " + i.ID + " with the address " + i.MainAddress() + " belongs to the server " +
			i.Title() + " and goes with it.",
	}
}

func (c *call) portFilters() filters[*network.Instance] {
	type port = *network.Instance
	return filters[port]{
		"id":             byID[port],
		"name":           func(i port, s string) bool { return i.Name == s },
		"network_id":     func(i port, s string) bool { return i.SubnetID == s },
		"virsubnet_id":   func(i port, s string) bool { return i.SubnetID == s },
		"admin_state_up": func(i port, s string) bool { return (s == "true" || s == "True") == i.Port.IsUp() },
		"mac_address":    func(i port, s string) bool { return i.MACAddress() == s },
		"device_id":      func(i port, s string) bool { return i.Port == nil && i.ID == s },
		"device_owner": func(i port, s string) bool {
			if i.Port == nil {
				return len(s) >= len(ownerCompute) && s[:len(ownerCompute)] == ownerCompute
			}
			return i.Port.DeviceOwner == s
		},
		"status":          func(i port, s string) bool { return portStatus(i) == s },
		"security_groups": func(i port, s string) bool { return slices.Contains(i.SecurityGroupIDs, s) },
		"fixed_ips":       hasFixedIP,
		"private_ips":     hasFixedIP,
		"tenant_id":       func(i port, s string) bool { return i.Project == s },
		"project_id":      func(i port, s string) bool { return i.Project == s },
	}
}

// inNetwork narrows a list of ports to the subnet the query names, by either of the two names for that.
func (c *call) inNetwork() emulator.Filter {
	f := c.own()
	for _, name := range []string{"network_id", "virsubnet_id"} {
		if id := c.r.URL.Query().Get(name); id != "" {
			f.Attribute, f.Target = "subnet_id", id
		}
	}
	return f
}

func listPorts(c *call, render func(*call, *network.Instance) (members, error)) (answer, error) {
	gateway, err := c.listedGateway()
	if err != nil {
		return answer{}, err
	}
	p, err := search(c, c.inNetwork(), c.portFilters())
	if err != nil {
		return answer{}, err
	}
	if gateway != nil {
		p.items = append([]*network.Instance{gateway}, p.items...)
	}
	return showEach(c, "ports", p, func(i *network.Instance) (members, error) { return render(c, i) })
}
