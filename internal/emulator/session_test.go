package emulator_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/storetest"
)

// gone is the id of a process that is no more.
func gone(t *testing.T) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

// What a run that was killed has left is handed to the one that is about to create just that, and to nobody else.
func TestOrphans(t *testing.T) {
	t.Parallel()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	self, dead := os.Getpid(), gone(t)
	named := func(process, parent int, host string) string {
		return fmt.Sprintf("%d %d nonce %s", process, parent, host)
	}
	vpc := func() *network.VPC { return &network.VPC{Name: "a", CIDR: "10.0.0.0/16"} }
	edited := vpc()
	edited.CIDR, edited.Description = "10.0.0.0/17", "edited"
	foreign := vpc()
	foreign.Project = "q"
	later := []emulator.Option{emulator.WithClock(func() time.Time { return time.Now().Add(time.Hour) })}
	for name, c := range map[string]struct {
		left    string
		create  *network.VPC
		clock   []emulator.Option
		read    bool
		adopted bool
	}{
		"killed":                  {left: named(dead, self, host), create: vpc(), adopted: true},
		"killed with its parent":  {left: named(dead, dead, host), create: vpc(), adopted: true},
		"only its parent killed":  {left: named(self, dead, host), create: vpc(), adopted: true},
		"running":                 {left: named(self, self, host), create: vpc()},
		"settled":                 {create: vpc()},
		"no name of a session":    {left: "killed", create: vpc()},
		"elsewhere, just now":     {left: named(dead, dead, "elsewhere"), create: vpc()},
		"elsewhere, long ago":     {left: named(dead, dead, "elsewhere"), create: vpc(), clock: later, adopted: true},
		"on record":               {left: named(dead, dead, host), create: vpc(), read: true},
		"says something else":     {left: named(dead, dead, host), create: edited, adopted: true},
		"not of this project":     {left: named(dead, dead, host), create: foreign},
		"has another natural key": {left: named(dead, dead, host), create: &network.VPC{Name: "b", CIDR: "10.0.0.0/16"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sqlite.Open(filepath.Join(t.TempDir(), "lab.db"))
			t.Cleanup(func() { _ = s.Close() })
			before := emulator.New(storetest.Repeating(s), emulator.InSession(emulator.NewSession()))
			left := create(t, before, vpc())
			claim(t, s, c.left, left.ID)

			session := emulator.NewSession()
			cloud := emulator.New(storetest.Repeating(s), append(c.clock, emulator.InSession(session))...)
			if c.read {
				if _, err := emulator.Get[*network.VPC](t.Context(), cloud, left.ID); err != nil {
					t.Fatal(err)
				}
			}
			planned := c.create
			if planned.Project == "" {
				planned.Project = network.DefaultProject
			}
			problems, err := emulator.NewDraft(cloud).Put(t.Context(), emulator.Plan{Object: planned, Key: []string{"name"}})
			if err != nil || problems != nil || (planned.ID == left.ID) != c.adopted {
				t.Fatalf("planned as %s, left was %s: %v %v", planned.ID, left.ID, problems, err)
			}
			made, err := cloud.Create(t.Context(), planned)
			switch other := planned.Name != "a" || planned.Project != network.DefaultProject; {
			case c.adopted != (err == nil && made.Base().ID == left.ID), other && err != nil:
				t.Fatalf("%v, %v", made, err)
			case !c.adopted && !other && !emulator.HasClass(err, network.Invalid):
				t.Fatalf("the error is %v", err)
			}
			if v, ok := made.(*network.VPC); c.adopted && (!ok || v.CIDR != planned.CIDR || v.Description != planned.Description) {
				t.Errorf("it became %v", made)
			}
			// Once this run is settled, nobody gets the object any more.
			if err := session.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := sessionOf(t, s, left.ID); (got == "") != (c.adopted || c.read || c.left == "") {
				t.Errorf("the object carries %q", got)
			}
			if _, err := cloud.Create(t.Context(), c.create); err == nil {
				t.Error("two runs have created one object")
			}
		})
	}
}

// Clients that keep no record, such as those of the REST API, are told what is there already.
func TestNoOrphansWithoutSession(t *testing.T) {
	t.Parallel()
	s := sqlite.Open(filepath.Join(t.TempDir(), "lab.db"))
	t.Cleanup(func() { _ = s.Close() })
	host, _ := os.Hostname()
	left := create(t, emulator.New(s), &network.VPC{Name: "a", CIDR: "10.0.0.0/16"})
	claim(t, s, fmt.Sprintf("%d 1 nonce %s", gone(t), host), left.ID)
	_, err := emulator.New(s).Create(t.Context(), &network.VPC{Name: "a", CIDR: "10.0.0.0/16"})
	if !emulator.HasClass(err, network.Invalid) {
		t.Error(err)
	}
}

func claim(t *testing.T, s store.Store, session, id string) {
	t.Helper()
	ctx := t.Context()
	if err := s.Update(ctx, func(w store.Writer) error { return w.Claim(ctx, session, id) }); err != nil {
		t.Fatal(err)
	}
}

func sessionOf(t *testing.T, s store.Store, id string) string {
	t.Helper()
	var d store.Document
	err := s.View(t.Context(), func(r store.Reader) (err error) {
		d, err = r.Get(t.Context(), id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.Session
}
