//go:build !race

package crashtest

const defaultKills = 500
