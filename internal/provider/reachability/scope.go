package reachability

import (
	"context"
	"fmt"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// scope collects the objects a question is decided on.
type scope struct {
	lab      *managed.Lab
	builder  *network.Builder
	problems network.Problems
	unknown  []string
}

// add descends into whatever the author handed over: an object with a kind is one object of the network, a text is a
// ref, and everything else is a container.
func (s *scope) add(ctx context.Context, value any) error {
	switch v := value.(type) {
	case string:
		return s.addRef(ctx, v)
	case []any:
		for _, item := range v {
			if err := s.add(ctx, item); err != nil {
				return err
			}
		}
	case managed.Document:
		if _, isObject := v["kind"].(string); isObject {
			for _, p := range s.builder.AddValue(v, s.lab.Project) {
				p.Path = network.At("network")
				s.problems = append(s.problems, p)
			}
			return nil
		}
		for _, member := range v {
			if err := s.add(ctx, member); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scope) addRef(ctx context.Context, ref string) error {
	kind, id, ok := strings.Cut(ref, "/")
	refuse := func(detail string) {
		s.problems = append(s.problems, network.Problem{
			Path: network.At("network"), Summary: "Not an object of the network", Detail: detail,
		})
	}
	if !ok {
		refuse(fmt.Sprintf("%q is neither an object nor a ref. Hand over the whole resource, or its ref attribute: an id "+
			"alone does not tell whether everything a verdict rests on is known.", ref))
		return nil
	}
	if network.Kind(kind) == network.KindSecurityGroupRuleSet {
		rules, err := s.lab.Draft.RulesOf(ctx, id)
		if err != nil {
			return err
		}
		if len(rules) == 0 {
			if rules, err = s.lab.Cloud.RulesOf(ctx, id); err != nil {
				return err
			}
		}
		for _, r := range rules {
			s.builder.Add(r)
		}
		return nil
	}
	if network.Kind(kind) == network.KindPeeringAccepter {
		kind = string(network.KindPeering)
	}
	o, complete, err := s.lab.Draft.Find(ctx, id)
	switch {
	case err != nil:
		return err
	case o == nil || string(o.Kind()) != kind:
		refuse(fmt.Sprintf("%q names nothing that this provider configuration plans or that its store holds. Objects of "+
			"another provider configuration are handed over whole, not by ref.", ref))
	case !complete:
		s.unknown = append(s.unknown, o.Kind().Label()+" "+o.Title())
	default:
		s.builder.AddPlanned(o)
	}
	return nil
}
