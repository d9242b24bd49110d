package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// machine says what the figures were measured on.
func machine(terraform string) string {
	version := "Terraform"
	if out, err := exec.Command(terraform, "version", "-json").Output(); err == nil {
		var said struct {
			Version string `json:"terraform_version"`
		}
		if json.Unmarshal(out, &said) == nil {
			version += " " + said.Version
		}
	}
	return fmt.Sprintf("%s, %d processors (%s), %s on %s/%s.\n",
		version, runtime.NumCPU(), field("/proc/cpuinfo", "model name"), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// field is the first value of a name in one of the kernel's lists.
func field(file, name string) string {
	body, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(body)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
