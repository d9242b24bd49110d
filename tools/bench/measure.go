package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// bench runs Terraform with the provider that is measured.
type bench struct {
	terraform, provider string
	runs                int
}

// result is the median of the runs of one command on one configuration.
type result struct {
	shape
	phase string
	usage
}

// usage is what a run cost. Memory is of the largest provider process.
type usage struct {
	wall, cpu, inProvider time.Duration
	memory                int64
}

// The commands that are measured, in this order.
const (
	firstPlan = "first plan"
	apply     = "apply"
	noOpPlan  = "no-op plan"
)

func (b bench) measure(s shape) ([]result, error) {
	costs := map[string][]usage{}
	for range b.runs {
		if err := b.once(s, costs); err != nil {
			return nil, err
		}
	}
	var out []result
	for _, phase := range []string{firstPlan, apply, noOpPlan} {
		r := result{shape: s, phase: phase, usage: median(costs[phase])}
		fmt.Fprintf(os.Stderr, "%-8s %5d %-18s %-10s %6.2f s processor, %6.2f s provider, %4d MiB\n",
			s.layout, s.resources, s.kind, phase, r.cpu.Seconds(), r.inProvider.Seconds(), r.memory>>20)
		out = append(out, r)
	}
	return out, nil
}

// once plans, applies and plans again in an empty directory.
func (b bench) once(s shape, costs map[string][]usage) error {
	dir, err := os.MkdirTemp("", "vpclab-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := s.write(dir); err != nil {
		return err
	}
	rc := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n    %q = %q\n  }\n  direct {}\n}\n",
		"registry.terraform.io/vpclab/vpclab", filepath.Dir(b.provider),
		"registry.opentofu.org/vpclab/vpclab", filepath.Dir(b.provider))
	if err := os.WriteFile(filepath.Join(dir, "cli.tfrc"), []byte(rc), 0o600); err != nil {
		return err
	}
	// Modules and the built-in provider need it; a provider under dev_overrides makes it fail after they are there.
	_, _ = b.command(dir, "init", "-input=false")
	for _, step := range []struct {
		phase string
		args  []string
	}{
		{firstPlan, []string{"plan", "-input=false"}},
		{apply, []string{"apply", "-input=false", "-auto-approve"}},
		{noOpPlan, []string{"plan", "-input=false", "-detailed-exitcode"}},
	} {
		cost, err := b.command(dir, step.args...)
		if err != nil {
			return fmt.Errorf("%s: %w", step.phase, err)
		}
		costs[step.phase] = append(costs[step.phase], cost)
	}
	return nil
}

func (b bench) command(dir string, args ...string) (usage, error) {
	cmd := exec.Command(b.terraform, append(args, "-no-color")...)
	cmd.Dir = dir
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "VPCLAB_")
	}), "TF_CLI_CONFIG_FILE="+filepath.Join(dir, "cli.tfrc"), "CHECKPOINT_DISABLE=1")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	watch := watchProcesses(b.provider)
	started := time.Now()
	err := cmd.Run()
	wall := time.Since(started)
	seen := watch.stop()
	if err != nil {
		return usage{}, fmt.Errorf("%w:\n%s", err, out.String())
	}
	cost := usage{wall: wall, inProvider: seen.cpu, memory: seen.memory}
	// The figures of the child include those of the provider processes it has waited for.
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		cost.cpu = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	return cost, nil
}

func median(list []usage) usage {
	pick := func(less func(a, b usage) int) usage {
		slices.SortFunc(list, less)
		return list[len(list)/2]
	}
	return usage{
		wall:       pick(func(a, b usage) int { return int(a.wall - b.wall) }).wall,
		cpu:        pick(func(a, b usage) int { return int(a.cpu - b.cpu) }).cpu,
		inProvider: pick(func(a, b usage) int { return int(a.inProvider - b.inProvider) }).inProvider,
		memory:     pick(func(a, b usage) int { return int(a.memory - b.memory) }).memory,
	}
}
