package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// guestFirewall is what an instance itself does with traffic, as far as its author said so.
type guestFirewall struct {
	rules [2][]*rule
	// listening is the traffic that a service takes; it is not about protocols without ports. knowsServices is false
	// where nothing is known about services.
	listening     traffic.Set
	knowsServices bool
}

// portTraffic is all traffic of the protocols that services listen for.
var portTraffic = serviceSet(traffic.TCP, traffic.AllPorts()).Union(serviceSet(traffic.UDP, traffic.AllPorts()))

func compileGuest(i *network.Instance) *guestFirewall {
	if i.Listeners == nil && i.GuestFirewall == nil {
		return nil
	}
	g := &guestFirewall{knowsServices: i.Listeners != nil}
	for _, l := range i.Listeners {
		p, err := traffic.ParseProtocol(l.Protocol)
		ports, portsErr := network.Ports(l.Ports)
		if err == nil && portsErr == nil && p.HasPorts() {
			g.listening = g.listening.Union(serviceSet(p, ports))
		}
	}
	for k := range i.GuestFirewall {
		r := &i.GuestFirewall[k]
		d := r.Direction
		if d == "" {
			d = network.Ingress
		}
		c := &rule{direction: d, allow: r.Action == network.Allow, matchFields: guestMatchFields(r, d), ref: &RuleRef{
			Direction: d, Position: k + 1, Action: r.Action,
		}}
		g.rules[directionIndex(d)] = append(g.rules[directionIndex(d)], c)
	}
	return g
}

func guestMatchFields(r *network.GuestRule, d network.Direction) *matchFields {
	s := &matchFields{sourcePorts: traffic.AllPorts(), source: traffic.AnyAddress(0), destination: traffic.AnyAddress(0)}
	if r.RemoteCIDR != "" {
		peers, err := traffic.ParseAddressEntry(r.RemoteCIDR)
		s.broken = err != nil
		if d == network.Ingress {
			s.source = peers
		} else {
			s.destination = peers
		}
	}
	s.fill(0, r.Protocol, r.Ports)
	return s
}

// refused is the part of some traffic that the firewall inside the instance stops, rule by rule: what no rule matches
// is let through.
func (g *guestFirewall) refused(d network.Direction, asked traffic.Set) []hit {
	if g == nil {
		return nil
	}
	var out []hit
	for _, r := range g.rules[directionIndex(d)] {
		part := asked.Intersect(r.packets)
		if part.IsEmpty() {
			continue
		}
		if !r.allow {
			out = append(out, hit{r, part})
		}
		if asked = asked.Subtract(part); asked.IsEmpty() {
			break
		}
	}
	return out
}

// notListening is the part of some traffic that no service takes.
func (g *guestFirewall) notListening(asked traffic.Set) traffic.Set {
	if g == nil || !g.knowsServices {
		return traffic.Set{}
	}
	return asked.Intersect(portTraffic).Subtract(g.listening)
}
