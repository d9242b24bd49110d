package reach_test

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The keys of RULES.md: of its rules and of its cases. The topics are listed, so that nothing else passes for a key, and
// the number of digits is left open, so that a mistyped key does.
var (
	ruleKey = regexp.MustCompile(`\b(?:SG|ACL|AG|NET|RT|PEER|INET|Q|ERR|API)-\d+\b`)
	caseKey = regexp.MustCompile(`\bG\d+\b`)

	ruleForm = regexp.MustCompile(`^[A-Z]+-\d{2}$`)
	caseForm = regexp.MustCompile(`^G\d{2}$`)
	dateForm = regexp.MustCompile(`^\d{4}(-\d{2}){0,2}$`)
)

// readRules reads the tables of RULES.md: the lines on which keys are defined, and what is wrong with them.
func readRules(text string) (defined map[string]int, problems []string) {
	defined = map[string]int{}
	var sources []string
	heading := ""
	for i, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "|") {
			heading = ""
		}
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		key := cells[0]
		if heading == "" {
			heading = key
			continue
		}
		switch {
		case heading == "Handle":
			sources = append(sources, key)
			continue
		case heading != "Key":
			continue
		case !ruleForm.MatchString(key) && !caseForm.MatchString(key), ruleForm.MatchString(key) && ruleKey.FindString(key) != key:
			problems = append(problems, key+" is no key; write the topic, a hyphen and two digits, or G and two digits")
		case defined[key] > 0:
			problems = append(problems, key+" is defined twice")
		case caseForm.MatchString(key) && (len(cells) != 4 || slices.Contains(cells, "")):
			problems = append(problems, key+" does not have its network, its question and its rules")
		case ruleForm.MatchString(key):
			problems = append(problems, checkRule(key, cells, sources)...)
		}
		defined[key] = i + 1
	}
	return defined, problems
}

func checkRule(key string, cells, sources []string) (problems []string) {
	if len(cells) != 5 || cells[1] == "" {
		return []string{key + " does not have the columns of a rule"}
	}
	for source := range strings.SplitSeq(cells[2], ";") {
		handle, _, _ := strings.Cut(strings.TrimSpace(source), " ")
		if !slices.Contains(sources, handle) {
			problems = append(problems, key+" has the source \""+handle+"\", which is not in the list of sources")
		}
	}
	if !dateForm.MatchString(cells[3]) {
		problems = append(problems, key+" has no date; its date column is \""+cells[3]+"\"")
	}
	if !slices.Contains([]string{"documented", "inferred", "disagree"}, cells[4]) {
		problems = append(problems, key+" has the confidence \""+cells[4]+"\"")
	}
	return problems
}

// Every rule and case that anything below internal refers to is in RULES.md, once and with its source; every case there
// has a test.
func TestRulesAreWhole(t *testing.T) {
	text, err := os.ReadFile("RULES.md")
	if err != nil {
		t.Fatal(err)
	}
	defined, problems := readRules(string(text))
	for _, p := range problems {
		t.Error(p)
	}
	tested := map[string]bool{}
	err = fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".go" && path.Ext(name) != ".md" || name == "reach/rules_test.go" {
			return err
		}
		text, err := os.ReadFile(path.Join("..", name))
		keys := slices.Concat(ruleKey.FindAllString(string(text), -1), caseKey.FindAllString(string(text), -1))
		slices.Sort(keys)
		for _, key := range slices.Compact(keys) {
			if defined[key] == 0 {
				t.Errorf("%s refers to %s, which RULES.md does not define", name, key)
			}
			tested[key] = tested[key] || strings.HasSuffix(name, "_test.go")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range slices.Sorted(maps.Keys(defined)) {
		if caseForm.MatchString(key) && !tested[key] {
			t.Errorf("%s is described in RULES.md, and no test is about it", key)
		}
	}
}

// What TestRulesAreWhole relies on: each defect of a table is noticed.
func TestDefectsOfRules(t *testing.T) {
	const head = "| Handle | Address |\n|---|---|\n| UG | somewhere |\n\n" +
		"| Key | Rule | Source | Date | Confidence |\n|---|---|---|---|---|\n"
	for _, c := range []struct{ rows, problem string }{
		{"| SG-01 | A rule. | UG page; UG other page | 2026-01-02 | documented |", ""},
		{"| G01 | A network. | A question. | SG-01 |", ""},
		{"| SG-01 | A rule. | UG | 2026 | inferred |\n| SG-01 | Another. | UG | 2026-01 | disagree |", "SG-01 is defined twice"},
		{"| SG-1 | A rule. | UG | 2026 | documented |", "SG-1 is no key"},
		{"| ZZ-01 | A rule. | UG | 2026 | documented |", "ZZ-01 is no key"},
		{"| SG-01 | A rule. |  | 2026 | documented |", "SG-01 has the source \"\""},
		{"| SG-01 | A rule. | UG; hearsay | 2026 | documented |", "SG-01 has the source \"hearsay\""},
		{"| SG-01 | A rule. | UG |  | documented |", "SG-01 has no date"},
		{"| SG-01 | A rule. | UG | lately | documented |", "SG-01 has no date"},
		{"| SG-01 | A rule. | UG | 2026 | certain |", "SG-01 has the confidence \"certain\""},
		{"| SG-01 | A rule. | UG | 2026 |", "SG-01 does not have the columns"},
		{"| G01 | A network. |  | SG-01 |", "G01 does not have its network"},
	} {
		_, problems := readRules(head + c.rows)
		if got := strings.Join(problems, "; "); !strings.HasPrefix(got, c.problem) || (got == "") != (c.problem == "") {
			t.Errorf("%s: %q, want %q", c.rows, got, c.problem)
		}
	}
}
