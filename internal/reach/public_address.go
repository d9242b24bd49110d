package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// byPublicAddress finds the instances whose public addresses a question names. What one instance sends to the public address of
// another leaves for the Internet and comes back from there, from the sender's public address (INET-10): the destination stays
// that address, with the instance behind it. Towards an end outside of every VPC, an instance takes the place of its address.
func (r *endpointResolver) byPublicAddress(from, to *resolvedEndpoint) (sender, receiver *resolvedEndpoint, wrong *Finding) {
	s, t := r.holderOfPublic(from), r.holderOfPublic(to)
	switch {
	case s != nil && t == nil && !to.external:
		if to.instance == nil || !to.instance.public.IsValid() {
			return from, to, nil // Only the Internet, as which the sender is seen, can fail to get there.
		}
		public := to.instance.public
		to, t = &resolvedEndpoint{label: public.String(), external: true, addresses: traffic.FromAddr(public)}, to.instance
	case t != nil && s == nil && from.external:
		to, wrong = r.instance(t, AtDestination)
		return from, to, wrong
	}
	if s != nil {
		if from, wrong = r.instance(s, AtSource); wrong != nil {
			return from, to, wrong
		}
	}
	if t == nil {
		return from, to, nil
	}
	behind, wrong := r.instance(t, AtDestination)
	outside := *to
	outside.behind = behind
	return from, &outside, wrong
}

// holderOfPublic is the instance whose public address an end outside of every VPC is, nil where it is none.
func (r *endpointResolver) holderOfPublic(e *resolvedEndpoint) *instanceNode {
	if !e.external {
		return nil
	}
	a, one := onlyAddress(e.addresses)
	if !one {
		return nil
	}
	for _, i := range r.model.instanceByID.edited {
		if i != nil && i.public == a {
			return i
		}
	}
	if i := r.model.instanceByID.get(r.model.instanceByPublic[a]); i != nil && i.public == a {
		return i
	}
	return nil
}

// publicAddressStages is the kind of stage of packets that come back from the Internet to the public address of an instance.
type publicAddressStages struct{}

// publicAddressStage is the path from the Internet to the instance behind the address.
type publicAddressStage struct {
	*flow

	arriving traffic.Set
	// inside decides about the packets as they come from the Internet. sender is whom they come from there.
	inside evaluation
	sender *resolvedEndpoint
}

func (publicAddressStages) on(f *flow, _ Side) stage {
	if f.to.behind == nil {
		return nil
	}
	return &publicAddressStage{flow: f}
}

// pass judges the packets as those of the sender's public address. Where that is not known, because they leave by a forwarder or
// not at all, they may be anybody's.
func (s *publicAddressStage) pass(arriving traffic.Set) bounds {
	s.arriving = arriving
	known := s.from.instance != nil && s.from.instance.public.IsValid() && s.forwarding.isPublic()
	s.sender = &resolvedEndpoint{label: internetName, external: true, addresses: s.model.internet[index(s.family)]}
	if known {
		public := s.from.instance.public
		s.sender = &resolvedEndpoint{label: public.String(), external: true, addresses: traffic.FromAddr(public)}
	}
	s.inside = evaluation{
		routing:  routing{model: s.model, family: s.family, from: s.sender, to: s.to.behind, strict: s.strict},
		question: s.question, brief: s.brief, quick: s.quick,
	}
	between, _ := traffic.Match{Source: &s.sender.addresses, Destination: &s.to.behind.addresses}.Set()
	s.inside.asked = arriving.FromAnywhere().ToAnywhere().Intersect(between)
	s.inside.run()
	s.tellsSourcePorts = s.tellsSourcePorts || s.inside.tellsSourcePorts
	out := bounds{possible: s.outside(s.inside.passing.possible)}
	if known {
		out.sure = s.outside(s.inside.passing.sure)
	}
	return out
}

// outside is packets as they arrive at the stage that look like some of inside behind it.
func (s *publicAddressStage) outside(inside traffic.Set) traffic.Set {
	return s.arriving.Intersect(inside.FromAnywhere().ToAnywhere())
}

// explain collects what is found behind the address about packets of a sender who is known. Of anybody's, what some may send and
// others may not is no cause.
func (s *publicAddressStage) explain() {
	for i := range s.inside.flows {
		s.inside.flows[i].explain()
	}
	possible := s.outside(s.inside.passing.possible)
	for _, f := range s.inside.takeFindings() {
		affected := s.outside(f.Affected)
		if f.Severity == Blocker || f.Severity == Hint {
			affected = affected.Subtract(possible)
		}
		if f.foundAt == nil {
			f.foundAt = &foundAt{}
		}
		f.foundAt.arriving, f.foundAt.inside = f.Affected, &s.inside
		if !affected.IsEmpty() {
			s.evaluation.collect(f, affected)
		}
	}
}

func (s *publicAddressStage) hops(out []Hop, p traffic.Packet) []Hop {
	p.Source, _ = s.sender.addresses.First()
	p.Destination, _ = s.to.behind.addresses.First()
	for i := range s.inside.flows {
		if f := &s.inside.flows[i]; f.sent.Contains(p) {
			return append(out, f.path(p)[1:]...)
		}
	}
	return out
}

func (publicAddressStages) audit(*auditor) {}

// repair has none of its own: the stages behind the address propose theirs.
func (publicAddressStages) repair(*repairPlanner, *Finding) (Repair, bool) { return Repair{}, false }

// matrix is nil: between instances no public address is asked for.
func (publicAddressStages) matrix(*matrixBuilder) matrixStage { return nil }

func (publicAddressStages) distinguishes(*matrixBuilder, *instanceNode, netip.Addr) any { return nil }

func (publicAddressStages) addresses(*Model, func(traffic.AddressSet)) {}
