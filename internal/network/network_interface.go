package network

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/google/uuid"
)

// Port is a network interface as the cloud's API knows it. The interface's subnet, addresses and security groups are
// its Instance's; the rest is here. No verdict rests on it.
type Port struct {
	// DeviceOwner says what the interface belongs to: empty for one that is attached to nothing, PortOwnerVIP for a
	// virtual IP address.
	DeviceOwner string `json:"device_owner,omitempty"`
	// AdminStateUp is nil for an interface that is up.
	AdminStateUp *bool `json:"admin_state_up,omitempty"`
	// AddressPairs are further addresses whose packets the interface may send.
	AddressPairs []AddressPair     `json:"allowed_address_pairs,omitempty"`
	DHCPOptions  []DHCPOption      `json:"extra_dhcp_opts,omitempty"`
	Tags         map[string]string `json:"tags,omitempty"`
}

// AddressPair is an address or block and the hardware address it is used with; an empty one is the interface's own.
type AddressPair struct {
	IPAddress  string `json:"ip_address"`
	MACAddress string `json:"mac_address,omitempty"`
}

// PortOwnerVIP marks a virtual IP address: an address of the subnet that interfaces share.
const PortOwnerVIP = "neutron:VIP_PORT"

// IsUp reports whether the interface is on: its owner has not switched it off.
func (p *Port) IsUp() bool { return p == nil || p.AdminStateUp == nil || *p.AdminStateUp }

// MACAddress is the hardware address of the interface. The cloud assigns one; here it follows from the instance's id.
func (i *Instance) MACAddress() string { return macAddress(i.ID) }

func macAddress(id string) string {
	sum := uuid.NewSHA1(idNamespace, []byte("mac\x00"+id))
	return fmt.Sprintf("fa:16:3e:%02x:%02x:%02x", sum[0], sum[1], sum[2])
}

func (p *Port) normalize() {
	for n := range p.AddressPairs {
		if strings.Contains(p.AddressPairs[n].IPAddress, "/") {
			p.AddressPairs[n].IPAddress = CanonicalPrefix(p.AddressPairs[n].IPAddress)
		} else {
			p.AddressPairs[n].IPAddress = canonicalAddress(p.AddressPairs[n].IPAddress)
		}
	}
}

// validate accepts nil, which has nothing wrong with it.
func (p *Port) validate() Problems {
	if p == nil {
		return nil
	}
	var out Problems
	for n, pair := range p.AddressPairs {
		_, notAddress := netip.ParseAddr(pair.IPAddress)
		_, notPrefix := netip.ParsePrefix(pair.IPAddress)
		if notAddress != nil && notPrefix != nil {
			out = append(out, invalid(At("port").Attr("allowed_address_pairs").Index(n).Attr("ip_address"), "VPC.0705",
				"Invalid address pair", "%q is neither an IP address nor an address block.", pair.IPAddress))
		}
	}
	return append(out, validateTags(p.Tags).Within(At("port"))...)
}
