// Command mutants shows that the proofs of the evaluator can fail: it breaks one rule of the evaluator after another, in
// a copy that only the compiler sees, and runs a comparison on random networks on each. A rule that can be broken without
// a failure is a rule that nothing proves.
//
// Every run sees the same networks, so that it says the same of the same code: a rule counts as proven if one of them shows
// that it is broken. Most do within the first hundred.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

func main() {
	var r runner
	flag.StringVar(&r.root, "root", "..", "directory of the repository")
	flag.IntVar(&r.networks, "networks", 30_000, "number of random networks to look at before a rule counts as not proven")
	flag.IntVar(&r.workers, "workers", 2, "number of broken rules tried at the same time")
	only := flag.String("only", "", "break only the rules with this text in their name")
	flag.Parse()
	if err := r.run(*only); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// mutant is a broken rule: a piece of a file of internal/reach, which occurs once, and what takes its place.
type mutant struct{ rule, file, old, broken string }

// trial is a mutant and the test that has to notice it.
type trial struct {
	mutant

	test string
}

// unbroken is the evaluator as it is, which every comparison has to find right.
const unbroken = "nothing is broken"

func trials(only string) []trial {
	const decide, matrix = "TestDecideAgrees", "TestMatrixAgrees"
	out := []trial{{mutant{rule: unbroken}, decide}, {mutant{rule: unbroken}, matrix}}
	add := func(test string, mutants []mutant) {
		for _, m := range mutants {
			if strings.Contains(m.rule, only) {
				out = append(out, trial{m, test})
			}
		}
	}
	add(decide, questionMutants)
	add(matrix, matrixMutants)
	return out
}

// runner tries mutants.
type runner struct {
	root              string
	networks, workers int
}

func (r *runner) run(only string) error {
	root, err := filepath.Abs(r.root)
	if err != nil {
		return err
	}
	r.root = root
	started, list := time.Now(), trials(only)
	waiting := make(chan trial, len(list))
	for _, t := range list {
		waiting <- t
	}
	close(waiting)
	var together sync.WaitGroup
	var mu sync.Mutex
	var failures []error
	for range r.workers {
		together.Go(func() {
			for t := range waiting {
				began := time.Now()
				word, err := r.try(t)
				mu.Lock()
				if err != nil {
					word = "WRONG"
					failures = append(failures, fmt.Errorf("%s, %s: %w", t.test, t.rule, err))
				}
				fmt.Printf("%6.1f s  %-18s  %-16s  %s\n", time.Since(began).Seconds(), word, t.test, t.rule)
				mu.Unlock()
			}
		})
	}
	together.Wait()
	fmt.Printf("%d trials took %.0f s.\n", len(list), time.Since(started).Seconds())
	return errors.Join(failures...)
}

var (
	disagrees = regexp.MustCompile(`\[rapid\] failed after (\d+) tests?`)
	panics    = regexp.MustCompile(`(?m)\[rapid\] panic after .*|^panic: .*`)
)

// try runs the comparison on a mutant and says what came of it. An error says that the comparison did not do its duty.
func (r *runner) try(t trial) (string, error) {
	dir, err := os.MkdirTemp("", "vpclab-mutants-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	overlay, err := t.overlay(r.root, dir)
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "oracle.test")
	compile := []string{"test", "-c", "-o", program, "-overlay", overlay, "-vet=off", "-ldflags=-s -w"}
	if t.rule != unbroken {
		// Most mutants are noticed on one of the first networks, so the compiler's optimizations are not worth their time.
		compile = append(compile, "-gcflags=github.com/vpclab/terraform-provider-vpclab/internal/reach=-N -l")
	}
	if out, err := r.command("go", append(compile, "./internal/reach/oracle")...); err != nil {
		return "", fmt.Errorf("the broken evaluator does not compile: %w\n%s", err, out)
	}
	out, err := r.command(program, "-test.run=^"+t.test+"$", "-test.timeout=5m", "-rapid.seed=2", "-rapid.nofailfile",
		"-rapid.shrinktime=0s", fmt.Sprintf("-rapid.checks=%d", r.networks))
	found := disagrees.FindStringSubmatch(out)
	switch {
	case err == nil && t.rule == unbroken:
		return fmt.Sprintf("right on %d", r.networks), nil
	case err == nil:
		return "", fmt.Errorf("not noticed on %d networks: nothing proves this rule", r.networks)
	case t.rule == unbroken:
		return "", fmt.Errorf("the comparison fails with no rule broken: %w\n%s", err, out)
	case panics.MatchString(out):
		return "", fmt.Errorf("the broken evaluator does not answer, so say anew how to break the rule: %s", panics.FindString(out))
	case found == nil:
		return "", fmt.Errorf("the comparison did not run: %w\n%s", err, out)
	}
	return "caught after " + found[1], nil
}

func (r *runner) command(program string, args ...string) (string, error) {
	c := exec.Command(program, args...)
	c.Dir = r.root
	out, err := c.CombinedOutput()
	return string(out), err
}

// overlay writes the broken file, and the list that has the compiler take it for the one in the repository.
func (m mutant) overlay(root, dir string) (string, error) {
	replace := map[string]string{}
	if m.rule != unbroken {
		original := filepath.Join(root, "internal", "reach", m.file)
		text, err := os.ReadFile(filepath.Clean(original))
		if err != nil {
			return "", err
		}
		if n := strings.Count(string(text), m.old); n != 1 {
			return "", fmt.Errorf("%s has %q %d times, not once: say anew how to break the rule", m.file, m.old, n)
		}
		replace[original] = filepath.Join(dir, m.file)
		broken := strings.Replace(string(text), m.old, m.broken, 1)
		if err := os.WriteFile(replace[original], []byte(broken), 0o600); err != nil {
			return "", err
		}
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, list, 0o600)
}
