package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// guestRule lets the traffic through the firewall inside an instance.
func (p *repairPlanner) guestRule(f *Finding) (Edit, bool) {
	at, peer := p.from, func(t ruleTerm) []netip.Prefix { return t.destination }
	if f.Side == AtDestination {
		at, peer = p.to, func(t ruleTerm) []netip.Prefix { return t.source }
	}
	terms, ok := p.terms(f.atStage())
	if !ok || len(terms) != 1 || at.instance == nil || len(peer(terms[0])) != 1 {
		return Edit{}, false
	}
	t := terms[0]
	r := network.GuestRule{Direction: f.Rule.Direction, Action: network.Allow, Ports: t.ports, RemoteCIDR: peer(t)[0].String()}
	if t.protocol != traffic.AnyProtocol {
		r.Protocol = t.protocol.String()
	}
	changed := *at.instance.Instance
	changed.GuestFirewall = slices.Insert(slices.Clone(changed.GuestFirewall), f.Rule.Position-1, r)
	return Edit{
		Action: InsertGuestRule, Kind: network.KindInstance, ID: at.id, Name: at.label, Direction: f.Rule.Direction,
		Before: f.Rule.Position, Instance: &changed,
	}, true
}
