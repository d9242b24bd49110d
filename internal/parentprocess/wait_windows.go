package parentprocess

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// Wait returns when the parent process has ended. The error says that nobody can tell, because Windows refuses to let
// this process wait for it.
func Wait() error {
	// Windows never gives a process another parent, so the number of the parent says nothing about its end.
	parent, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(os.Getppid()))
	if errors.Is(err, windows.ERROR_INVALID_PARAMETER) {
		return nil // There is no such process any more.
	}
	if err != nil {
		return fmt.Errorf("opening the parent process: %w", err)
	}
	defer windows.CloseHandle(parent) //nolint:errcheck // The process has ended.
	if _, err := windows.WaitForSingleObject(parent, windows.INFINITE); err != nil {
		return fmt.Errorf("waiting for the parent process: %w", err)
	}
	return nil
}
