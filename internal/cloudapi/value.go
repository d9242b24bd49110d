package cloudapi

import (
	"slices"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// timeV1 is how v1 and Neutron's dialect write a time, which is in UTC; timeV3 is v3's form.
func timeV1(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

func timeV3(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

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

type tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// tagList writes tags as the API does, ordered by key.
func tagList(tags map[string]string) []tag {
	out := make([]tag, 0, len(tags))
	for key, value := range tags {
		out = append(out, tag{key, value})
	}
	slices.SortFunc(out, func(a, b tag) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	return out
}

func tagMap(tags []tag) map[string]string {
	if len(tags) == 0 {
		return nil
	}
	out := make(map[string]string, len(tags))
	for _, t := range tags {
		out[t.Key] = t.Value
	}
	return out
}
