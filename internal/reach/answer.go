package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Verdict is the answer in a word.
type Verdict string

// The verdicts: all of the asked traffic gets through, some of it, none of it; or the question cannot be decided, wholly or
// for some of the traffic.
const (
	Reachable    Verdict = "reachable"
	Partial      Verdict = "partial"
	Blocked      Verdict = "blocked"
	Undetermined Verdict = "undetermined"
)

// Hop is one object on the path of a packet. Hops are in the order in which the packet passes them; those of its answer come
// last.
type Hop struct {
	// Kind, ID and Name are of the object. Kind and ID are empty for an end that is no object.
	Kind network.Kind
	ID   string
	Name string
	// Detail is a few words about what happens here, such as the route table or the status of a peering connection.
	Detail string
	// Leg is Forward, or Return for a hop of the answer.
	Leg string
	// Rule is the rule that decided here, if one did.
	Rule *RuleRef
	// Drops reports whether the packet ends here.
	Drops bool
}

// Answer is what Decide found.
type Answer struct {
	Question Question
	Verdict  Verdict
	// Family is the address family in which the question was decided. OtherFamily reports whether it is about the other one too;
	// see Model.Families.
	Family      traffic.Family
	OtherFamily bool
	// Allowed and Refused are the asked traffic that gets through and that does not, exactly; Unclear is the traffic that
	// cannot be decided. The three have no packet in common.
	Allowed, Refused, Unclear traffic.Set
	// Path is that of an example packet, one that gets through if any does.
	Path []Hop
	// Findings are the causes, in the order of the path; cautions come last.
	Findings []Finding
	// From and To name the two ends for people.
	From, To string
}

// Blockers are the findings that stop traffic.
func (a Answer) Blockers() []Finding {
	var out []Finding
	for _, f := range a.Findings {
		if f.Severity == Blocker {
			out = append(out, f)
		}
	}
	return out
}
