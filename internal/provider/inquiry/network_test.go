package inquiry

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func rule(id, action string) tftypes.Value {
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	members := map[string]tftypes.Value{
		"kind": text("security_group_rule"), "id": text(id), "security_group_id": text("g"), "direction": text("ingress"),
		"action": text(action),
	}
	kinds := map[string]tftypes.Type{}
	for name, v := range members {
		kinds[name] = v.Type()
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, members)
}

// Of two objects of one id neither may stand in for the other: an allow could hide a deny. The same object twice is one.
func TestTwoObjectsOfOneID(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		second string
		twice  bool
	}{"the same object": {"deny", false}, "another object": {"allow", true}} {
		items := []tftypes.Value{rule("r", "deny"), rule("other", "deny"), rule("r", test.second)}
		list := tftypes.NewValue(tftypes.Tuple{ElementTypes: []tftypes.Type{items[0].Type(), items[1].Type(), items[2].Type()}}, items)
		scope, err := Collect(t.Context(), nil, list)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, p := range scope.Problems {
			found = found || p.Summary == "Two objects of one id" && p.Path.String() == "network[2]" &&
				strings.Contains(p.Detail, "network[0]")
		}
		if found != test.twice {
			t.Errorf("%s: %v", name, scope.Problems)
		}
	}
}
