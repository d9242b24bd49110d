package emulator_test

import (
	"path/filepath"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

// walk plans a VPC with two subnets in a draft and returns how many problems there are.
func walk(t *testing.T, d *emulator.Draft, blocks ...string) int {
	t.Helper()
	problems := 0
	put := func(o network.Object, key ...string) {
		list, err := d.Put(t.Context(), emulator.Plan{Object: o, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		problems += len(list)
	}
	v := &network.VPC{Name: "v", CIDR: "10.0.0.0/16"}
	put(v, "name")
	for i, block := range blocks {
		put(&network.Subnet{VPCID: v.ID, Name: string(rune('a' + i)), CIDR: block}, "vpc_id", "cidr")
	}
	return problems
}

// A draft that sees several walks takes what comes again for the same object, and what does not come any more for gone:
// it is no sibling that a new subnet could overlap. Without the option the same calls are two resources for one object.
func TestDraftOfSeveralWalks(t *testing.T) {
	t.Parallel()
	cloud := emulator.New(sqlite.Open(filepath.Join(t.TempDir(), "lab.db")))
	d := emulator.NewDraft(cloud, emulator.WalkingAgain(func() bool { return true }))
	for i, blocks := range [][]string{
		{"10.0.1.0/24", "10.0.2.0/24"}, {"10.0.1.0/24", "10.0.2.0/24"}, {"10.0.0.0/22"}, {"10.0.3.0/24"},
	} {
		if n := walk(t, d, blocks...); n != 0 {
			t.Errorf("walk %d has %d problems", i+1, n)
		}
	}
	if n := walk(t, d, "10.0.3.0/24", "10.0.3.0/25"); n == 0 {
		t.Error("subnets that overlap in one walk are not seen")
	}
	once := emulator.NewDraft(cloud)
	if walk(t, once) != 0 || walk(t, once) == 0 {
		t.Error("two resources for one object are not seen")
	}
}
