package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Member is one end in an answer about the whole network: an instance in one address family, an address or block, or
// the Internet.
type Member struct {
	// Kind and ID are of an instance; both are empty for an address, a block and the Internet.
	Kind network.Kind
	ID   string
	// Name is what people call the end.
	Name string
	// Address is the instance's address; not valid for an end that is no instance, and while it is not known.
	Address netip.Addr
}

// internetName is the name of the end that stands for the Internet.
const internetName = "the Internet"

// key is the identity of a member across two networks: an instance stays the same one when its address or name changes.
func (m *Member) key() string {
	if m.Kind != "" {
		return m.ID
	}
	return "\x00" + m.Name
}

// Endpoint is the member as an end of a question.
func (m *Member) Endpoint() Endpoint {
	switch {
	case m.Kind != "":
		return Endpoint{InstanceID: m.ID}
	case m.Name == internetName:
		return Endpoint{Internet: true}
	}
	return Endpoint{Address: m.Name}
}

// externalEndpoint is a member that is no instance as an end in a family.
func (m *Model) externalEndpoint(end *Member, f traffic.Family) *resolvedEndpoint {
	r := endpointResolver{model: m, family: f}
	e := end.Endpoint()
	p, _ := r.resolve(&e, AtSource)
	return p
}

// addressesOf are all addresses of a member in a family.
func (m *Model) addressesOf(end *Member, f traffic.Family) traffic.AddressSet {
	switch {
	case end.Address.IsValid():
		return traffic.FromAddr(end.Address)
	case end.Kind != "":
		return m.instanceByID.get(end.ID).endpoints[index(f)].addresses
	case end.Name == internetName:
		return m.internet[index(f)]
	}
	set, err := traffic.ParseAddressEntry(end.Name)
	if err != nil {
		return traffic.AddressSet{}
	}
	return set.Only(f)
}
