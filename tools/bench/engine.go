package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

// goBenchmarks runs the benchmarks whose figures are published and makes a table of them.
func goBenchmarks(root string) (string, error) {
	var b strings.Builder
	b.WriteString("| benchmark | time | memory allocated | further |\n|---|---:|---:|---|\n")
	for _, suite := range []struct{ pkg, pattern, time string }{
		{"./internal/reach", "Compile|Question|Matrix|RuleChange|Audit|Shadows", "1s"},
		{"./internal/provider", "Calls|Question", "1s"},
		{"./internal/cloudapi", "Reads|Writes", "2s"},
		{"./internal/store/sqlite", "Benchmark", "1s"},
	} {
		fmt.Fprintln(os.Stderr, suite.pkg, "...")
		cmd := exec.Command("go", "test", "-run", "^$", "-bench", suite.pattern, "-benchmem", "-benchtime", suite.time,
			"-timeout", "30m", suite.pkg)
		cmd.Dir, cmd.Env = root, append(os.Environ(), "GOGC=400")
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil {
			return "", fmt.Errorf("%s: %w:\n%s", suite.pkg, err, out.String())
		}
		for line := range strings.Lines(out.String()) {
			b.WriteString(row(strings.TrimPrefix(suite.pkg, "./internal/"), line))
		}
	}
	return b.String(), nil
}

// row is a benchmark's line as a row of the table; "" for other lines.
func row(room, line string) string {
	fields := strings.Fields(line)
	if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
		return ""
	}
	name := strings.TrimPrefix(fields[0], "Benchmark")
	if i := strings.LastIndex(name, "-"); i > 0 && runtime.GOMAXPROCS(0) > 1 {
		name = name[:i]
	}
	var time, memory string
	var further []string
	for i := 2; i+1 < len(fields); i += 2 {
		value, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return ""
		}
		switch unit := fields[i+1]; unit {
		case "ns/op":
			time = scaled(value, 1000, "ns", "µs", "ms", "s")
		case "B/op":
			memory = scaled(value, 1024, "B", "KiB", "MiB", "GiB")
		case "allocs/op":
		default:
			further = append(further, fields[i]+" "+strings.ReplaceAll(unit, "-", " "))
		}
	}
	return fmt.Sprintf("| %s: %s | %s | %s | %s |\n", room, name, time, memory, strings.Join(further, ", "))
}

// scaled writes a figure in the unit that suits it.
func scaled(v, step float64, units ...string) string {
	for v >= step && len(units) > 1 {
		v, units = v/step, units[1:]
	}
	return strconv.FormatFloat(v, 'g', 3, 64) + " " + units[0]
}
