// Package managed is what every resource of the provider has in common: it takes the planned values to the draft,
// the applied ones to the emulator, and brings back ids, computed values and problems. A noun's own package holds its
// schema and says in a Spec what is particular about it.
//
// No package keeps a Go struct for each resource. The attribute names of a schema are the member names of the
// network objects' documents, so one conversion serves all.
package managed

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
)

// ProviderData is what one configured provider hands to its resources and data sources. It is made anew in every Configure:
// Terraform configures a provider once for each walk, and the draft belongs to the walk.
type ProviderData struct {
	// Cloud is nil while the provider's own configuration holds unknown values.
	Cloud *emulator.Cloud
	Draft *emulator.Draft
	// Project owns what this provider configuration creates.
	Project string
	// OnFailure replaces what a failing verdict does: "warning" or "report" instead of each question's own choice.
	// Empty leaves the choice to the question.
	OnFailure string

	mu sync.Mutex
	// applied counts the objects that a walk of the draft has changed.
	applied map[int]int
	// active counts the resources being planned or applied now; ended is when the last one was done.
	active int
	ended  time.Time
}

// quiet is how long nothing must be planned or applied for a walk to count as quiet: with the parallelism that Terraform
// has by default, what can be planned follows within a fifth of a second.
const quiet = 300 * time.Millisecond

// Busy notes that a resource is planned or applied, until done is called.
func (l *ProviderData) Busy() (done func()) {
	if l == nil {
		return func() {}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.active++
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.active--
		l.ended = time.Now()
	}
}

// Quiet waits until no resource has been planned or applied for a moment. A question about the whole network is decided
// then, because Terraform plans what it is about in an order of its own. Nothing rests on it: what comes later all the same
// is seen by the draft (emulator.OpenQuestion).
func (l *ProviderData) Quiet(ctx context.Context) {
	began := time.Now()
	pause := time.NewTicker(quiet / 10)
	defer pause.Stop()
	for {
		l.mu.Lock()
		last := l.ended
		active := l.active
		l.mu.Unlock()
		if last.Before(began) {
			last = began
		}
		if active == 0 && time.Since(last) >= quiet {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}

// Applying notes that the walk is an apply and has come to an object.
func (l *ProviderData) Applying() {
	walk := l.walk()
	if l.Draft != nil {
		l.Draft.Applying()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.applied == nil {
		l.applied = map[int]int{}
	}
	l.applied[walk]++
}

// Applied is how many objects this walk has created, changed or deleted so far: none while it is a plan.
func (l *ProviderData) Applied() int {
	walk := l.walk()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.applied[walk]
}

func (l *ProviderData) walk() int {
	if l.Draft == nil {
		return 0
	}
	return l.Draft.Walk()
}

// FromProviderData returns what a provider handed over; nil before the provider is configured.
func FromProviderData(given any, diags *diag.Diagnostics) *ProviderData {
	if given == nil {
		return nil
	}
	data, ok := given.(*ProviderData)
	if !ok {
		diags.AddError("Unexpected provider data",
			fmt.Sprintf("The provider handed over a %T. This is a bug in vpclab; please report it.", given))
	}
	return data
}
