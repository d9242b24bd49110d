package parentprocess

import (
	"fmt"
	"os"
	"strings"
)

// CommandLine returns the arguments the parent process was started with, of which the first is the program.
func CommandLine() ([]string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", os.Getppid()))
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00"), nil
}
