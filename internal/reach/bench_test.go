package reach_test

import (
	"fmt"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach/generate"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

var sizes = []struct {
	name string
	spec generate.Spec
}{{"200", generate.Small}, {"2000", generate.Medium}, {"10000", generate.Large}}

func BenchmarkCompile(b *testing.B) {
	for _, s := range sizes {
		n := generate.Network(s.spec)
		b.Run(fmt.Sprintf("instances=%s/objects=%d", s.name, n.Len()), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				reach.Compile(n)
			}
		})
	}
	n := generate.Network(generate.Spec{VPCs: 4, Subnets: 40, Instances: 4900, Groups: 500, GroupRules: 9, ACLRules: 8})
	b.Run(fmt.Sprintf("objects=%d", n.Len()), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			reach.Compile(n)
		}
	})
}

func question(from, to int, ports string) reach.Question {
	set, _ := traffic.ParsePorts([]string{ports})
	return reach.Question{
		Source:      reach.Endpoint{InstanceID: generate.InstanceID(from)},
		Destination: reach.Endpoint{InstanceID: generate.InstanceID(to)}, Protocol: traffic.TCP, Ports: set,
	}
}

// BenchmarkQuestion asks about one pair of instances and one port: explained in full, and with repairs that are proposed
// and checked besides.
func BenchmarkQuestion(b *testing.B) {
	two := generate.Spec{VPCs: 1, Subnets: 2, Instances: 2, Groups: 2, GroupRules: 9, ACLRules: 8}
	for _, s := range append(sizes[:3:3], struct {
		name string
		spec generate.Spec
	}{"2", two}) {
		model := reach.Compile(generate.Network(s.spec))
		for _, port := range []string{"80", "443", "3306"} {
			q := question(0, 1, port)
			verdict := model.Decide(q).Verdict
			b.Run(fmt.Sprintf("explained/instances=%s/tcp=%s/%s", s.name, port, verdict), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					model.Explain(q)
				}
			})
			b.Run(fmt.Sprintf("repaired/instances=%s/tcp=%s/%s", s.name, port, verdict), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					model.Decide(q)
				}
			})
		}
	}
}

func BenchmarkMatrix(b *testing.B) {
	for _, s := range sizes {
		model := reach.Compile(generate.Network(s.spec))
		b.Run("instances="+s.name, func(b *testing.B) {
			b.ReportAllocs()
			var m *reach.Matrix
			for b.Loop() {
				m = model.Matrix(traffic.IPv4)
			}
			b.ReportMetric(float64(len(m.Classes())), "classes")
		})
	}
}

// BenchmarkRuleChange changes one security group rule and asks again.
func BenchmarkRuleChange(b *testing.B) {
	for _, s := range sizes {
		model := reach.Compile(generate.Network(s.spec))
		r := &network.SecurityGroupRule{
			SecurityGroupID: generate.GroupID(1), Direction: network.Ingress, Protocol: "tcp", Ports: []string{"3306"},
		}
		r.ID = "new"
		r.Normalize()
		q := question(0, 1, "3306")
		b.Run("instances="+s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				model.With(r).Decide(q)
			}
		})
	}
}

func BenchmarkAudit(b *testing.B) {
	for _, s := range sizes {
		model := reach.Compile(generate.Network(s.spec))
		b.Run("instances="+s.name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = len(model.Audit())
			}
			b.ReportMetric(float64(n), "findings")
		})
	}
}

// BenchmarkShadows looks for rules without effect in one ACL of 1,000 rules, a third of which have none.
func BenchmarkShadows(b *testing.B) {
	model := reach.Compile(generate.Table(1000))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n = len(model.Audit())
	}
	b.ReportMetric(float64(n), "findings")
}

// BenchmarkCompare finds what one changed rule does to all pairs of instances.
func BenchmarkCompare(b *testing.B) {
	for _, s := range sizes[:2] {
		before := reach.Compile(generate.Network(s.spec))
		r := &network.SecurityGroupRule{
			SecurityGroupID: generate.GroupID(1), Direction: network.Ingress, Protocol: "tcp", Ports: []string{"443"},
		}
		r.ID = "new"
		r.Normalize()
		b.Run("instances="+s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				reach.Compare(before, before.With(r))
			}
		})
	}
}
