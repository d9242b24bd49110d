// Package crashtest kills a process that runs the emulator's commands at random points, hundreds of times; after each
// kill the store must hold what was acknowledged, nothing by half, and let the next run finish the job. And several
// processes at once work on one store. What is here beside the tests is how a store is judged after a kill, for the tests
// that kill the whole program.
//
// `go test -kills 5000 ./internal/emulator/crashtest` kills more often than CI does.
package crashtest
