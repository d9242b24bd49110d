package reach

import (
	"maps"
	"slices"
)

// overlay is a map with a few entries changed, so that a model with one object edited shares all the rest with the model it
// came from.
type overlay[T any] struct{ compiled, edited map[string]T }

func (o overlay[T]) get(id string) T {
	if v, ok := o.edited[id]; ok {
		return v
	}
	return o.compiled[id]
}

// with is the map with another value for an id. The zero value removes the entry.
func (o overlay[T]) with(id string, v T) overlay[T] {
	over := make(map[string]T, len(o.edited)+1)
	maps.Copy(over, o.edited)
	over[id] = v
	return overlay[T]{o.compiled, over}
}

// valuesByID are the values, in the order of their ids.
func valuesByID[T comparable](o overlay[T]) []T {
	ids := make([]string, 0, len(o.compiled)+len(o.edited))
	for id := range o.compiled {
		if _, changed := o.edited[id]; !changed {
			ids = append(ids, id)
		}
	}
	for id := range o.edited {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var none T
	out := make([]T, 0, len(ids))
	for _, id := range ids {
		if v := o.get(id); v != none {
			out = append(out, v)
		}
	}
	return out
}
