package cloudapi

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// maxPage is the number of items in a list whose reader asks for no other number, and the most he gets.
const maxPage = 2000

// page is a part of a list.
type page[T any] struct {
	items []T
	more  bool
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

// window is the part of a list that the query or, for v2.0, the body asks for.
func (c *call) window(query url.Values, offset, limit *number) (first, count int, err error) {
	first, count = or(offset.integer(), 0), or(limit.integer(), maxPage)
	for name, place := range map[string]*int{"offset": &first, "limit": &count} {
		if value := query.Get(name); value != "" {
			if *place, err = strconv.Atoi(value); err != nil {
				return 0, 0, c.malformed("%s is %q; it must be a whole number.", name, value)
			}
		}
	}
	if first < 0 || count < 0 {
		return 0, 0, c.malformed("offset and limit must not be negative.")
	}
	if count == 0 || count > maxPage {
		count = maxPage
	}
	return first, count, nil
}

func cut[T any](items []T, offset, limit int) []T {
	items = items[min(offset, len(items)):]
	return items[:min(limit, len(items))]
}
