package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// guestFirewall is what an instance itself does with traffic, as far as its author wrote it down (INET-07).
type guestFirewall struct {
	rules [2][]*rule
	// listening is the traffic that a service accepts; it is not about protocols without ports. knowsServices is false
	// where nothing is known about services.
	listening     traffic.Set
	knowsServices bool
}

// portTraffic is all traffic of the protocols that services listen for.
var portTraffic = serviceSet(traffic.TCP, traffic.AllPorts()).Union(serviceSet(traffic.UDP, traffic.AllPorts()))

// compileGuest is nil for an instance of which nothing is known.
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

// result is what the firewall inside an instance does with traffic: what no rule matches is let through (INET-07).
func (g *guestFirewall) result(d network.Direction, arriving traffic.Set) filterResult {
	var out filterResult
	anyPeer := peerContext{}
	out.decide(anyPeer.firstMatch(&out, arriving, g.rules[directionIndex(d)]), true)
	return out
}

// notListening is the part of some traffic that no service accepts.
func (g *guestFirewall) notListening(arriving traffic.Set) traffic.Set {
	if !g.knowsServices {
		return traffic.Set{}
	}
	return arriving.Intersect(portTraffic).Subtract(g.listening)
}

// guestStages is the kind of stage of what the instances at the two ends do themselves.
type guestStages struct{}

// guestStage is what the instance at one end does.
type guestStage struct {
	*flow

	side         Side
	guest        *guestFirewall
	result       filterResult
	notListening traffic.Set
}

func (guestStages) on(f *flow, side Side) stage {
	at, _ := f.endpoints(side)
	if at.instance == nil || at.instance.guest == nil {
		return nil
	}
	return &guestStage{flow: f, side: side, guest: at.instance.guest}
}

func (guestStages) audit(*auditor) {}

func (guestStages) repair(p *repairPlanner, f *Finding) (Repair, bool) {
	if f.Code != CodeGuestFirewallDeny {
		return Repair{}, false
	}
	e, ok := p.guestRule(f)
	return Repair{Edit: e}, ok
}

func (s *guestStage) pass(arriving traffic.Set) bounds {
	s.result = s.guest.result(s.side.direction(), arriving)
	s.result.mayLetThrough(s.fromForwarder(s.side, func(_ *resolvedEndpoint, sent traffic.Set) traffic.Set {
		return s.guest.result(s.side.direction(), sent).possible
	}))
	through := s.result.bounds
	if s.side == AtDestination {
		s.notListening = s.guest.notListening(arriving)
		through = bounds{through.sure.Subtract(s.notListening), through.possible.Subtract(s.notListening)}
	}
	return through
}

func (s *guestStage) explain() {
	at, _ := s.endpoints(s.side)
	f := Finding{Severity: Blocker, Side: s.side, Layer: LayerHost, Kind: network.KindInstance, ID: at.id, Name: at.label}
	for i := range s.result.hits {
		h := &s.result.hits[i]
		if stopped := s.result.denied(h); !stopped.IsEmpty() {
			f.Code, f.Rule = CodeGuestFirewallDeny, h.rule.ref
			s.collect(f, stopped)
		}
	}
	if !s.notListening.IsEmpty() {
		f.Code, f.Rule = CodeServiceNotListening, nil
		s.collect(f, s.notListening)
	}
}

// hops adds nothing: the end of the path is the instance itself.
func (s *guestStage) hops(out []Hop, _ traffic.Packet) []Hop { return out }
