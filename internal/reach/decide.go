package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Decide answers a question on a network. It never stops at the first obstacle: every layer on the way forward and the
// route back are judged, and every cause is named once with all the traffic it stops.
func Decide(n *network.Network, q Question) Answer {
	if n == nil {
		n = network.NewBuilder().Network()
	}
	a := decide(n, q)
	repair(n, &a)
	return a
}

func decide(n *network.Network, q Question) Answer {
	a := Answer{Question: q, Verdict: Undetermined}
	family, wrong := familyOf(n, q)
	from, lostFrom := locator{n: n, family: family}.locate(q.Source, AtSource)
	to, lostTo := locator{n: n, family: family, fromOutside: from.outside}.locate(q.Destination, AtDestination)
	if to.outside && from.outside {
		from, lostFrom = locator{n: n, family: family, fromOutside: true}.locate(q.Source, AtSource)
	}
	a.From, a.To = from.label, to.label
	for _, f := range []*Finding{wrong, lostFrom, lostTo} {
		if f != nil {
			a.Findings = append(a.Findings, *f)
		}
	}
	if from.outside && to.outside && len(a.Findings) == 0 {
		a.Findings = append(a.Findings, Finding{
			Code: CodeEndpointNotFound, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Side: AtSource, Name: from.label,
		})
	}
	if len(a.Findings) > 0 {
		return a
	}
	if from.instance != nil && to.instance != nil && from.id == to.id {
		a.Verdict = Reachable
		a.Findings = append(a.Findings, Finding{
			Code: CodeSelfProbe, Severity: Info, Leg: Forward, Layer: LayerQuestion, Kind: from.kind, ID: from.id, Name: from.label,
		})
		return a
	}
	w := newWalk(n, q, family, &from, &to)
	w.run()
	a.Path = w.path
	a.Allowed, a.Refused, a.Unclear = flowsOf(w.allowed), flowsOf(w.refused), flowsOf(w.unclear)
	a.Findings = w.ordered()
	switch {
	case !w.unclear.IsEmpty():
	case w.refused.IsEmpty():
		a.Verdict = Reachable
	case w.allowed.IsEmpty():
		a.Verdict = Blocked
	default:
		a.Verdict = Partial
	}
	return a
}

// flowsOf writes a set of packets as flows; equal sets give equal flows in equal order.
func flowsOf(s traffic.Set) []Flow {
	var out []Flow
	for b := range s.Boxes() {
		out = append(out, flowsOfBox(b)...)
	}
	return out
}

func flowsOfBox(b traffic.Box) []Flow {
	flow := Flow{Protocol: traffic.AnyProtocol, Source: b.Source, Destination: b.Destination, Ports: b.DestinationPorts}
	// Of the two protocols of ICMP, one does not occur in each family.
	missing := traffic.ICMPv6
	if b.Source.Only(traffic.IPv4).IsEmpty() {
		missing = traffic.ICMP
	}
	if b.Protocols.Len() > 128 {
		for p := range traffic.NewProtocolSet(traffic.AnyProtocol).All() {
			if !b.Protocols.Contains(p) && p != missing {
				flow.Except = append(flow.Except, p)
			}
		}
		return []Flow{flow}
	}
	var out []Flow
	for p := range b.Protocols.All() {
		flow.Protocol = p
		out = append(out, flow)
	}
	return out
}

// bounding is the smallest flow that holds a set.
func bounding(s traffic.Set) Flow {
	f := Flow{Protocol: traffic.AnyProtocol, Source: s.Sources(), Destination: s.Destinations()}
	if protocols := s.Protocols(); protocols.Len() == 1 {
		for p := range protocols.All() {
			f.Protocol = p
		}
	}
	f.Ports = s.DestinationPorts(f.Protocol)
	if !f.Protocol.HasPorts() {
		f.Ports = traffic.AllPorts()
	}
	return f
}
