package managed

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// A write waits for what stands in its way, as long as that may still go, and for nothing else.
func TestRetryOnConflict(t *testing.T) {
	t.Parallel()
	conflict := network.Problems{{Class: network.Conflict, Summary: "Destination routed twice"}}
	other := errors.New("disk full")
	for _, c := range []struct {
		name    string
		refusal error
		// freed is when the write is no longer refused, cancelled when the user stops the apply; 0 is never.
		freed, cancelled time.Duration
		want             error
		least, most      time.Duration
	}{
		{"nothing in the way", nil, 0, 0, nil, 0, 0},
		{"in the way for a second", conflict, time.Second, 0, nil, time.Second, conflictTimeout},
		{"in the way for good", conflict, 0, 0, conflict, conflictTimeout / 2, conflictTimeout},
		{"cancelled", conflict, 0, time.Second, conflict, time.Second, time.Second},
		{"another error", other, 0, 0, other, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := context.Background()
				if c.cancelled > 0 {
					var stop context.CancelFunc
					ctx, stop = context.WithTimeout(ctx, c.cancelled)
					defer stop()
				}
				started := time.Now()
				_, err := retryOnConflict(ctx, func() (int, error) {
					if c.freed > 0 && time.Since(started) >= c.freed {
						return 1, nil
					}
					return 0, c.refusal
				})
				if took := time.Since(started); took < c.least || took > c.most {
					t.Errorf("took %s, not %s to %s", took, c.least, c.most)
				}
				if (err == nil) != (c.want == nil) || err != nil && err.Error() != c.want.Error() {
					t.Errorf("error %v, not %v", err, c.want)
				}
			})
		})
	}
}
