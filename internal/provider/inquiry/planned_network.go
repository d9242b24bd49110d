package inquiry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// planned is the lab as the plan leaves it.
func planned(ctx context.Context, data *managed.ProviderData) (Scope, error) {
	data.Quiet(ctx)
	lab, err := data.Draft.Network(ctx)
	if err != nil {
		return Scope{}, fmt.Errorf("read the planned network: %w", err)
	}
	return scopeOf(lab), nil
}

func scopeOf(lab emulator.Lab) Scope {
	s := Scope{Network: lab.Network, Whole: true}
	for _, u := range lab.Unknown {
		s.Unknown = append(s.Unknown, reach.Unknown(u))
	}
	return s
}

// KeepOpen has a question about the whole lab decided again while the plan goes on. decide is its outcome, line by line;
// asker is what has to be planned later, for people.
func KeepOpen(data *managed.ProviderData, scope Scope, asker string, decide func(Scope) []string) {
	if !scope.Whole {
		return
	}
	keepOpen(data, decide(scope), decide, func(object string, lines []string) network.Problem {
		return network.Problem{Summary: "Reachability was decided too early", Detail: fmt.Sprintf("Terraform planned this, %s, "+
			"after %s had decided on the network without it, and with it the outcome is another one: %s. Give %s a depends_on "+
			"that names what it is about, a whole module for example, so that it is planned last.", object, asker, List(lines), asker)}
	})
}

// keepOpen has something decided again while the plan goes on. changed is the problem of an object with which the lines
// become others.
func keepOpen(
	data *managed.ProviderData, before []string, decide func(Scope) []string,
	changed func(object string, lines []string) network.Problem,
) {
	data.Draft.KeepOpen(&emulator.OpenQuestion{
		Decide:  func(lab emulator.Lab) string { return strings.Join(decide(scopeOf(lab)), "\n") },
		Outcome: strings.Join(before, "\n"),
		Changed: func(object, outcome string) network.Problem {
			return changed(object, difference(before, strings.Split(outcome, "\n")))
		},
	})
}

// difference are the lines of after that before does not have; all that is gone, where there is none.
func difference(before, after []string) []string {
	var out []string
	for _, line := range after {
		if line != "" && !slices.Contains(before, line) {
			out = append(out, line)
		}
	}
	if out != nil {
		return out
	}
	for _, line := range before {
		if !slices.Contains(after, line) {
			out = append(out, "no longer "+line)
		}
	}
	return out
}
