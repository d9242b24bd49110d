package crashtest

import (
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
)

// look reads a store, checks that it is whole, and returns the state of each object by name.
func (l *ledger) look(t *testing.T) map[string]string {
	t.Helper()
	ctx := t.Context()
	s, err := open.Store(l.location)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // What was read has been judged.
	if err := Whole(ctx, s); err != nil {
		t.Error(err)
	}
	if !strings.Contains(l.location, "://") {
		if err := Sound(ctx, l.location); err != nil {
			t.Error(err)
		}
	}
	n, err := emulator.New(s).Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			switch o := o.(type) {
			case *network.VPC, *network.Subnet, *network.NetworkACL:
				seen[o.Title()] = stateOf(o)
			case *network.SecurityGroup:
				if !o.IsDefault() {
					seen[o.Name] = stateOf(o)
				}
			case *network.SecurityGroupRule:
				group, ok := n.Object(o.SecurityGroupID).(*network.SecurityGroup)
				if !ok || !o.Set {
					continue
				}
				// The rules of a set change together, or not at all.
				name := strings.Replace(group.Name, "group", "rules", 1)
				if before, again := seen[name]; again && before != o.Description {
					t.Errorf("%s mixes %s and %s", name, before, o.Description)
				}
				seen[name] = o.Description
			}
		}
	}
	return seen
}
