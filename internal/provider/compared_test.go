package provider_test

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every "yes" in the comparison with others names the tests that prove it, each with its package below internal, and each
// of these says beside what it asserts which claim that proves, in the words of the page. No other test says so.
func TestComparisonIsProven(t *testing.T) {
	t.Parallel()
	const guides = "../../docs/guides"
	guide, err := os.ReadFile(filepath.Join(guides, "compared.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := readComparison(string(guide))
	if len(rows) < 40 {
		t.Errorf("the table has %d rows with a yes", len(rows))
	}
	for _, p := range comparisonProblems(rows, declaredProofs(t)) {
		t.Error(p)
	}
	for _, r := range rows {
		for _, link := range r.links {
			if _, err := os.Stat(filepath.Join(guides, link)); err != nil {
				t.Errorf("%s: %v", r.claim, err)
			}
		}
	}
}

// What TestComparisonIsProven relies on: each defect is noticed.
func TestDefectsOfComparison(t *testing.T) {
	t.Parallel()
	const (
		page    = "| Diagram | **yes** | `report.TestDrawing` | no |\n"
		test    = "func TestDrawing(t *testing.T) { t.Fail() }"
		claim   = "// Proves: Diagram.\n"
		missing = "Diagram: there is no report.TestDrawing"
		silent  = "Diagram: report.TestDrawing does not say that it proves this"
		none    = "Diagram: a yes without a proof"
	)
	for _, c := range []struct{ page, test, problem string }{
		{page, claim + test, ""},
		{page, "func TestDrawing(t *testing.T) {\n\t" + claim + "\tt.Fail()\n}", ""},
		{"| Diagram | **yes** | [page](page.md) | no |\n", "", ""},
		{"| Diagram | partly | nothing | no |\n", "", ""},
		{"| Diagram | **yes** | a drawing | no |\n", "", none},
		{"| Diagram | **yes** | `TestDrawing` | no |\n", test, none},
		{page, "", missing},
		{page, strings.Replace(claim+test, "TestD", "testD", 1), missing},
		{page, "//go:build never\n\npackage p\n\n" + claim + test, missing},
		{page, test, silent},
		{page, "// Proves: Drawing.\n" + test, silent},
		{page, claim + "\nvar x int\n\n" + test, silent},
		{page, claim + strings.Replace(test, "Fail", "Skip", 1), "Diagram: report.TestDrawing is skipped"},
		{page + strings.Replace(page, "Diagram", "Text", 1), claim + test, "Text: report.TestDrawing does not say that it proves this"},
		{page, claim + "// Proves: Text.\n" + test, `report.TestDrawing says that it proves "Text", and the page does not name it`},
	} {
		dir := filepath.Join(t.TempDir(), "internal", "report")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		text, proofs := c.test, map[string]proof{}
		if !strings.Contains(text, "package ") {
			text = "package p\n\n" + text
		}
		file := filepath.Join(dir, "x_test.go")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := addProofs(proofs, file); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(comparisonProblems(readComparison(c.page), proofs), "; ")
		if !strings.HasPrefix(got, c.problem) || (got == "") != (c.problem == "") {
			t.Errorf("%s%s\n%q, want %q", c.page, c.test, got, c.problem)
		}
	}
}

// comparisonRow is a row of the page with a yes: the claim, and the tests and pages that are named for it.
type comparisonRow struct {
	claim        string
	tests, links []string
}

func readComparison(page string) []comparisonRow {
	test := regexp.MustCompile("`([a-z][a-z/]*\\.(?:Test|Fuzz)\\w+)`")
	link := regexp.MustCompile(`\]\(([\w-]+\.md)\)`)
	var out []comparisonRow
	for line := range strings.Lines(page) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || strings.TrimSpace(cells[2]) != "**yes**" {
			continue
		}
		r := comparisonRow{claim: strings.TrimSpace(cells[1])}
		for _, m := range test.FindAllStringSubmatch(cells[3], -1) {
			r.tests = append(r.tests, m[1])
		}
		for _, m := range link.FindAllStringSubmatch(cells[3], -1) {
			r.links = append(r.links, m[1])
		}
		out = append(out, r)
	}
	return out
}

// proof is a test: the claims it says it proves, and whether it is skipped whatever the machine.
type proof struct {
	claims  []string
	skipped bool
}

// declaredProofs are all tests below internal.
func declaredProofs(t *testing.T) map[string]proof {
	t.Helper()
	out := map[string]proof{}
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		return addProofs(out, path)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// declaredTests are the names of all tests below internal.
func declaredTests(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for name := range declaredProofs(t) {
		_, test, _ := strings.Cut(name, ".")
		out[test] = true
	}
	return out
}

// addProofs adds the tests of a file that a build for Linux has, as "package.Test". A claim is a line "Proves: claim." in
// the comment above a test or in its body.
func addProofs(proofs map[string]proof, path string) error {
	linux := build.Default
	linux.GOOS = "linux"
	if built, err := linux.MatchFile(filepath.Dir(path), filepath.Base(path)); err != nil || !built {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return err
	}
	_, pkg, _ := strings.Cut(filepath.ToSlash(dir), "/internal/")
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Test") && !strings.HasPrefix(f.Name.Name, "Fuzz") {
			continue
		}
		start := f.Pos()
		if f.Doc != nil {
			start = f.Doc.Pos()
		}
		p := proof{skipped: slices.ContainsFunc(f.Body.List, isSkip)}
		for _, group := range file.Comments {
			if group.Pos() < start || group.End() > f.End() {
				continue
			}
			for line := range strings.Lines(group.Text()) {
				if claim, ok := strings.CutPrefix(strings.TrimSpace(line), "Proves: "); ok {
					p.claims = append(p.claims, strings.TrimSuffix(claim, "."))
				}
			}
		}
		proofs[pkg+"."+f.Name.Name] = p
	}
	return nil
}

// isSkip reports whether a statement of a test ends it unconditionally as skipped.
func isSkip(s ast.Stmt) bool {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := e.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	return ok && strings.HasPrefix(f.Sel.Name, "Skip")
}

// comparisonProblems is what is wrong between the rows of the page and the tests.
func comparisonProblems(rows []comparisonRow, proofs map[string]proof) []string {
	var out []string
	named := map[string][]string{}
	for _, r := range rows {
		if len(r.tests) == 0 && len(r.links) == 0 {
			out = append(out, r.claim+": a yes without a proof; name a test as `package.Test`, with the package's path below internal")
		}
		for _, name := range r.tests {
			named[name] = append(named[name], r.claim)
			p, ok := proofs[name]
			switch {
			case !ok:
				out = append(out, fmt.Sprintf("%s: there is no %s", r.claim, name))
			case p.skipped:
				out = append(out, fmt.Sprintf("%s: %s is skipped", r.claim, name))
			case !slices.Contains(p.claims, r.claim):
				out = append(out, fmt.Sprintf("%s: %s does not say that it proves this; write beside what it asserts: // Proves: %s.",
					r.claim, name, r.claim))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(proofs)) {
		for _, claim := range proofs[name].claims {
			if !slices.Contains(named[name], claim) {
				out = append(out, fmt.Sprintf("%s says that it proves %q, and the page does not name it for that", name, claim))
			}
		}
	}
	return out
}
