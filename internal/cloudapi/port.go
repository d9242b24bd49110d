package cloudapi

import (
	"net/http"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

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

// portBody is what v1 and v2.0 say alike.
func (c *requestContext) portBody(i *network.Instance) (jsonObject, *network.Subnet, error) {
	s, err := c.subnetOf(i)
	if err != nil {
		return nil, nil, err
	}
	owner, device := portOwner(i, s)
	return jsonObject{
		"id": i.ID, "name": i.Name, "network_id": i.SubnetID, "admin_state_up": i.Port.IsUp(),
		"mac_address": i.MACAddress(), "fixed_ips": fixedIPs(i, s), "device_id": device, "device_owner": owner,
		"tenant_id": i.Project, "status": portStatus(i), "security_groups": emptyIfNil(i.SecurityGroupIDs),
		"allowed_address_pairs": addressPairs(i), "extra_dhcp_opts": portOptions(i),
		"port_security_enabled": owner != ownerGateway && owner != network.PortOwnerVIP,
		"dns_assignment":        []jsonObject{}, "dns_name": "",
		"binding:vnic_type": "normal", "binding:vif_details": jsonObject{}, "binding:profile": jsonObject{},
	}, s, nil
}

// portRenderer writes a port as a generation does.
type portRenderer func(*requestContext, *network.Instance) (jsonObject, error)

func showPort(c *requestContext, status int, i *network.Instance, render portRenderer) (response, error) {
	body, err := render(c, i)
	if err != nil {
		return response{}, err
	}
	return respond(status, jsonObject{"port": body})
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

func (c *requestContext) portRequest() (*portRequest, error) {
	body, err := decode[struct {
		Port *portRequest `json:"port"`
	}](c)
	if err != nil {
		return nil, err
	}
	return required(c, body.Port, "port")
}

// apply puts what can change into the port. A null leaves a list as it is.
func (q *portRequest) apply(i *network.Instance) {
	setIfPresent(&i.Name, q.Name)
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

// createPort returns the handler that creates a port and answers with a status and the port in a generation's form.
func createPort(status int, render portRenderer) handler {
	return func(c *requestContext) (response, error) {
		i, err := newPort(c)
		if err != nil {
			return response{}, err
		}
		return showPort(c, status, i, render)
	}
}

func newPort(c *requestContext) (*network.Instance, error) {
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
			return c.subnetNotFound(q.NetworkID)
		}
		if err != nil {
			return err
		}
		i := &network.Instance{SubnetID: s.ID, Port: &network.Port{DeviceOwner: q.DeviceOwner}}
		q.apply(i)
		if len(i.SecurityGroupIDs) == 0 { // It gets the group that the project has from the start (API-14, SG-22).
			i.SecurityGroupIDs = []string{network.DefaultSecurityGroup(c.project).ID}
		}
		if err := c.assignAddresses(cloud, i, s, q.FixedIPs); err != nil {
			return err
		}
		created, err = create(c, cloud, i)
		return err
	})
	return created, err
}

func (c *requestContext) subnetNotFound(id string) error {
	code := map[generation]string{v1: "VPC.0202", v2: "NetworkNotFound", v3: "VPC.9904"}[c.generation]
	return &apiError{http.StatusNotFound, code, "There is no subnet with id \"" + id + "\"."}
}

func listPorts(render portRenderer) handler {
	return func(c *requestContext) (response, error) {
		p, err := selectPage(c, c.inNetwork(), c.portFilters())
		if err != nil {
			return response{}, err
		}
		return showPorts(c, p, render)
	}
}

func showPorts(c *requestContext, p page[*network.Instance], render portRenderer) (response, error) {
	return respondPageOrError(c, "ports", p, func(i *network.Instance) (jsonObject, error) { return render(c, i) })
}

// inNetwork narrows a list of ports to the subnet the query names, by either of the two names for that.
func (c *requestContext) inNetwork() emulator.Filter {
	f := c.ownFilter()
	for _, name := range []string{"network_id", "virsubnet_id"} {
		if id := c.r.URL.Query().Get(name); id != "" {
			f.Attribute, f.Target = "subnet_id", id
		}
	}
	return f
}

func (c *requestContext) portFilters() queryFilters[*network.Instance] {
	type port = *network.Instance
	return queryFilters[port]{
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

func getPort(render portRenderer) handler {
	return func(c *requestContext) (response, error) {
		i, err := get[*network.Instance](c, c.cloud, c.path("id"))
		if err != nil {
			return response{}, err
		}
		return showPort(c, http.StatusOK, i, render)
	}
}

func updatePort(render portRenderer) handler {
	return func(c *requestContext) (response, error) {
		q, err := c.portRequest()
		if err != nil {
			return response{}, err
		}
		i, err := change(c, c.path("id"), func(_ *emulator.Cloud, i *network.Instance) error {
			q.apply(i)
			return nil
		})
		if err != nil {
			return response{}, err
		}
		return showPort(c, http.StatusOK, i, render)
	}
}

// deletePort refuses the port of a server: it goes with the server, which this API does not have.
func deletePort(c *requestContext) (response, error) {
	err := c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		i, err := get[*network.Instance](c, cloud, c.path("id"))
		if err != nil {
			return err
		}
		if i.Port == nil {
			return c.portInUse(i)
		}
		return cloud.Delete(c.r.Context(), i.Kind(), i.ID)
	})
	if err != nil {
		return response{}, err
	}
	return noContent()
}

func (c *requestContext) portInUse(i *network.Instance) error {
	code := "VPC.0701"
	if c.generation == v2 {
		code = "PortInUse"
	}
	return &apiError{
		http.StatusConflict, code, "The port " + i.ID + " with the address " + i.MainAddress() + " belongs to the server " +
			i.Title() + " and goes with it.",
	}
}
