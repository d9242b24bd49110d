package cloudapi

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// limit is the number of items the reader asks for.
func (c *requestContext) limit() (int, error) {
	text := c.r.URL.Query().Get("limit")
	if text == "" {
		return maxPage, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, c.invalidRequest("limit is %q; it must be a whole number from 0 to %d.", text, maxPage)
	}
	if n == 0 {
		return maxPage, nil
	}
	return min(n, maxPage), nil
}

// queryFilters say which members of T a list can be narrowed by. Each compares an object with one value of the query;
// several values of one member are alternatives (API-05).
type queryFilters[T network.Object] map[string]func(o T, wanted string) bool

// selectPage reads the page of the caller's objects the query asks for by limit and marker (API-05). q may narrow the list
// by a reference, which the store has an index for.
func selectPage[T network.Object](c *requestContext, q emulator.Filter, by queryFilters[T]) (page[T], error) {
	return selectPageIf(c, q, by, func(o T) bool { return c.canSee(o) })
}

// selectPageIf is selectPage for objects that visible picks.
func selectPageIf[T network.Object](
	c *requestContext, q emulator.Filter, by queryFilters[T], visible func(T) bool,
) (page[T], error) {
	limit, err := c.limit()
	if err != nil {
		return page[T]{}, err
	}
	query := c.r.URL.Query()
	q.After, q.Limit = query.Get("marker"), limit+1
	items, err := emulator.Select(c.r.Context(), c.cloud, q, func(o T) bool {
		return visible(o) && matchesQuery(query, by, o)
	})
	if len(items) > limit {
		return page[T]{items[:limit], true}, err
	}
	return page[T]{items, false}, err
}

// ownFilter narrows a list to the caller's objects, and to those that refer to the object the query names by a member.
func (c *requestContext) ownFilter(attributes ...string) emulator.Filter {
	f := emulator.Filter{Project: c.project}
	for _, attribute := range attributes {
		if values := c.r.URL.Query()[attribute]; len(values) == 1 && values[0] != "" {
			f.Attribute, f.Target = attribute, values[0]
			return f
		}
	}
	return f
}

// matchesQuery reports whether an object is one that the query asks for.
func matchesQuery[T network.Object](query url.Values, by queryFilters[T], o T) bool {
	for name, wanted := range query {
		match, known := by[name]
		if !known || !slices.ContainsFunc(wanted, func(s string) bool { return s != "" }) {
			continue
		}
		if !slices.ContainsFunc(wanted, func(s string) bool { return match(o, s) }) {
			return false
		}
	}
	return true
}

func byID[T network.Object](o T, wanted string) bool { return o.Base().ID == wanted }
