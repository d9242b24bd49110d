package cloudapi

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// registerTags adds the tags of every kind that has them: v2.0 for the older kinds, v3 for the newer.
func (a *api) registerTags() {
	for _, noun := range []struct {
		name    string
		kind    network.Kind
		newer   bool
		objects func(*call) ([]network.Object, error)
	}{
		{"vpcs", network.KindVPC, false, taggable[*network.VPC]},
		{"subnets", network.KindSubnet, false, taggable[*network.Subnet]},
		{"security-groups", network.KindSecurityGroup, false, taggable[*network.SecurityGroup]},
		{"firewalls", network.KindNetworkACL, true, taggable[*network.NetworkACL]},
		{"ports", network.KindInstance, true, taggable[*network.Instance]},
	} {
		g, base := a.group(v2, noun.kind, "VPC.1801"), "/v2.0/{project_id}/"+noun.name
		if noun.newer {
			g, base = a.group(v3, noun.kind, "VPC.1801"), "/v3/{project_id}/"+noun.name
		}
		g.on("GET "+base+"/{id}/tags", showTags)
		g.on("POST "+base+"/{id}/tags", addTag)
		g.on("DELETE "+base+"/{id}/tags/{key}", func(c *call) (answer, error) {
			return changeTags(c, nil, []tag{{Key: c.path("key")}})
		})
		g.on("GET "+base+"/tags", func(c *call) (answer, error) { return listTags(c, noun.objects) })
		if noun.newer {
			g.on("POST "+base+"/{id}/tags/create", func(c *call) (answer, error) { return changeTagsAs(c, "create") })
			g.on("POST "+base+"/{id}/tags/delete", func(c *call) (answer, error) { return changeTagsAs(c, "delete") })
			g.on("POST "+base+"/resource-instances/filter", func(c *call) (answer, error) {
				return findTagged(c, noun.objects, "filter")
			})
			g.on("POST "+base+"/resource-instances/count", func(c *call) (answer, error) {
				return findTagged(c, noun.objects, "count")
			})
			continue
		}
		g.on("POST "+base+"/{id}/tags/action", func(c *call) (answer, error) { return changeTagsAs(c, "") })
		g.on("POST "+base+"/resource_instances/action", func(c *call) (answer, error) {
			return findTagged(c, noun.objects, "")
		})
	}
}

// tagsOf is where an object keeps its tags.
func tagsOf(o network.Object) *map[string]string {
	switch o := o.(type) {
	case *network.VPC:
		return &o.Tags
	case *network.Subnet:
		return &o.Tags
	case *network.SecurityGroup:
		return &o.Tags
	case *network.NetworkACL:
		return &o.Tags
	case *network.Instance:
		if o.Port == nil {
			o.Port = &network.Port{}
		}
		return &o.Port.Tags
	default:
		return &map[string]string{}
	}
}

func (c *call) tagged(cloud *emulator.Cloud) (network.Object, error) {
	o, err := cloud.Read(c.r.Context(), c.kind, c.path("id"))
	if err != nil {
		return nil, err
	}
	if !c.belongs(o) {
		return nil, emulator.NotFound(c.kind, c.path("id"))
	}
	return o, nil
}

// taggable lists the caller's objects of a kind that has tags.
func taggable[T network.Object](c *call) ([]network.Object, error) {
	objects, err := emulator.List[T](c.r.Context(), c.cloud, c.own())
	out := make([]network.Object, 0, len(objects))
	for _, o := range objects {
		out = append(out, o)
	}
	return out, err
}

func showTags(c *call) (answer, error) {
	o, err := c.tagged(c.cloud)
	if err != nil {
		return answer{}, err
	}
	return c.ok(http.StatusOK, members{"tags": tagList(*tagsOf(o))})
}

func addTag(c *call) (answer, error) {
	body, err := decode[struct {
		Tag *tag `json:"tag"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	t, err := wrapped(c, body.Tag, "tag")
	if err != nil {
		return answer{}, err
	}
	return changeTags(c, []tag{*t}, nil)
}

// changeTagsAs sets or takes away the tags of the body. Without a verb the body names it.
func changeTagsAs(c *call, verb string) (answer, error) {
	body, err := decode[struct {
		Action string `json:"action"`
		Tags   []tag  `json:"tags"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if verb == "" {
		verb = body.Action
	}
	if len(body.Tags) == 0 {
		return answer{}, c.malformed("tags names no tag.")
	}
	switch verb {
	case "create":
		return changeTags(c, body.Tags, nil)
	case "delete":
		return changeTags(c, nil, body.Tags)
	default:
		return answer{}, c.malformed("action is %q; it must be \"create\" or \"delete\".", verb)
	}
}

func changeTags(c *call, add, remove []tag) (answer, error) {
	err := c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		o, err := c.tagged(cloud)
		if err != nil {
			return err
		}
		tags := tagsOf(o)
		if *tags == nil {
			*tags = map[string]string{}
		}
		for _, t := range remove {
			delete(*tags, t.Key)
		}
		for _, t := range add {
			(*tags)[t.Key] = t.Value
		}
		_, err = cloud.Update(c.r.Context(), o)
		return err
	})
	if err != nil {
		return answer{}, err
	}
	return gone()
}

type tagValues struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
}

// listTags lists every tag that an object of the kind has, with its values.
func listTags(c *call, objects func(*call) ([]network.Object, error)) (answer, error) {
	values := map[string][]string{}
	all, err := objects(c)
	if err != nil {
		return answer{}, err
	}
	for _, o := range all {
		for key, value := range *tagsOf(o) {
			if !slices.Contains(values[key], value) {
				values[key] = append(values[key], value)
			}
		}
	}
	out := make([]tagValues, 0, len(values))
	for key, list := range values {
		slices.Sort(list)
		out = append(out, tagValues{key, list})
	}
	slices.SortFunc(out, func(a, b tagValues) int { return strings.Compare(a.Key, b.Key) })
	body := members{}
	if c.generation == v3 {
		body["total_count"] = len(out)
		offset, limit, err := c.window(c.r.URL.Query(), nil, nil)
		if err != nil {
			return answer{}, err
		}
		out = cut(out, offset, limit)
	}
	body["tags"] = out
	return c.ok(http.StatusOK, body)
}

type taggedObject struct {
	ID     string  `json:"resource_id"`
	Name   string  `json:"resource_name"`
	Detail *string `json:"resource_detail"`
	Tags   []tag   `json:"tags"`
}

type tagSearch struct {
	Action  string      `json:"action"`
	Tags    []tagValues `json:"tags"`
	Matches []tag       `json:"matches"`
	Offset  *number     `json:"offset"`
	Limit   *number     `json:"limit"`
}

// matches says whether an object has every tag asked for, with one of the values asked for it, and the name.
func (q *tagSearch) matches(o network.Object) bool {
	tags := *tagsOf(o)
	for _, wanted := range q.Tags {
		value, has := tags[wanted.Key]
		if !has || len(wanted.Values) > 0 && !slices.Contains(wanted.Values, value) {
			return false
		}
	}
	for _, m := range q.Matches {
		if m.Key == "resource_name" && !strings.Contains(o.Title(), m.Value) {
			return false
		}
	}
	return true
}

// findTagged lists or counts the objects with some tags. v2.0 pages by the body, v3 by the query.
func findTagged(c *call, objects func(*call) ([]network.Object, error), verb string) (answer, error) {
	q, err := decode[tagSearch](c)
	if err != nil {
		return answer{}, err
	}
	if verb == "" {
		verb = q.Action
	}
	if verb != "filter" && verb != "count" {
		return answer{}, c.malformed("action is %q; it must be \"filter\" or \"count\".", verb)
	}
	query := url.Values{}
	if c.generation == v3 {
		query = c.r.URL.Query()
	}
	offset, limit, err := c.window(query, q.Offset, q.Limit)
	if err != nil {
		return answer{}, err
	}
	found := []taggedObject{}
	all, err := objects(c)
	if err != nil {
		return answer{}, err
	}
	for _, o := range all {
		if q.matches(o) {
			found = append(found, taggedObject{ID: o.Base().ID, Name: o.Title(), Tags: tagList(*tagsOf(o))})
		}
	}
	body := members{"total_count": len(found)}
	if verb == "filter" {
		body["resources"] = cut(found, offset, limit)
	}
	return c.ok(http.StatusOK, body)
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
