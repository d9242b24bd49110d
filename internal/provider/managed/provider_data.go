// Package managed is what every resource of the provider has in common: it takes the planned values to the draft,
// the applied ones to the emulator, and brings back ids, computed values and problems. A noun's own package holds its
// schema and says in a Spec what is particular about it.
//
// No package keeps a Go struct for each resource. The attribute names of a schema are the member names of the
// network objects' documents, so one conversion serves all.
package managed

import (
	"fmt"
	"sync"

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
