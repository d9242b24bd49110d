// Command bench measures whole Terraform runs on generated networks: plan, apply and no-op plan with this provider,
// beside the same graph of Terraform's built-in terraform_data resources, which is the floor no provider can go below.
//
// It prints a table and, with -out, writes it as Markdown beside a plot in SVG. Processor time and memory of the
// provider processes are read from the kernel's process table, so the command needs Linux.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

func main() {
	terraform := flag.String("terraform", "terraform", "path of terraform or tofu")
	provider := flag.String("provider", "", "path of the provider's binary")
	sizes := flag.String("sizes", "100,1000", "numbers of resources, separated by commas")
	layouts := flag.String("layouts", "flat,modules", "layouts: flat (two large for_each), modules (of 50 resources)")
	runs := flag.Int("runs", 3, "runs of each command; the table shows medians")
	out := flag.String("out", "", "directory for the table and the plot; printed only when empty")
	flag.Parse()
	if err := run(*terraform, *provider, *sizes, *layouts, *runs, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(terraform, provider, sizes, layouts string, runs int, out string) error {
	if runtime.GOOS != "linux" {
		return fmt.Errorf("the processor time of the provider is read from /proc, which %s does not have", runtime.GOOS)
	}
	binary, err := filepath.Abs(provider)
	if err != nil {
		return err
	}
	counts, err := numbers(sizes)
	if err != nil {
		return err
	}
	b := bench{terraform: terraform, provider: binary, runs: runs}
	var results []result
	for layout := range strings.SplitSeq(layouts, ",") {
		for _, n := range counts {
			for _, kind := range []string{floor, plain, asking} {
				got, err := b.measure(shape{layout: layout, resources: n, kind: kind})
				if err != nil {
					return fmt.Errorf("%s, %d resources, %s: %w", layout, n, kind, err)
				}
				results = append(results, got...)
			}
		}
	}
	table := tableOf(results)
	fmt.Print("\n" + table)
	if out == "" {
		return nil
	}
	if err := os.WriteFile(filepath.Join(out, "benchmark.md"), []byte(table), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "benchmark.svg"), []byte(plotOf(results)), 0o600)
}

func numbers(list string) ([]int, error) {
	var out []int
	for field := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < block || n%block != 0 {
			return nil, fmt.Errorf("%q is not a multiple of %d", field, block)
		}
		out = append(out, n)
	}
	return out, nil
}
