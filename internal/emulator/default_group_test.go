package emulator_test

import (
	"errors"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// A group of the name of the project's own is refused in a plan as in a command (SG-31), whether or not anything has been
// written to the project before.
func TestReservedGroupName(t *testing.T) {
	t.Parallel()
	reserved := func(t *testing.T, how string, err error) {
		t.Helper()
		var problems network.Problems
		if !errors.As(err, &problems) || problems[0].Class != network.Conflict || problems[0].Code != "VPC.9902" ||
			problems[0].Status != 409 || problems[0].Path.String() != "name" {
			t.Errorf("%s: %v", how, err)
		}
	}
	for _, furnished := range []bool{false, true} {
		c := newCloud(t)
		if furnished {
			create(t, c, &network.VPC{Name: "a", CIDR: "10.0.0.0/16"})
		}
		problems, err := emulator.NewDraft(c).Put(t.Context(), emulator.Plan{Object: named(network.DefaultGroupName)})
		if err != nil {
			t.Fatal(err)
		}
		reserved(t, "plan", problems.Err())
		_, err = c.Create(t.Context(), named(network.DefaultGroupName))
		reserved(t, "create", err)
		reserved(t, "dry run", c.Rehearse(t.Context(), func(c *emulator.Cloud) error {
			_, err := c.Create(t.Context(), named(network.DefaultGroupName))
			return err
		}))

		web := create(t, c, named("web"))
		renamed := *web
		renamed.Name = network.DefaultGroupName
		_, err = c.Update(t.Context(), &renamed)
		reserved(t, "rename", err)
	}
}

// The project's own group can be changed and planned as what exists, and other names are borne by as many groups as
// one likes.
func TestDefaultGroupIsAGroup(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	if err := c.OpenProject(t.Context(), network.DefaultProject); err != nil {
		t.Fatal(err)
	}
	own := network.DefaultSecurityGroup(network.DefaultProject)
	own.Description = "changed"
	if _, err := c.Update(t.Context(), own); err != nil {
		t.Error(err)
	}
	problems, err := emulator.NewDraft(c).Put(t.Context(), emulator.Plan{Object: own, ID: own.ID})
	if err != nil || problems.Err() != nil {
		t.Error(problems, err)
	}
	if a, b := create(t, c, named("web")), create(t, c, named("web")); a.ID == b.ID {
		t.Errorf("two groups with the id %s", a.ID)
	}
}

func named(name string) *network.SecurityGroup {
	g := &network.SecurityGroup{Name: name}
	g.Project = network.DefaultProject
	return g
}
