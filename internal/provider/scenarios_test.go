package provider_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

var update = flag.Bool("update", false, "write the expected reports of the scenarios anew")

// scenarios lists the directories of examples/scenarios that hold a file with a name.
func scenarios(t *testing.T, file string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(examples, "scenarios", "*", file))
	if err != nil || len(found) < 10 {
		t.Fatalf("%d scenarios have a %s: %v", len(found), file, err)
	}
	for i := range found {
		found[i] = filepath.Dir(found[i])
	}
	return found
}

// The tests beside each scenario pass: the network works, and its broken variant does not, for the cause it says.
func TestAccScenarioTests(t *testing.T) {
	t.Parallel()
	for _, dir := range scenarios(t, "scenario.tftest.hcl") {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.ConfigureFrom(filepath.Join(dir, "main.tf"))
			body, err := os.ReadFile(filepath.Join(dir, "scenario.tftest.hcl"))
			if err != nil {
				t.Fatal(err)
			}
			lab.Write("scenario.tftest.hcl", string(body))
			out := lab.Must(0, "test")
			if runs := strings.Count(string(body), "\nrun \""); runs < 2 || strings.Count(out, "... pass") < runs+1 {
				t.Errorf("%d runs, and not all passed:\n%s", runs, out)
			}
			requireEmpty(t, lab)
		})
	}
}

// Each broken scenario fails its plan, or warns where the cloud lets the traffic through all the same, and explains
// itself word for word as written down beside it.
//
// Proves: Analysis before any resource exists (from plan).
// Proves: `terraform plan` itself fails.
func TestAccScenariosBroken(t *testing.T) {
	t.Parallel()
	warns := []string{"high-risk-port"}
	for _, dir := range scenarios(t, "broken.txt") {
		name := filepath.Base(dir)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.ConfigureFrom(filepath.Join(dir, "main.tf"))
			code := 1
			if slices.Contains(warns, name) {
				code = 0
			}
			got := told(t, lab.Must(code, "plan", "-var", "broken=true", "-json"))
			if lab.StoreExists() {
				t.Error("planning created a store")
			}
			golden := filepath.Join(dir, "broken.txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the report changed (-want +got); run with -update if it should:\n%s", diff)
			}
		})
	}
}

// told is what a person reads: the diagnostics of a plan in an order that does not change.
func told(t *testing.T, out string) string {
	t.Helper()
	var texts []string
	for line := range strings.Lines(out) {
		var message struct {
			Diagnostic *struct{ Severity, Summary, Address, Detail string } `json:"diagnostic"`
		}
		if !strings.HasPrefix(line, "{") {
			continue
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		d := message.Diagnostic
		if d == nil || strings.Contains(d.Summary, "development overrides") {
			continue
		}
		text := strings.ToUpper(d.Severity[:1]) + d.Severity[1:] + ": " + d.Summary
		if d.Address != "" {
			text += "\n  with " + d.Address
		}
		texts = append(texts, text+"\n\n"+strings.TrimSpace(d.Detail)+"\n")
	}
	if len(texts) == 0 {
		t.Fatalf("the plan says nothing:\n%s", out)
	}
	slices.Sort(texts)
	return strings.Join(texts, "\n")
}
