package parentprocess

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// CommandLine returns the arguments the parent process was started with, of which the first is the program.
func CommandLine() ([]string, error) {
	raw, err := unix.SysctlRaw("kern.procargs2", os.Getppid())
	if err != nil {
		return nil, fmt.Errorf("reading kern.procargs2: %w", err)
	}
	return parseProcessArguments(raw)
}

// parseProcessArguments reads what kern.procargs2 holds: the number of arguments in four bytes, the path of the program
// with one or more NULs after it, and then the arguments and the environment, each with a NUL.
func parseProcessArguments(raw []byte) ([]string, error) {
	if len(raw) < 4 {
		return nil, errors.New("kern.procargs2 is too short")
	}
	count := binary.NativeEndian.Uint32(raw)
	_, rest, _ := bytes.Cut(raw[4:], []byte{0})
	rest = bytes.TrimLeft(rest, "\x00")
	var arguments []string
	for range count {
		argument, after, found := bytes.Cut(rest, []byte{0})
		if !found {
			return nil, errors.New("kern.procargs2 ends within the arguments")
		}
		arguments = append(arguments, string(argument))
		rest = after
	}
	return arguments, nil
}
