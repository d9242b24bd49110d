package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Verdict is the answer in a word.
type Verdict string

// The verdicts.
const (
	Reachable    Verdict = "reachable"
	Partial      Verdict = "partial"
	Blocked      Verdict = "blocked"
	Undetermined Verdict = "undetermined"
)

// Hop is one station of the way, in the order a packet passes them; the stations of the answer's way come last.
type Hop struct {
	Kind   network.Kind
	ID     string
	Name   string
	Detail string
	Leg    string
	// Rule is the rule that decided at this station, if one did.
	Rule *RuleRef
	// Drops says that the packet would end here.
	Drops bool
}

// Answer is what Decide found.
type Answer struct {
	Question Question
	Verdict  Verdict
	// Allowed and Refused are the asked traffic that gets through and that does not, exactly; Unclear is the traffic that
	// cannot be decided. The three have no packet in common.
	Allowed, Refused, Unclear traffic.Set
	Path                      []Hop
	Findings                  []Finding
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
