package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// stage is one step on the path of a flow: it filters packets, forwards them, or rewrites their headers (see rewriter).
// A stage belongs to one flow and remembers what it decided, to explain it.
type stage interface {
	// pass decides which of the packets that arrive get past the stage. It is asked about all packets that were sent, those
	// that an earlier stage stopped included, so that every cause is found and not only the first.
	pass(arriving traffic.Set) bounds
	// explain collects findings about what pass decided, with flow.collect.
	explain()
	// hops adds the hops of a packet at this stage. The packet is given as it looks on arrival.
	hops(out []Hop, p traffic.Packet) []Hop
}

// rewriter is a stage that changes the headers of the packets that get past it.
type rewriter interface {
	stage
	// rewrite is what the packets look like behind the stage.
	rewrite(arriving traffic.Set) traffic.Set
	// restore is the packets on arrival that look like some of leaving behind the stage.
	restore(leaving traffic.Set) traffic.Set
	// rewritePacket is one packet behind the stage.
	rewritePacket(arriving traffic.Packet) traffic.Packet
}

// answering is a stage at which the answers to a flow take a path of their own.
type answering interface {
	stage
	// answerHops adds the hops of the answer to a packet, which is given as it looks on arrival.
	answerHops(out []Hop, p traffic.Packet) []Hop
}

// stageKind is a kind of stage, with all that questions, matrices, audits and repairs need of it.
type stageKind interface {
	// on is the stage of this kind on a flow; nil where the flow does not pass one. side is the end whose stage is meant; it is
	// empty for a stage between the ends.
	on(f *flow, side Side) stage
	// matrix is what the stages of this kind do with the traffic between every two classes; nil where they do nothing.
	matrix(b *matrixBuilder) matrixStage
	// distinguishes is a comparable value of an instance with an address: stages of this kind treat those alike that have equal
	// values and no boundary of a set of addresses between them.
	distinguishes(b *matrixBuilder, i *instanceNode, a netip.Addr) any
	// addresses adds the sets of addresses that stages of this kind look at.
	addresses(m *Model, add func(traffic.AddressSet))
	// audit collects what is wrong with no question asked.
	audit(a *auditor)
	// repair proposes an edit that removes a cause; false where a stage of this kind cannot.
	repair(p *repairPlanner, f *Finding) (Repair, bool)
}

// The kinds of stage. A packet passes the filters at its source from the first to the last, then what is between the
// ends, then the filters at its destination from the last to the first, where it meets the ACL before the groups (ACL-19). A
// new kind of stage is a file, and a line here.
var (
	endpointStages = []stageKind{unownedStages{}, guestStages{}, securityGroupStages{}, networkACLStages{}}
	pathStages     = []stageKind{forwardingStages{}, publicAddressStages{}}
)

// stageKinds are all kinds, each once.
func stageKinds() []stageKind { return slices.Concat(pathStages, endpointStages) }

// chain is the stages a flow passes, in the order its packets meet them.
func (f *flow) chain() []stage {
	out := f.stageBuffer[:0]
	add := func(k stageKind, side Side) {
		if s := k.on(f, side); s != nil {
			out = append(out, s)
		}
	}
	for _, k := range endpointStages {
		add(k, AtSource)
	}
	for _, k := range pathStages {
		add(k, "")
	}
	for _, k := range slices.Backward(endpointStages) {
		add(k, AtDestination)
	}
	return out
}
