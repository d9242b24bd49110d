package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// guestDecides asks the packet filter inside an instance, as far as its author declared one. The position is that of
// the rule that decided, counted from 1, or 0.
func guestDecides(i *network.Instance, d network.Direction, p packet) (allowed bool, position int) {
	peer := p.source
	if d == network.Egress {
		peer = p.destination
	}
	for k, r := range i.GuestFirewall {
		m := newMatcher(r.Protocol, r.Ports)
		remote, err := netip.ParsePrefix(r.RemoteCIDR)
		same := r.Direction == d || r.Direction == "" && d == network.Ingress
		if same && m.hasProtocol(p) && m.hasPort(p) && (r.RemoteCIDR == "" || err == nil && remote.Contains(peer)) {
			return r.Action == network.Allow, k + 1
		}
	}
	return true, 0
}

// listens says whether a service takes the packet; true where nothing is known about services.
func listens(i *network.Instance, p packet) bool {
	if i.Listeners == nil || !p.protocol.HasPorts() {
		return true
	}
	return slices.ContainsFunc(i.Listeners, func(l network.Listener) bool {
		m := newMatcher(l.Protocol, l.Ports)
		return m.hasProtocol(p) && m.hasPort(p)
	})
}
