package cloudapi

import "github.com/vpclab/terraform-provider-vpclab/internal/network"

// settled says whether an object is past the time in which the cloud shows it as being created.
func (a *api) settled(o network.Object) bool {
	return a.TransitionDelay <= 0 || !a.Clock().Before(o.Base().CreatedAt.Add(a.TransitionDelay))
}

// status is first while an object is being created, and then the other.
func (a *api) status(o network.Object, first, then string) string {
	if a.settled(o) {
		return then
	}
	return first
}
