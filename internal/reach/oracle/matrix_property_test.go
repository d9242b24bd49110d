package oracle_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach/oracle"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// TestMatrixAgrees compares every cell of the matrix with the question about its two ends, which TestDecideAgrees compares
// with the oracle, on the oracle's random networks.
//
// Proves: All-pairs matrix.
func TestMatrixAgrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, matrixAgrees)
}

func matrixAgrees(t *rapid.T) {
	n := oracle.Random(t)
	model := reach.Compile(n)
	for _, family := range []traffic.Family{traffic.IPv4, traffic.IPv6} {
		m := model.Matrix(family)
		for i, from := range m.Classes() {
			for j, to := range m.Classes() {
				cell := m.Cell(i, j)
				for _, a := range from.Members {
					for _, b := range to.Members {
						if a.Name != b.Name || a.Kind != b.Kind {
							sameCell(t, n, model, family, a, b, cell)
						}
					}
				}
			}
		}
	}
}

func sameCell(t *rapid.T, n *network.Network, model *reach.Model, family traffic.Family, a, b reach.Member, cell reach.Cell) {
	answer := model.Explain(reach.Question{
		Source: a.Endpoint(), Destination: b.Endpoint(), Protocol: traffic.AnyProtocol, Family: family,
		SourcePorts: traffic.AllPorts(),
	})
	asked := answer.Allowed.Union(answer.Refused).Union(answer.Unclear)
	allowed, unclear := cell.Allowed.Intersect(asked), cell.Unclear.Intersect(asked)
	if !allowed.Equal(answer.Allowed) || !unclear.Equal(answer.Unclear) {
		t.Fatalf("%s -> %s, IPv%d\n  matrix   allowed %s; unclear %s\n  question allowed %s; unclear %s\n%s",
			a.Name, b.Name, family, allowed, unclear, answer.Allowed, answer.Unclear, listing(n))
	}
}
