package crashtest

import (
	"cmp"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator/crashtest"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
)

var kills = flag.Int("kills", 20, "how often programs are killed in all")

func TestMain(m *testing.M) { os.Exit(labtest.Run(m)) }

// share is how many of the kills a test gets; every test gets some. A kill of an apply takes ten times as long as one of
// the emulator, so that of hundred there are seven.
func share(percent int) int { return max(1, *kills*percent/100) }

// look reads a store, checks that it is whole, and returns the state of each object by name.
func look(t *testing.T, location string) map[string]string {
	t.Helper()
	s, err := open.Store(location)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // What was read has been judged.
	if err := crashtest.Whole(t.Context(), s); err != nil {
		t.Error(err)
	}
	if !strings.Contains(location, "://") {
		if _, err := os.Stat(location); err == nil {
			if err := crashtest.Sound(t.Context(), location); err != nil {
				t.Error(err)
			}
		}
	}
	n, err := emulator.New(s).Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			if name, state := stateOf(o); name != "" {
				if _, twice := seen[name]; twice {
					t.Errorf("there are two of %s", name)
				}
				seen[name] = state
			}
		}
	}
	return seen
}

// stateOf is what the tests tell apart of an object that a client has named.
func stateOf(o network.Object) (name, state string) {
	switch o := o.(type) {
	case *network.VPC:
		return o.Name, o.Description
	case *network.Subnet:
		return o.Name, o.Description
	case *network.SecurityGroup:
		if !o.IsDefault() {
			return o.Name, cmp.Or(o.Description, "there")
		}
	case *network.SecurityGroupRule:
		if o.Description != "" {
			return o.Description, "there"
		}
	case *network.Instance:
		return o.Name, "there"
	}
	return "", ""
}
