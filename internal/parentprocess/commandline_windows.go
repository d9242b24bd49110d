package parentprocess

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// CommandLine returns the arguments the parent process was started with, of which the first is the program.
func CommandLine() ([]string, error) {
	parent, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(os.Getppid()))
	if err != nil {
		return nil, fmt.Errorf("opening the parent process: %w", err)
	}
	defer windows.CloseHandle(parent) //nolint:errcheck // It was only read.

	// The answer is a string's header, and behind it the string, whose length is a number of 16 bits.
	var answer struct {
		header windows.NTUnicodeString
		text   [1 << 15]uint16
	}
	err = windows.NtQueryInformationProcess(parent, windows.ProcessCommandLineInformation,
		unsafe.Pointer(&answer), uint32(unsafe.Sizeof(answer)), nil)
	if err != nil {
		return nil, fmt.Errorf("reading the command line of the parent process: %w", err)
	}
	return windows.DecomposeCommandLine(answer.header.String())
}
