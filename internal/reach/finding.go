package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Severity is what a finding means for the author.
type Severity string

// The severities: a blocker stops traffic that is asked for; a hint explains a blocker and never occurs without one; a failure
// is wrong in itself; a warning is seldom meant; an info is good to know.
const (
	Blocker Severity = "blocker"
	Hint    Severity = "hint"
	Failure Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Layer is the part of the network a finding is about.
type Layer string

// The layers, in the order in which causes are named first.
const (
	LayerQuestion Layer = "question"
	LayerVPC      Layer = "vpc"
	LayerRoute    Layer = "route"
	LayerACL      Layer = "acl"
	LayerSG       Layer = "sg"
	LayerHost     Layer = "host"
)

// Side is the end of the path a finding is at.
type Side string

// The two sides.
const (
	AtSource      Side = "source"
	AtDestination Side = "destination"
)

// The two legs of a path: that of the packet, and that of its answer.
const (
	Forward = "forward"
	Return  = "return"
)

// RuleRef names a rule of a filter.
type RuleRef struct {
	Direction network.Direction
	// Position counts from 1 in the order the rules are written; 0 for a rule that has no position.
	Position int
	Name     string
	ID       string
	Action   network.Action
	Summary  string
}

// Consideration is how a rule compares with the traffic of a finding, field by field: whether the field matches any of that
// traffic.
type Consideration struct {
	Rule                                           *RuleRef
	Protocol, Source, Destination, DestinationPort bool
}

// Counterpart is an object that a finding sets beside the one at fault: the other layer of a conflict, the far VPC.
type Counterpart struct {
	Kind network.Kind
	ID   string
	Name string
	Rule *RuleRef
}

// Finding is one cause, one object, one repair.
type Finding struct {
	Code     string
	Severity Severity
	// Leg is Forward, or Return for a cause that stops the answers. A finding of an audit has none.
	Leg string
	// Side is empty for a finding at neither end.
	Side  Side
	Layer Layer
	// Kind, ID and Name are of the object at fault.
	Kind network.Kind
	ID   string
	Name string
	// Rule is the rule at fault. Where no rule matched, it has the direction only.
	Rule *RuleRef
	// With is the second object the finding is about, if it is about two.
	With *Counterpart
	// Others are further rules the finding names: those that shadow the one at fault or make it redundant, all of them.
	Others []*RuleRef
	// Reason is one of several reasons a code has, or further text for the sentence about the finding.
	Reason string
	// Target is the block a route is missing for.
	Target string
	// Affected is the traffic the finding is about, exactly.
	Affected traffic.Set
	// Contrast is traffic that Affected is set against: for conflict_partial what both layers let through, for
	// egress_ingress_disjoint what the destination accepts, Affected being what the source may send.
	Contrast traffic.Set
	// Considered are the rules that were tried, with the fields that matched.
	Considered []Consideration
	// Related are the codes of findings that say something else about the same object.
	Related []string
	// Repair removes the cause; nil where there is none, and for findings that are no blockers.
	Repair *Repair

	// foundAt is nil where the stage that found it has the question's ends and headers. Few findings need it, and they are large.
	foundAt *foundAt
}

// foundAt is how the stage of a finding saw traffic that is not the question's as it was asked.
type foundAt struct {
	// arriving is Affected as it looks at the stage, where headers have been rewritten before.
	arriving traffic.Set
	// inside is the evaluation of what comes back from the Internet, for what is found there.
	inside *evaluation
	// owner is the end at the finding's side, where it is a part of the question's.
	owner *resolvedEndpoint
}

// atStage is the traffic of the finding as it looks at the stage that found it.
func (f *Finding) atStage() traffic.Set {
	if f.foundAt == nil || f.foundAt.arriving.IsEmpty() {
		return f.Affected
	}
	return f.foundAt.arriving
}
