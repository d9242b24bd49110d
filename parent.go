package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// parentPause is how often the provider looks whether Terraform is still there.
const parentPause = time.Second

// leaveWith ends this process soon after the one that started it. Terraform ends its providers itself, unless it was
// killed; they would then wait for it forever, with the store open.
func leaveWith(parent int, leave func()) {
	for os.Getppid() == parent {
		time.Sleep(parentPause)
	}
	leave()
}

// outliveSignals leaves it to Terraform when the provider ends, also when somebody tells the whole group of processes to:
// Terraform then lets what is under way end and writes it down. The plugin library does so for SIGINT only.
func outliveSignals() { signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM) }
