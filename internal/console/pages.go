package console

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// overviewContent is what the first page shows.
type overviewContent struct {
	Drawing *drawing
	Form    *form
	IsEmpty bool
}

func overview(l *lab, r *http.Request) view {
	return view{
		template: "overview.html", Title: "Network", Here: "/",
		Content: overviewContent{l.draw(reach.Answer{}), l.newForm(r.URL.Query()), len(l.net.OfKind(network.KindVPC)) == 0},
	}
}

// rowsOnPage is how many objects one page of a list shows.
const rowsOnPage = 200

// listContent is a page of a list of objects.
type listContent struct {
	Columns []string
	Rows    []row
	// Page counts from 1; Before and After are the addresses of the pages around it, if there are any.
	Page, Pages, Count int
	Before, After      string
}

// row is an object in a list.
type row struct {
	Object link
	Values []value
}

// columns are the attributes that lists show besides the title.
var columns = map[network.Kind][]string{
	network.KindVPC:               {"cidr", "secondary_cidrs", "description"},
	network.KindSubnet:            {"cidr", "ipv6_cidr", "vpc_id", "gateway_ip"},
	network.KindAddressGroup:      {"entries", "description"},
	network.KindSecurityGroup:     {"description"},
	network.KindSecurityGroupRule: {"security_group_id", "direction", "action", "priority", "description"},
	network.KindNetworkACL:        {"enabled", "subnet_ids", "description"},
	network.KindPeering:           {"vpc_id", "peer_vpc_id", "status"},
	network.KindRouteTable:        {"vpc_id", "default", "subnet_ids"},
	network.KindRoute:             {"vpc_id", "route_table_id", "type", "nexthop"},
	network.KindInstance:          {"ip_address", "ipv6_address", "public_ip", "subnet_id", "security_group_ids"},
}

func list(l *lab, r *http.Request) view {
	kind := network.Kind(r.PathValue("kind"))
	if columns[kind] == nil {
		return missing(l, r)
	}
	objects := sorted(l, l.net.OfKind(kind))
	c := listContent{Columns: columns[kind], Page: 1, Pages: max(1, (len(objects)+rowsOnPage-1)/rowsOnPage), Count: len(objects)}
	if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil {
		c.Page = min(max(n, 1), c.Pages)
	}
	here := base + "objects/" + string(kind)
	if c.Page > 1 {
		c.Before = fmt.Sprintf("%s?page=%d", here, c.Page-1)
	}
	if c.Page < c.Pages {
		c.After = fmt.Sprintf("%s?page=%d", here, c.Page+1)
	}
	first := (c.Page - 1) * rowsOnPage
	for _, o := range objects[first:min(first+rowsOnPage, len(objects))] {
		named := map[string]value{}
		for _, a := range l.attributes(o) {
			named[a.Name] = a.Value
		}
		entry := row{Object: l.link(o)}
		for _, name := range c.Columns {
			entry.Values = append(entry.Values, named[name])
		}
		c.Rows = append(c.Rows, entry)
	}
	return view{template: "list.html", Title: plural(kind), Here: here, Content: c}
}

// objectContent is one object.
type objectContent struct {
	Kind       string
	Attributes []attribute
	Referrers  []reference
	// Ask is what to write into a question to mean this object; empty for what is no end of traffic.
	Ask string
}

// reference is a link to an object that refers to the one shown, and how.
type reference struct {
	Object    link
	Attribute string
}

// manyReferrers is how many of the objects are listed that refer to one.
const manyReferrers = 500

func object(l *lab, r *http.Request) view {
	o := l.net.Object(r.PathValue("id"))
	if o == nil || string(o.Kind()) != r.PathValue("kind") {
		return missing(l, r)
	}
	c := objectContent{Kind: capital(o.Kind().Label()), Attributes: l.attributes(o)}
	if o.Kind() == network.KindInstance || o.Kind() == network.KindSubnet {
		c.Ask = o.Base().ID
	}
	for i, from := range l.referrers[o.Base().ID] {
		if i == manyReferrers {
			break
		}
		c.Referrers = append(c.Referrers, reference{l.link(from.object), from.attribute})
	}
	return view{template: "object.html", Title: l.title(o), Here: base + "objects/" + string(o.Kind()), Content: c}
}

func missing(*lab, *http.Request) view {
	return view{template: "missing.html", status: http.StatusNotFound, Title: "Not in this lab"}
}
