package inquiry

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Intent is a demand on a network in plain values, named as in configuration.
type Intent struct {
	Traffic

	Source      Selector `json:"source"`
	Destination Selector `json:"destination"`
	Expect      string   `json:"expect"`
	Strict      bool     `json:"strict"`
}

// Selector names ends of the network: the union of everything it lists.
type Selector struct {
	AllInstances     bool     `json:"all_instances"`
	InstanceIDs      []string `json:"instance_ids"`
	SubnetIDs        []string `json:"subnet_ids"`
	VPCIDs           []string `json:"vpc_ids"`
	SecurityGroupIDs []string `json:"security_group_ids"`
	Addresses        []string `json:"addresses"`
	Internet         bool     `json:"internet"`
	Any              bool     `json:"any"`
}

// Validate refuses an intent that cannot mean anything.
func (i Intent) Validate(at path.Path, diags *diag.Diagnostics) {
	Choice(diags, at.AtName("expect"), i.Expect, ExpectReachable, ExpectBlocked)
	i.Traffic.Validate(at, diags)
	i.Source.validate(at.AtName("source"), diags)
	i.Destination.validate(at.AtName("destination"), diags)
}

func (s Selector) validate(at path.Path, diags *diag.Diagnostics) {
	lists := slices.Concat(s.InstanceIDs, s.SubnetIDs, s.VPCIDs, s.SecurityGroupIDs, s.Addresses)
	if len(lists) == 0 && !s.Internet && !s.AllInstances {
		diags.AddAttributeError(at, "Selector of nothing", "At least one of all_instances, instance_ids, subnet_ids, vpc_ids, "+
			"security_group_ids, addresses and internet says which ends are meant.")
	}
	for i, text := range s.Addresses {
		validateAddress(at.AtName("addresses").AtListIndex(i), text, diags)
	}
}

func (s Selector) asked() reach.Selector {
	out := reach.Selector{
		AllInstances: s.AllInstances, InstanceIDs: s.InstanceIDs, SubnetIDs: s.SubnetIDs, VPCIDs: s.VPCIDs,
		SecurityGroupIDs: s.SecurityGroupIDs, Addresses: s.Addresses, Internet: s.Internet, Quantifier: reach.Every,
	}
	if s.Any {
		out.Quantifier = reach.Some
	}
	return out
}

func (i Intent) asked(name string) (reach.Intent, error) {
	protocol, ports, icmp, err := i.Traffic.asked()
	if err != nil {
		return reach.Intent{}, fmt.Errorf("intent %q: %w", name, err)
	}
	out := reach.Intent{
		Name: name, Expect: reach.MustReach, From: i.Source.asked(), To: i.Destination.asked(), Protocol: protocol, Ports: ports,
		ICMPType: icmp[0], ICMPCode: icmp[1], Strict: i.Strict,
	}
	if i.Expect == ExpectBlocked {
		out.Expect = reach.MustNotReach
	}
	return out, nil
}

// The words for how a network stands to an intent.
const (
	StandsSatisfied     = "satisfied"
	StandsViolated      = "violated"
	StandsVacuous       = "vacuous"
	StandsContradictory = "contradictory"
	StandsUndetermined  = "undetermined"
)

// ReachableWithWarning is the summary of what is as expected and has something its author should know.
const ReachableWithWarning = "Reachable, with a warning"

// Standing is how a network stands to one intent.
type Standing struct {
	Name, Word string
	// Summary and Report explain a standing other than satisfied, and one with cautions.
	Summary, Report string
	Findings        []reach.Finding
}

// Cautions are the findings about what carriers do to the traffic of the intent, however the network stands to it.
func (s Standing) Cautions() []reach.Finding {
	var out []reach.Finding
	for i := range s.Findings {
		if s.Findings[i].IsCaution() {
			out = append(out, s.Findings[i])
		}
	}
	return out
}

// Message explains a standing that has a summary.
func (s Standing) Message() Message {
	return Message{
		At: path.Root("intents").AtMapKey(s.Name), Summary: s.Summary, Text: s.Report, Findings: s.Findings,
		About: fmt.Sprintf("intent %q", s.Name),
	}
}

// Check decides intents; the standings are ordered by name.
func Check(w *reach.Model, intents map[string]Intent) ([]Standing, error) {
	names := make([]string, 0, len(intents))
	for name := range intents {
		names = append(names, name)
	}
	slices.Sort(names)
	asked := make([]reach.Intent, len(names))
	for i, name := range names {
		var err error
		if asked[i], err = intents[name].asked(name); err != nil {
			return nil, err
		}
	}
	out := make([]Standing, len(names))
	for i, o := range w.Check(asked...) {
		out[i] = standing(w, o)
	}
	return out, nil
}

func standing(w *reach.Model, o reach.Outcome) Standing {
	s := Standing{Name: o.Intent.Name, Word: StandsSatisfied, Findings: o.Findings}
	head := fmt.Sprintf("Intent %q: ", o.Intent.Name)
	if o.Satisfied {
		for _, f := range s.Cautions() {
			s.Summary, s.Report = ReachableWithWarning, strings.TrimPrefix(s.Report+"\n\n"+report.Cause(f), "\n\n")
		}
		return s
	}
	for _, f := range o.Findings {
		switch f.Code {
		case reach.CodeIntentVacuous:
			s.Word, s.Summary, s.Report = StandsVacuous, "Intent about nothing", report.Cause(f)
			return s
		case reach.CodeIntentContradictory:
			s.Word, s.Summary, s.Report = StandsContradictory, "Intents contradict each other", report.Cause(f)
			return s
		}
	}
	if o.Undetermined || o.Example == nil {
		s.Word, s.Summary, s.Report = StandsUndetermined, "Reachability not decided", head+"not decided."
		if o.Example != nil {
			s.Report = head + report.Text(*o.Example)
		}
		return s
	}
	s.Word = StandsViolated
	if o.Intent.Expect == reach.MustNotReach {
		s.Summary = "Network reachable"
		s.Report = head + report.Unwanted(*o.Example, w.Decide(reach.Narrow(o.Example.Question, o.Example.Allowed)))
	} else {
		s.Summary, s.Report = measure(w, *o.Example, ExpectReachable).Reason, head+report.Text(*o.Example)
	}
	alike := slices.DeleteFunc(slices.Clone(o.Violations), func(c reach.Change) bool {
		return !c.Traffic.Overlaps(traffic.All(o.Example.Family))
	})
	if n := pairs(alike); n > 1 {
		s.Report += fmt.Sprintf("\n\nThe same intent is violated between %d pairs of ends: %s.", n,
			strings.Join(Changes(alike, 5), "; "))
	}
	return s
}

func pairs(changes []reach.Change) int {
	n := 0
	for i := range changes {
		n += changes[i].Pairs()
	}
	return n
}
