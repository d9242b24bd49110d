//go:build !linux

package sqlite_test

// deniedChild is for TestDenied, which only Linux has.
func deniedChild() int { return 1 }
