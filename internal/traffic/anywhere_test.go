package traffic_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Forgetting an address or a port is the union of the boxes with that field set to all of its values.
func TestAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := some(t)
		var from, to, ports traffic.Set
		for b := range s.Boxes() {
			source, destination := b.Source, b.Destination
			b.Source = traffic.AnyAddress(b.Family)
			from = from.Union(b.Set())
			b.Source, b.Destination = source, traffic.AnyAddress(b.Family)
			to = to.Union(b.Set())
			b.Destination, b.SourcePorts = destination, traffic.AllPorts()
			ports = ports.Union(b.Set())
		}
		if got := s.FromAnywhere(); !got.Equal(from) {
			t.Fatalf("%s from anywhere: %s, want %s", s, got, from)
		}
		if got := s.ToAnywhere(); !got.Equal(to) {
			t.Fatalf("%s to anywhere: %s, want %s", s, got, to)
		}
		if got := s.FromAnyPort(); !got.Equal(ports) {
			t.Fatalf("%s from any port: %s, want %s", s, got, ports)
		}
		if got := s.FromAnywhere().ToAnywhere(); !got.Equal(s.ToAnywhere().FromAnywhere()) {
			t.Fatalf("the order matters for %s", s)
		}
		if o := some(t); s.Equal(o) != (s.Subtract(o).IsEmpty() && o.Subtract(s).IsEmpty()) || s.Equal(o) &&
			s.Hash() != o.Hash() || s.Union(o).Hash() != o.Union(s).Hash() {
			t.Fatalf("hashes of %s and %s", s, o)
		}
	})
}

func some(t *rapid.T) traffic.Set {
	s, _ := drawSet(t)
	return s
}
