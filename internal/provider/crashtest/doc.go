// Package crashtest holds tests alone: they kill the built program with SIGKILL at random points, as the emulator that
// answers writes over REST and as the provider in the middle of terraform apply, and Terraform itself. After each kill
// the store must hold what was acknowledged and nothing by half, and the next apply must finish the job. Signals that ask
// a program to end, and a database that disappears, are here too.
//
// `make testcrash KILLS=5000` kills more often than CI does; `make testacc` only so often that every path is taken.
package crashtest
