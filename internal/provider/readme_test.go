package provider_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

const root = "../.."

// What the README shows is what the demo's broken network says, and the guard it shows tells that network from the
// repaired one.
func TestAccReadme(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)\n```\n(Error: .*?)\n```").FindSubmatch(body)
	guard := regexp.MustCompile("(?s)\n```hcl\n(resource \"vpclab_reachability_guard\".*?)```").FindSubmatch(body)
	if shown == nil || guard == nil {
		t.Fatal("the README shows no failing plan, or no guard")
	}
	broken, repaired := demo(t, "broken"), demo(t, "repaired")
	t.Run("failing plan", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		lab.Configure(broken)
		out := labtest.Unwrap(lab.Must(1, "plan"))
		for part := range strings.SplitSeq(string(shown[1]), "\n\n") {
			if !strings.Contains(out, labtest.Unwrap(part)) {
				t.Errorf("the README shows\n%s\nwhich the plan does not say:\n%s", part, out)
			}
		}
	})
	for config, code := range map[string]int{broken: 1, repaired: 0} {
		t.Run("guard", func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.Configure(config + string(guard[1]))
			out := labtest.Unwrap(lab.Must(code, "plan"))
			if code == 1 && !strings.Contains(out, "vpclab_reachability_guard.shop") {
				t.Error("the guard did not fail the plan:\n", out)
			}
		})
	}
}

func demo(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(examples, "demo", name, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// The provider block of the documentation's first page.
func TestAccProviderExample(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.ConfigureFrom(filepath.Join(examples, "provider", "provider.tf"))
	lab.Apply()
	lab.Must(0, "plan", "-detailed-exitcode")
}

// Every configuration in the repository belongs to a test, and every resource, data source and function has an example.
func TestEveryConfigurationIsTested(t *testing.T) {
	t.Parallel()
	tested := map[string]string{
		"examples/resources/*/resource.tf":                       "TestAccExamples",
		"examples/data-sources/*/data-source.tf":                 "TestAccExamples",
		"examples/functions/*/function.tf":                       "TestAccExamples",
		"examples/scenarios/*/main.tf":                           "TestAccExamples",
		"examples/demo/repaired/main.tf":                         "TestAccExamples",
		"examples/demo/broken/main.tf":                           "TestAccDemoBroken",
		"examples/provider/provider.tf":                          "TestAccProviderExample",
		"examples/modules/reachability/main.tf":                  "TestAccModules",
		"examples/modules/from-huaweicloud/main.tf":              "TestAccFromHuaweicloud",
		"examples/modules/from-huaweicloud/tests/proven/main.tf": "TestAccFromHuaweicloud",
	}
	tests := declaredTests(t)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil || entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && name != "." {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(name) != ".tf" {
			return nil
		}
		for pattern, test := range tested {
			if match, _ := filepath.Match(pattern, filepath.ToSlash(name)); match {
				if !tests[test] {
					t.Errorf("%s: there is no %s", name, test)
				}
				return nil
			}
		}
		t.Errorf("%s belongs to no test", name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := provider.NewServer("test").GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []struct {
		names      []string
		path, file string
	}{
		{sortedKeys(schemas.ResourceSchemas), "resources", "resource.tf"},
		{sortedKeys(schemas.DataSourceSchemas), "data-sources", "data-source.tf"},
		{sortedKeys(schemas.Functions), "functions", "function.tf"},
	} {
		for _, name := range kind.names {
			if _, err := os.Stat(filepath.Join(examples, kind.path, name, kind.file)); err != nil {
				t.Errorf("%s has no example: %v", name, err)
			}
		}
	}
}
