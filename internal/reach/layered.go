package reach

import (
	"maps"
	"slices"
)

// layered is a map with a few entries changed, so that a world with one object edited shares all the rest with the
// world it came from.
type layered[T any] struct{ base, over map[string]T }

func (l layered[T]) get(id string) T {
	if v, ok := l.over[id]; ok {
		return v
	}
	return l.base[id]
}

// with is the map with another value for an id. The zero value takes an entry away.
func (l layered[T]) with(id string, v T) layered[T] {
	over := make(map[string]T, len(l.over)+1)
	maps.Copy(over, l.over)
	over[id] = v
	return layered[T]{l.base, over}
}

// ordered are the values that are there, by their ids.
func ordered[T comparable](l layered[T]) []T {
	ids := make([]string, 0, len(l.base)+len(l.over))
	for id := range l.base {
		if _, changed := l.over[id]; !changed {
			ids = append(ids, id)
		}
	}
	for id := range l.over {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var none T
	out := make([]T, 0, len(ids))
	for _, id := range ids {
		if v := l.get(id); v != none {
			out = append(out, v)
		}
	}
	return out
}
