// Command changelog turns the fragments in .changelog/ into a section of CHANGELOG.md.
//
// A fragment is a text file of blocks, each beginning with a line "```release-note:SORT" and ending with "```". SORT is
// breaking-change, feature, enhancement, bug or security. A change that users notice brings its fragment along, so that
// two changes never meet in one place of one file.
//
//	changelog -check            says whether every fragment can be read
//	changelog -release 1.2.3    moves them into a section of CHANGELOG.md, with today's date
//	changelog -notes 1.2.3      prints that section, for the release's page
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

func main() {
	root := flag.String("root", "..", "directory with CHANGELOG.md and .changelog")
	check := flag.Bool("check", false, "only say whether every fragment can be read")
	release := flag.String("release", "", "version to make a section for")
	notes := flag.String("notes", "", "version whose section to print")
	flag.Parse()
	if err := run(*root, *check, *release, *notes, time.Now()); err != nil {
		fmt.Fprintln(os.Stderr, "changelog:", err)
		os.Exit(1)
	}
}

func run(root string, check bool, release, notes string, now time.Time) error {
	log := filepath.Join(root, "CHANGELOG.md")
	body, err := os.ReadFile(filepath.Clean(log))
	if err != nil {
		return err
	}
	if notes != "" {
		section, err := sectionOf(string(body), notes)
		fmt.Print(section)
		return err
	}
	files, err := filepath.Glob(filepath.Join(root, ".changelog", "*.txt"))
	if err != nil {
		return err
	}
	entries, err := read(files)
	if err != nil || check {
		return err
	}
	if !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(release) {
		return fmt.Errorf("%q is not a version such as 1.2.3", release)
	}
	if len(entries) == 0 {
		return errors.New("there is nothing in .changelog to release")
	}
	section := fmt.Sprintf("## %s (%s)\n%s", release, now.Format("January 2, 2006"), render(entries))
	out := strings.Replace(string(body), marker, marker+"\n\n"+strings.TrimRight(section, "\n"), 1)
	if out == string(body) {
		return fmt.Errorf("CHANGELOG.md has no line %q", marker)
	}
	if err := os.WriteFile(log, []byte(out), 0o600); err != nil {
		return err
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// marker is the line of CHANGELOG.md below which new sections go.
const marker = "<!-- releases -->"

// sorts are the kinds of entries in the order a section has them.
var sorts = []struct{ name, heading string }{
	{"breaking-change", "BREAKING CHANGES"},
	{"security", "SECURITY"},
	{"feature", "FEATURES"},
	{"enhancement", "ENHANCEMENTS"},
	{"bug", "BUG FIXES"},
}

var block = regexp.MustCompile("(?ms)^```release-note:([a-z-]*)\n(.*?)^```$")

// read collects the entries of fragments by sort.
func read(files []string) (map[string][]string, error) {
	out := map[string][]string{}
	for _, file := range files {
		body, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return nil, err
		}
		rest := block.ReplaceAllString(string(body), "")
		if strings.TrimSpace(rest) != "" {
			return nil, fmt.Errorf("%s: %q is outside the blocks", file, strings.TrimSpace(rest))
		}
		for _, m := range block.FindAllStringSubmatch(string(body), -1) {
			known := slices.ContainsFunc(sorts, func(s struct{ name, heading string }) bool { return s.name == m[1] })
			text := strings.Join(strings.Fields(m[2]), " ")
			if !known || text == "" {
				return nil, fmt.Errorf("%s: a block of the sort %q with the text %q; there has to be a text, and a known sort", file, m[1], text)
			}
			out[m[1]] = append(out[m[1]], text)
		}
	}
	return out, nil
}

func render(entries map[string][]string) string {
	var b strings.Builder
	for _, s := range sorts {
		if len(entries[s.name]) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s:\n\n", s.heading)
		for _, text := range entries[s.name] {
			fmt.Fprintf(&b, "- %s\n", text)
		}
	}
	return b.String()
}

// sectionOf is the part of a changelog about one version.
func sectionOf(body, version string) (string, error) {
	_, after, found := strings.Cut(body, "\n## "+version+" ")
	if !found {
		return "", fmt.Errorf("CHANGELOG.md has no section for %s", version)
	}
	_, after, _ = strings.Cut(after, "\n")
	section, _, _ := strings.Cut(after, "\n## ")
	return strings.Trim(section, "\n") + "\n", nil
}
