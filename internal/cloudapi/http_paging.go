package cloudapi

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// maxPage is the number of items in a list whose reader asks for no other number (API-05), and the most he gets.
const maxPage = 2000

// page is a part of a list.
type page[T any] struct {
	items []T
	more  bool
}

// respondPage responds with a page of a list. In v3 the response says how to go on; in v2.0 it links to the next page; v1
// leaves that to the reader.
func respondPage[T network.Object, V any](c *requestContext, plural string, p page[T], render func(T) V) (response, error) {
	return respondPageOrError(c, plural, p, func(o T) (V, error) { return render(o), nil })
}

// respondPageOrError is respondPage for objects that take another look into the cloud to be written.
func respondPageOrError[T network.Object, V any](
	c *requestContext, plural string, p page[T], render func(T) (V, error),
) (response, error) {
	c.related.longPage = len(p.items) > shortPage
	items := make([]V, 0, len(p.items))
	for _, o := range p.items {
		item, err := render(o)
		if err != nil {
			return response{}, err
		}
		items = append(items, item)
	}
	var first, last string
	if len(p.items) > 0 {
		first, last = p.items[0].Base().ID, p.items[len(p.items)-1].Base().ID
	}
	body := jsonObject{plural: items}
	switch c.generation {
	case v3:
		info := jsonObject{"previous_marker": first, "current_count": len(items)}
		if p.more {
			info["next_marker"] = last
		}
		body["page_info"] = info
	case v2:
		links := []jsonObject{}
		if p.more {
			query := c.r.URL.Query()
			query.Set("marker", last)
			links = append(links, jsonObject{"rel": "next", "href": c.origin() + c.r.URL.Path + "?" + query.Encode()})
		}
		body[plural+"_links"] = links
	}
	return respond(http.StatusOK, body)
}

// origin is the address the client knows this server by.
func (c *requestContext) origin() string {
	if c.r.TLS != nil {
		return "https://" + c.r.Host
	}
	return "http://" + c.r.Host
}

// offsetAndLimit is the part of a list that the query or, for v2.0, the body asks for (API-05).
func (c *requestContext) offsetAndLimit(query url.Values, offset, limit *number) (first, count int, err error) {
	first, count = valueOr(offset.integer(), 0), valueOr(limit.integer(), maxPage)
	for name, to := range map[string]*int{"offset": &first, "limit": &count} {
		if value := query.Get(name); value != "" {
			if *to, err = strconv.Atoi(value); err != nil {
				return 0, 0, c.invalidRequest("%s is %q; it must be a whole number.", name, value)
			}
		}
	}
	if first < 0 || count < 0 {
		return 0, 0, c.invalidRequest("offset and limit must not be negative.")
	}
	if count == 0 || count > maxPage {
		count = maxPage
	}
	return first, count, nil
}

// paginate is the part of a list from an offset on, up to a limit.
func paginate[T any](items []T, offset, limit int) []T {
	items = items[min(offset, len(items)):]
	return items[:min(limit, len(items))]
}
