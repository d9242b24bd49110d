package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// flow is the asked traffic between one subnet of either end, and what the stages do with it.
type flow struct {
	*evaluation
	// routing is the evaluation's, between the owners of the addresses.
	routing

	source, destination *endpointSubnet
	// sent is the traffic with the headers it was sent with.
	sent traffic.Set
	// stages are those the traffic passes, in order.
	stages []stage
	// passing is what gets past all stages, with the headers it was sent with.
	passing bounds
	// forwarded is the traffic that passed a forwarder.
	forwarded []forwardedTraffic
	// rewritten is set once a stage has rewritten headers.
	rewritten bool
	// explaining is the position of the stage that collects findings.
	explaining int

	// stageBuffer holds the stages, and the fields behind it those that most flows pass, without further allocations.
	stageBuffer [6]stage
	groups      [2]securityGroupStage
	acls        [2]networkACLStage
	forwarding  forwardingStage
}

// forwardedTraffic is traffic, as it arrives, that passed a forwarder.
type forwardedTraffic struct {
	set       traffic.Set
	forwarder *resolvedEndpoint
}

// viaForwarder is the traffic, as it arrives, that passed a forwarder: for the filters at the destination its sender is no longer
// a member of its groups (RT-17).
func (f *flow) viaForwarder() traffic.Set {
	var out traffic.Set
	for _, forwarded := range f.forwarded {
		out = out.Union(forwarded.set)
	}
	return out
}

// fromForwarder is the traffic that passed a forwarder and that a filter at the destination lets through if the forwarder put an
// address of its own in the place of the sender's (RT-17). filter is what the filter may let through of some sender's traffic.
func (f *flow) fromForwarder(side Side, filter func(sender *resolvedEndpoint, s traffic.Set) traffic.Set) traffic.Set {
	var out traffic.Set
	if side == AtSource {
		return out
	}
	for _, forwarded := range f.forwarded {
		sent, _ := traffic.Match{Family: f.family, Source: &forwarded.forwarder.addresses}.Set()
		through := filter(forwarded.forwarder, forwarded.set.FromAnywhere().Intersect(sent))
		out = out.Union(forwarded.set.Intersect(through.FromAnywhere()))
	}
	return out
}

// run sends the traffic through the stages.
func (f *flow) run() {
	f.stages = f.chain()
	f.passing = certain(f.sent)
	arriving := f.sent
	first := f.decidingStage()
	for n := range f.stages {
		i := n
		switch {
		case n == 0:
			i = first
		case n <= first:
			i = n - 1
		}
		s := f.stages[i]
		got := s.pass(arriving)
		if f.rewritten {
			got = bounds{f.asSent(i, got.sure), f.asSent(i, got.possible)}
		}
		f.passing = f.passing.and(got)
		if f.quick && f.passing.possible.IsEmpty() {
			return
		}
		if r, ok := s.(rewriter); ok {
			f.rewritten = true
			arriving = r.rewrite(arriving)
			for i := range f.forwarded {
				f.forwarded[i].set = r.rewrite(f.forwarded[i].set)
			}
		}
	}
}

// decidingStage is the position of the stage that is asked first: where only the verdict counts that is forwarding, which stops
// most of what is stopped, unless headers are rewritten before it.
func (f *flow) decidingStage() int {
	if !f.quick {
		return 0
	}
	for i, s := range f.stages {
		if _, ok := s.(rewriter); ok {
			break
		}
		if s == &f.forwarding {
			return i
		}
	}
	return 0
}

// asSent is traffic that arrives at a stage with the headers it was sent with.
func (f *flow) asSent(stage int, arriving traffic.Set) traffic.Set {
	if !f.rewritten {
		return arriving
	}
	for _, s := range slices.Backward(f.stages[:stage]) {
		if r, ok := s.(rewriter); ok {
			arriving = r.restore(arriving)
		}
	}
	return arriving
}

// explain collects the findings of every stage, and those about what two of them do together.
func (f *flow) explain() {
	for i, s := range f.stages {
		f.explaining = i
		s.explain()
	}
	f.explainDisjoint()
}

// path is the path of one packet of the flow, followed by that of its answer.
func (f *flow) path(sent traffic.Packet) []Hop {
	end := func(at *resolvedEndpoint) Hop { return Hop{Kind: at.kind, ID: at.id, Name: at.label, Leg: Forward} }
	out := append(make([]Hop, 0, 2+len(f.stages)+f.forwarding.stations()), end(f.from))
	for i, s := range f.stages {
		out = s.hops(out, f.arriving(i, sent))
	}
	if f.to.behind == nil {
		out = append(out, end(f.to))
	}
	for i, s := range slices.Backward(f.stages) {
		if a, ok := s.(answering); ok {
			out = a.answerHops(out, f.arriving(i, sent))
		}
	}
	return out
}

// arriving is a packet as it looks at a stage.
func (f *flow) arriving(stage int, sent traffic.Packet) traffic.Packet {
	if !f.rewritten {
		return sent
	}
	for _, s := range f.stages[:stage] {
		if r, ok := s.(rewriter); ok {
			sent = r.rewritePacket(sent)
		}
	}
	return sent
}

// endpoints are the end at a side, and the one at the other side.
func (f *flow) endpoints(side Side) (at, peer *resolvedEndpoint) {
	if side == AtSource {
		return f.from, f.to
	}
	return f.to, f.from
}

// subnet is the subnet at a side, nil for an end outside of every VPC.
func (f *flow) subnet(side Side) *subnetNode {
	if side == AtSource {
		return f.source.subnet
	}
	return f.destination.subnet
}

// direction is the direction in which traffic passes the filters at a side.
func (s Side) direction() network.Direction {
	if s == AtSource {
		return network.Egress
	}
	return network.Ingress
}

// sideOf is the end at which traffic passes the filters of a direction.
func sideOf(d network.Direction) Side {
	if d == network.Egress {
		return AtSource
	}
	return AtDestination
}

// stageAt is the stage of a type at a side, nil where the flow does not pass one.
func stageAt[S interface {
	comparable
	at() Side
}](f *flow, side Side) (none S) {
	for _, s := range f.stages {
		if got, ok := s.(S); ok && got.at() == side {
			return got
		}
	}
	return none
}
