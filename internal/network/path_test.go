package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func TestPath(t *testing.T) {
	for _, c := range []struct {
		path       network.Path
		text, root string
	}{
		{nil, "", ""},
		{network.At("cidr"), "cidr", "cidr"},
		{network.At("ingress_rules").Index(2).Attr("source_cidr"), "ingress_rules[2].source_cidr", "ingress_rules"},
		{network.At("rules").Key("web").Attr("ports").Index(0), `rules["web"].ports[0]`, "rules"},
		{network.At("tags").Key(`a"b`), `tags["a\"b"]`, "tags"},
		{network.Path{}.Index(1), "[1]", ""},
		{network.Path(nil).Attr("port").Attr("tags"), "port.tags", "port"},
	} {
		if got := c.path.String(); got != c.text {
			t.Errorf("the path is %q; want %q", got, c.text)
		}
		if got := c.path.Root(); got != c.root {
			t.Errorf("the root of %q is %q; want %q", c.text, got, c.root)
		}
	}
}

// Two paths that go on from one must not share their last step.
func TestPathsShareNothing(t *testing.T) {
	base := append(make(network.Path, 0, 8), "entries")
	first, second := base.Index(0), base.Index(1)
	if first.String() != "entries[0]" || second.String() != "entries[1]" || base.String() != "entries" {
		t.Errorf("the paths are %q, %q and %q", first, second, base)
	}
}

func TestWalkPath(t *testing.T) {
	var got []any
	network.At("rules").Key("web").Index(3).Attr("name").Walk(
		func(name string) { got = append(got, "attribute "+name) },
		func(i int) { got = append(got, i) },
		func(key string) { got = append(got, "key "+key) },
	)
	if diff := cmp.Diff([]any{"attribute rules", "key web", 3, "attribute name"}, got); diff != "" {
		t.Errorf("the steps differ (-want +got):\n%s", diff)
	}
}
