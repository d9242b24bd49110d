package provider_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every "yes" in the comparison with others names a test or benchmark, and every one named exists.
func TestComparisonIsProven(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/guides/compared.md")
	if err != nil {
		t.Fatal(err)
	}
	declared := declaredTests(t)
	proof := regexp.MustCompile("`((?:Test|Benchmark|Fuzz)\\w+)`")
	rows := 0
	for line := range strings.Lines(string(guide)) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || strings.TrimSpace(cells[2]) != "**yes**" {
			continue
		}
		rows++
		named := proof.FindAllStringSubmatch(cells[3], -1)
		if len(named) == 0 && !strings.Contains(cells[3], "](") {
			t.Errorf("a yes without a proof: %s", line)
		}
		for _, m := range named {
			if !declared[m[1]] {
				t.Errorf("%s is named as a proof, and there is no such test: %s", m[1], line)
			}
		}
	}
	if rows < 40 {
		t.Errorf("the table has %d rows with a yes", rows)
	}
}

// declaredTests are the names of all tests, benchmarks and fuzz targets in the repository.
func declaredTests(t *testing.T) map[string]bool {
	t.Helper()
	declared := map[string]bool{}
	declaration := regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz)\w+)\(`)
	err := filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		body, err := os.ReadFile(filepath.Clean(path))
		for _, m := range declaration.FindAllStringSubmatch(string(body), -1) {
			declared[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return declared
}
