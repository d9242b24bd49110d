//go:build !linux && !darwin && !windows

package parentprocess

import "errors"

// CommandLine returns the arguments the parent process was started with, of which the first is the program. On this
// system it always fails.
func CommandLine() ([]string, error) { return nil, errors.ErrUnsupported }
