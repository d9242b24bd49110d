// Command bench measures whole Terraform runs on generated networks: plan, apply and no-op plan with this provider,
// beside the same graph of Terraform's built-in terraform_data resources, which is the floor no provider can go below.
//
// With -engine it runs the repository's Go benchmarks as well. It prints tables and, with -page, writes them and a chart of
// how cost grows into a page between two marks. Processor time and memory of the provider processes are read from the
// kernel's process table, so the command needs Linux.
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
	page := flag.String("page", "", "Markdown page to write the results into; printed only when empty")
	engine := flag.String("engine", "", "directory of the repository, to run its Go benchmarks too")
	flag.Parse()
	if err := run(*terraform, *provider, *sizes, *layouts, *runs, *engine, *page); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(terraform, provider, sizes, layouts string, runs int, engine, page string) error {
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
	out := machine(terraform) + "\n" + tableOf(results)
	if len(counts) > 1 {
		out += "\n" + chartOf(results, counts)
	}
	if engine != "" {
		table, err := goBenchmarks(engine)
		if err != nil {
			return err
		}
		out += "\n" + table
	}
	fmt.Print("\n" + out)
	if page == "" {
		return nil
	}
	return insert(page, out)
}

// The marks between which a page holds the results.
const begin, end = "<!-- results of make bench -->\n", "<!-- end of results -->\n"

func insert(page, text string) error {
	body, err := os.ReadFile(filepath.Clean(page))
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(body), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return fmt.Errorf("%s has no place for results: it needs the lines %q and %q", page, begin, end)
	}
	return os.WriteFile(page, []byte(before+begin+"\n"+strings.TrimRight(text, "\n")+"\n\n"+end+after), 0o600)
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
