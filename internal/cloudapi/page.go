package cloudapi

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// maxPage is the number of items in a list whose reader asks for no other number, and the most he gets.
const maxPage = 2000

// allProjects is the enterprise project that stands for all of them.
const allProjects = "all_granted_eps"

// limit is the number of items the reader asks for.
func (c *call) limit() (int, error) {
	text := c.r.URL.Query().Get("limit")
	if text == "" {
		return maxPage, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, c.malformed("limit is %q; it must be a whole number from 0 to %d.", text, maxPage)
	}
	if n == 0 {
		return maxPage, nil
	}
	return min(n, maxPage), nil
}

// filters say which members of T a list can be narrowed by. Each compares an object with one value of the query;
// several values of one member are alternatives.
type filters[T network.Object] map[string]func(o T, wanted string) bool

// page is a part of a list.
type page[T any] struct {
	items []T
	more  bool
}

// search reads the page of the caller's objects the query asks for. q may narrow the list by a reference, which the
// store has an index for.
func search[T network.Object](c *call, q emulator.Filter, by filters[T]) (page[T], error) {
	return searchIf(c, q, by, func(o T) bool { return c.belongs(o) })
}

func searchIf[T network.Object](
	c *call, q emulator.Filter, by filters[T], seen func(T) bool,
) (page[T], error) {
	limit, err := c.limit()
	if err != nil {
		return page[T]{}, err
	}
	query := c.r.URL.Query()
	q.After, q.Limit = query.Get("marker"), limit+1
	items, err := emulator.Select(c.r.Context(), c.cloud, q, func(o T) bool {
		return seen(o) && matches(query, by, o)
	})
	if len(items) > limit {
		return page[T]{items[:limit], true}, err
	}
	return page[T]{items, false}, err
}

// own narrows a list to the caller's objects, and to those that refer to the object the query names by a member.
func (c *call) own(attributes ...string) emulator.Filter {
	f := emulator.Filter{Project: c.project}
	for _, attribute := range attributes {
		if values := c.r.URL.Query()[attribute]; len(values) == 1 && values[0] != "" {
			f.Attribute, f.Target = attribute, values[0]
			return f
		}
	}
	return f
}

func matches[T network.Object](query url.Values, by filters[T], o T) bool {
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

func byEnterpriseProject[T network.Object](o T, wanted string) bool {
	return wanted == allProjects || enterpriseProject(o) == wanted
}

// enterpriseProject is the cost centre of an object; "0" is the default one.
func enterpriseProject(o network.Object) string {
	if id := o.Base().EnterpriseProjectID; id != "" {
		return id
	}
	return "0"
}

// show answers with a page of a list. In v3 it says how to go on; in Neutron's dialect it links to the next page; v1
// leaves that to the reader.
func show[T network.Object, V any](c *call, plural string, p page[T], render func(T) V) (answer, error) {
	return showEach(c, plural, p, func(o T) (V, error) { return render(o), nil })
}

// showEach is show for objects that take another look into the cloud to be written.
func showEach[T network.Object, V any](
	c *call, plural string, p page[T], render func(T) (V, error),
) (answer, error) {
	c.seen.long = len(p.items) > fewItems
	items := make([]V, 0, len(p.items))
	for _, o := range p.items {
		item, err := render(o)
		if err != nil {
			return answer{}, err
		}
		items = append(items, item)
	}
	var first, last string
	if len(p.items) > 0 {
		first, last = p.items[0].Base().ID, p.items[len(p.items)-1].Base().ID
	}
	return c.paged(plural, items, len(items), first, last, p.more)
}

func (c *call) paged(plural string, items any, count int, first, last string, more bool) (answer, error) {
	body := members{plural: items}
	switch c.generation {
	case v3:
		info := members{"previous_marker": first, "current_count": count}
		if more {
			info["next_marker"] = last
		}
		body["page_info"] = info
	case neutron:
		links := []members{}
		if more {
			query := c.r.URL.Query()
			query.Set("marker", last)
			links = append(links, members{"rel": "next", "href": c.origin() + c.r.URL.Path + "?" + query.Encode()})
		}
		body[plural+"_links"] = links
	}
	return c.ok(http.StatusOK, body)
}

// origin is the address the client knows this server by.
func (c *call) origin() string {
	if c.r.TLS != nil {
		return "https://" + c.r.Host
	}
	return "http://" + c.r.Host
}
