package provider

import (
	"context"
	"sync"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
)

// session is what this process creates for Terraform. It begins with the first Configure, as whoever serves the provider
// does not know whether it will come to that.
var session = sync.OnceValue(emulator.NewSession)

// Settle is for a process that Terraform has told to end, which it does once the state is written: what the process has
// created is in it. Without it, as after a kill, the next run takes what it finds as its own; see emulator.Session.
func Settle(ctx context.Context) error { return session().Settle(ctx) }
