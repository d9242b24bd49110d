//go:build race

package crashtest

// defaultKills is few where the race detector makes everything slow; `make testcrash` goes without it.
const defaultKills = 40
