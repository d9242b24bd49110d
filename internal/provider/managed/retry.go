package managed

import (
	"context"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// conflictTimeout is how long a write waits for an object that stands in its way. Terraform deletes and creates side by side
// what does not refer to each other: a new route may come before the old one to the same destination has gone, although
// the plan knew that it goes.
const conflictTimeout = 3 * time.Second

// retryOnConflict writes, and writes again while the cloud refuses because of another object. A refused write changes nothing.
func retryOnConflict[T any](ctx context.Context, write func() (T, error)) (T, error) {
	deadline := time.Now().Add(conflictTimeout)
	for pause := 5 * time.Millisecond; ; pause *= 2 {
		out, err := write()
		if err == nil || !emulator.HasClass(err, network.Conflict) || time.Now().Add(pause).After(deadline) {
			return out, err
		}
		select {
		case <-ctx.Done():
			return out, err
		case <-time.After(pause):
		}
	}
}
