package cloudapi

import "github.com/vpclab/terraform-provider-vpclab/internal/network"

// isReady reports whether an object is past the time in which the cloud shows it as being created (API-09).
func (a *api) isReady(o network.Object) bool {
	return a.TransitionDelay <= 0 || !a.Clock().Before(o.Base().CreatedAt.Add(a.TransitionDelay))
}

// transitionStatus is creating while an object is shown as being created, and then ready.
func (a *api) transitionStatus(o network.Object, creating, ready string) string {
	if a.isReady(o) {
		return ready
	}
	return creating
}
