package provider_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-cty/cty"
	ctyjson "github.com/hashicorp/go-cty/cty/json"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
)

const examples = "../../examples"

// exampleFiles lists every example that is a whole configuration.
func exampleFiles(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, pattern := range []string{
		"scenarios/*/main.tf", "resources/*/resource.tf", "data-sources/*/data-source.tf", "functions/*/function.tf",
	} {
		found, err := filepath.Glob(filepath.Join(examples, pattern))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, found...)
	}
	if len(out) < 18 {
		t.Fatalf("found %d examples only: %v", len(out), out)
	}
	return append(out, filepath.Join(examples, "demo", "repaired", "main.tf"))
}

// Every example: all of its plan is known, the ids planned are the ids applied, a second plan is empty, importing all
// of it and planning again changes nothing, and destroying it leaves nothing behind.
//
// Proves: Diagram.
// Proves: Usable as Terraform resource/data source.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	for _, file := range exampleFiles(t) {
		name, err := filepath.Rel(examples, filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.ConfigureFrom(file)
			planned := map[string]string{}
			for _, c := range lab.Plan() {
				requireKnown(t, c)
				if isObject(c.Address) {
					planned[c.Address] = attribute(t, c, "id")
				}
			}
			if lab.StoreExists() {
				t.Error("planning created a store")
			}
			lab.Apply("saved")
			ids := lab.IDs()
			maps.DeleteFunc(ids, func(address, _ string) bool { return !isObject(address) })
			if fmt.Sprint(ids) != fmt.Sprint(planned) {
				t.Errorf("planned ids %v, applied ids %v", planned, ids)
			}
			importAll(t, lab, ids)
			requireDiagram(t, lab, filepath.Join(filepath.Dir(file), "diagram.mmd"))
			lab.Must(0, "destroy", "-auto-approve")
			requireEmpty(t, lab)
		})
	}
}

// requireDiagram compares a drawing of what was applied with the one beside the example, if it has one.
func requireDiagram(t *testing.T, lab *labtest.Lab, golden string) {
	t.Helper()
	want, err := os.ReadFile(filepath.Clean(golden))
	if err != nil {
		return
	}
	n, err := lab.Cloud().Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := report.Map(n, reach.Answer{}).Mermaid()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the drawing changed (-want +got); run with -update if it should:\n%s", diff)
	}
}

// isObject reports whether a resource is an object of the cloud. A guard is none: it has no id, and nothing to import.
func isObject(address string) bool { return !strings.Contains(address, "vpclab_reachability_guard") }

// requireKnown fails for every planned value that is unknown.
func requireKnown(t *testing.T, c labtest.Change) {
	t.Helper()
	typ, err := ctyjson.ImpliedType(c.Change.AfterUnknown)
	if err != nil {
		t.Fatal(err)
	}
	value, err := ctyjson.Unmarshal(c.Change.AfterUnknown, typ)
	if err != nil {
		t.Fatal(err)
	}
	err = cty.Walk(value, func(path cty.Path, v cty.Value) (bool, error) {
		if v.Type() == cty.Bool && v.True() {
			t.Errorf("%s: %#v is not known at plan", c.Address, path)
		}
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func attribute(t *testing.T, c labtest.Change, name string) string {
	t.Helper()
	typ, err := ctyjson.ImpliedType(c.Change.After)
	if err != nil {
		t.Fatal(err)
	}
	value, err := ctyjson.Unmarshal(c.Change.After, typ)
	if err != nil {
		t.Fatal(err)
	}
	return value.GetAttr(name).AsString()
}

// importAll forgets the state and imports every object again.
func importAll(t *testing.T, lab *labtest.Lab, ids map[string]string) {
	t.Helper()
	lab.Remove("terraform.tfstate")
	var blocks strings.Builder
	for address, id := range ids {
		fmt.Fprintf(&blocks, "import {\n  to = %s\n  id = %q\n}\n", address, id)
	}
	lab.Write("imports.tf", blocks.String())
	for _, c := range lab.Plan() {
		if isObject(c.Address) && !slices.Equal(c.Change.Actions, []string{"no-op"}) {
			t.Errorf("after import, %s: %v", c.Address, c.Change.Actions)
		}
	}
	lab.Apply("saved")
	lab.Remove("imports.tf")
	got := lab.IDs()
	maps.DeleteFunc(got, func(address, _ string) bool { return !isObject(address) })
	if fmt.Sprint(got) != fmt.Sprint(ids) {
		t.Errorf("imported %v instead of %v", got, ids)
	}
}

// requireEmpty fails unless the store holds nothing but the project's default group.
func requireEmpty(t *testing.T, lab *labtest.Lab) {
	t.Helper()
	n, err := lab.Cloud().Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			group, isGroup := o.(*network.SecurityGroup)
			rule, isRule := o.(*network.SecurityGroupRule)
			if isGroup && group.IsDefault() || isRule && rule.Default {
				continue
			}
			t.Errorf("left behind: %s %s", o.Kind(), o.Title())
		}
	}
}

// The demo's broken network fails its plan, names both layers, and writes nothing.
func TestAccDemoBroken(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.ConfigureFrom(filepath.Join(examples, "demo", "broken", "main.tf"))
	out := labtest.Unwrap(lab.Must(1, "plan"))
	for _, want := range []string{
		"Network ACL overrides security group", "acl_explicit_deny", "acl_sg_conflict", "no-office", "insert before rule 1",
		"Checked: with this the traffic gets through", "VPCLAB_ON_FAILURE=warning",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing from:\n%s", want, out)
		}
	}
	if _, err := os.Stat(filepath.Join(examples, "demo", ".vpclab")); err == nil || lab.StoreExists() {
		t.Error("a failing plan created a store")
	}
}
