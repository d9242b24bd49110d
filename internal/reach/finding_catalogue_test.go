package reach_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// Every code that is declared is described once in the catalogue, has a scenario that fires it, and a page.
func TestCatalogueIsWhole(t *testing.T) {
	declared := declaredCodes(t)
	described := map[string]int{}
	for _, e := range reach.Catalogue() {
		described[e.Code]++
		if !slices.Contains(declared, e.Code) {
			t.Errorf("%s is in the catalogue, and no such code is declared", e.Code)
		}
		if e.Title == "" || e.Topic == "" || !strings.HasSuffix(e.Meaning, ".") {
			t.Errorf("%s has no title, topic or meaning: %+v", e.Code, e)
		}
	}
	for _, code := range declared {
		if described[code] != 1 {
			t.Errorf("%s is described %d times in the catalogue, want once", code, described[code])
		}
	}
	for _, code := range reach.Codes() {
		if _, ok := scenarios[code]; !ok {
			t.Errorf("%s has no scenario", code)
		}
		if _, err := os.Stat(filepath.Join(guides, code+".md.tmpl")); err != nil {
			t.Errorf("%s has no page: %v", code, err)
		}
	}
}

// declaredCodes are the values of the constants of finding_code.go that are codes.
func declaredCodes(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "finding_code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, name := range spec.Names {
			value, ok := spec.Values[i].(*ast.BasicLit)
			if !ok || !strings.HasPrefix(name.Name, "Code") {
				continue
			}
			code, err := strconv.Unquote(value.Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, code)
		}
		return true
	})
	if len(out) < 80 {
		t.Fatalf("%d codes are declared", len(out))
	}
	return out
}
