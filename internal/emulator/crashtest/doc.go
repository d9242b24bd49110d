// Package crashtest holds tests alone: a process that runs the emulator's commands is killed at random points, hundreds
// of times, and after each kill the store must hold what was acknowledged, nothing by half, and let the next run finish
// the job. And several processes at once work on one store.
//
// `go test -kills 5000 ./internal/emulator/crashtest` kills more often than CI does.
package crashtest
