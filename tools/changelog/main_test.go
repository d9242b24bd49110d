package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, root, name, body string) {
	t.Helper()
	file := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRelease(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "CHANGELOG.md", "# Changelog\n\n<!-- releases -->\n\n## 0.1.0 (May 1, 2026)\n\nFEATURES:\n\n- Old.\n")
	write(t, root, ".changelog/a.txt", "```release-note:bug\nA route\nis kept.\n```\n\n```release-note:feature\nNew.\n```\n")
	write(t, root, ".changelog/b.txt", "```release-note:feature\nNewer.\n```\n")
	if err := run(root, true, "", "", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := run(root, false, "0.2.0", "", time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "# Changelog\n\n<!-- releases -->\n\n## 0.2.0 (November 23, 2026)\n\nFEATURES:\n\n- New.\n- Newer.\n\n" +
		"BUG FIXES:\n\n- A route is kept.\n\n## 0.1.0 (May 1, 2026)\n\nFEATURES:\n\n- Old.\n"
	if string(body) != want {
		t.Errorf("got\n%s\nnot\n%s", body, want)
	}
	section, err := sectionOf(string(body), "0.2.0")
	if err != nil || section != "FEATURES:\n\n- New.\n- Newer.\n\nBUG FIXES:\n\n- A route is kept.\n" {
		t.Errorf("section %q, %v", section, err)
	}
	if left, _ := filepath.Glob(filepath.Join(root, ".changelog", "*.txt")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if err := run(root, false, "0.3.0", "", time.Time{}); err == nil {
		t.Error("a release without changes")
	}
}

func TestBadFragments(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"outside":      "hello\n",
		"unknown sort": "```release-note:wish\nMore.\n```\n",
		"no text":      "```release-note:bug\n\n```\n",
		"not closed":   "```release-note:bug\nText.\n",
	} {
		root := t.TempDir()
		write(t, root, "CHANGELOG.md", marker)
		write(t, root, ".changelog/x.txt", body)
		if err := run(root, true, "", "", time.Time{}); err == nil || !strings.Contains(err.Error(), "x.txt") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
