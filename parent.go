package main

import (
	"os"
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
