package reach_test

import (
	"slices"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// What carriers do to asked traffic is said of exactly that part of it, whether or not the network lets it through, by questions
// and intents alike (INET-04, INET-05).
func TestCautionsOfCarriers(t *testing.T) {
	const risk, mail = reach.CodeHighRiskPort, reach.CodeSMTP25Blocked
	n := lone("in allow tcp/445 any", "in allow tcp/80 any").public("p", "v-1", "10.0.0.9", "203.0.113.9", "g")
	for _, c := range []struct {
		from, to, ports string
		want            map[string]string
	}{
		{"@", "p", "445", map[string]string{risk: "445"}},
		{"@", "p", "80-445", map[string]string{risk: "135,137-139,444-445"}},
		{"@", "p", "139", map[string]string{risk: "139"}},
		{"@", "a", "445", map[string]string{risk: "445"}},
		{"p", "@", "25", map[string]string{mail: "25"}},
		{"a", "@", "25", map[string]string{mail: "25"}},
		{"@", "p", "25", nil},
		{"p", "100.125.0.25", "25", nil},
		{"a", "p", "445", nil},
	} {
		cautions := func(findings []reach.Finding) map[string]string {
			out := map[string]string{}
			for _, f := range findings {
				if f.IsCaution() {
					out[f.Code] = f.Affected.DestinationPorts(traffic.TCP).String()
				}
			}
			return out
		}
		selector := func(name string) reach.Selector {
			e := end(name)
			s := reach.Selector{Internet: e.Internet}
			if e.InstanceID != "" {
				s.InstanceIDs = []string{e.InstanceID}
			}
			if e.Address != "" {
				s.Addresses = []string{e.Address}
			}
			return s
		}
		model := reach.Compile(n.build())
		asked := reach.Compile(n.build()).Decide(ask(c.from + " " + c.to + " tcp/" + c.ports))
		intended := model.Check(reach.Intent{
			Expect: reach.MustReach, From: selector(c.from), To: selector(c.to), Protocol: traffic.TCP, Ports: ports(c.ports),
		})[0]
		for by, got := range map[string]map[string]string{"question": cautions(asked.Findings), "intent": cautions(intended.Findings)} {
			if len(got) != len(c.want) || got[risk] != c.want[risk] || got[mail] != c.want[mail] {
				t.Errorf("%s -> %s, %s, %s: %v, want %v", c.from, c.to, c.ports, by, got, c.want)
			}
		}
	}
	closed := reach.Compile(n.build()).Check(reach.Intent{
		Expect: reach.MustNotReach, From: reach.Selector{Internet: true}, To: reach.Selector{InstanceIDs: []string{"p"}},
		Protocol: traffic.TCP, Ports: ports("139"),
	})[0]
	if slices.ContainsFunc(closed.Findings, func(f reach.Finding) bool { return f.IsCaution() }) {
		t.Error("an intent that something stays closed warns of carriers that close it")
	}
}
