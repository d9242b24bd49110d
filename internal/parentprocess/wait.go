//go:build !windows

package parentprocess

import (
	"os"
	"time"
)

// pollInterval is how often Wait looks whether the parent process is still there.
const pollInterval = time.Second

// Wait returns soon after the parent process has ended. The error says that nobody can tell; on this system there is
// none.
func Wait() error {
	// A process whose parent has ended gets another one.
	for parent := os.Getppid(); os.Getppid() == parent; {
		time.Sleep(pollInterval)
	}
	return nil
}
