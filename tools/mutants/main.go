// Command mutants shows that the proofs of the evaluator can fail: it breaks one rule of the evaluator after another, in
// a copy that only the compiler sees, and runs the comparison with the oracle on each. A rule that can be broken without
// a failure is a rule that nothing proves.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	root := flag.String("root", "..", "directory of the repository")
	only := flag.String("only", "", "break only the rules with this text in their name")
	flag.Parse()
	survivors, err := run(*root, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if survivors > 0 {
		fmt.Fprintf(os.Stderr, "%d broken rules were not noticed.\n", survivors)
		os.Exit(1)
	}
}

func run(root, only string) (survivors int, err error) {
	root, err = filepath.Abs(root)
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "vpclab-mutants-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	for _, m := range mutants {
		if !strings.Contains(m.rule, only) {
			continue
		}
		started := time.Now()
		caught, err := m.caught(root, dir)
		if err != nil {
			return survivors, fmt.Errorf("%s: %w", m.rule, err)
		}
		word := "caught  "
		if !caught {
			word = "SURVIVED"
			survivors++
		}
		fmt.Printf("%s %5.1f s  %s\n", word, time.Since(started).Seconds(), m.rule)
	}
	return survivors, nil
}

// mutant is a broken rule: a piece of a file of internal/reach, which occurs once, and what takes its place.
type mutant struct{ rule, file, old, broken string }

// caught runs the comparison on the broken evaluator.
func (m mutant) caught(root, dir string) (bool, error) {
	original := filepath.Join(root, "internal", "reach", m.file)
	text, err := os.ReadFile(filepath.Clean(original))
	if err != nil {
		return false, err
	}
	if n := strings.Count(string(text), m.old); n != 1 {
		return false, fmt.Errorf("%s has %q %d times, not once: say anew how to break the rule", m.file, m.old, n)
	}
	changed, overlay := filepath.Join(dir, m.file), filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(changed, []byte(strings.Replace(string(text), m.old, m.broken, 1)), 0o600); err != nil {
		return false, err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {original: changed}})
	if err == nil {
		err = os.WriteFile(overlay, list, 0o600)
	}
	if err != nil {
		return false, err
	}
	c := exec.Command("go", "test", "-overlay", overlay, "-vet=off", "-count=1", "-failfast", "-parallel=1", "-run", "^TestDecideAgrees$",
		"./internal/reach/oracle", "-rapid.nofailfile", "-rapid.shrinktime=0s")
	c.Dir = root
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	switch err := c.Run(); {
	case err == nil:
		return false, nil
	case !strings.Contains(out.String(), "oracle:"):
		return false, fmt.Errorf("the test did not run: %w\n%s", err, out.String())
	}
	return true, nil
}
