package cloudapi

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

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

// objectInPath is the caller's object that the path names, of the kind that the route is about.
func (c *requestContext) objectInPath(cloud *emulator.Cloud) (network.Object, error) {
	o, err := cloud.Read(c.r.Context(), c.kind, c.path("id"))
	if err != nil {
		return nil, err
	}
	if !c.canSee(o) {
		return nil, emulator.NotFound(c.kind, c.path("id"))
	}
	return o, nil
}

// listTaggable lists the caller's objects of a kind that has tags.
func listTaggable[T network.Object](c *requestContext) ([]network.Object, error) {
	objects, err := emulator.List[T](c.r.Context(), c.cloud, c.ownFilter())
	out := make([]network.Object, 0, len(objects))
	for _, o := range objects {
		out = append(out, o)
	}
	return out, err
}

func showTags(c *requestContext) (response, error) {
	o, err := c.objectInPath(c.cloud)
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"tags": tagList(*tagsOf(o))})
}

func addTag(c *requestContext) (response, error) {
	body, err := decode[struct {
		Tag *tag `json:"tag"`
	}](c)
	if err != nil {
		return response{}, err
	}
	t, err := required(c, body.Tag, "tag")
	if err != nil {
		return response{}, err
	}
	return changeTags(c, []tag{*t}, nil)
}

// deleteTag is the handler that deletes the tag whose key the path names.
func deleteTag(c *requestContext) (response, error) {
	return changeTags(c, nil, []tag{{Key: c.path("key")}})
}

// changeTagsOf returns the handler that sets or deletes the tags of the body. Without an action, the body names it.
func changeTagsOf(action string) handler {
	return func(c *requestContext) (response, error) {
		body, err := decode[struct {
			Action string `json:"action"`
			Tags   []tag  `json:"tags"`
		}](c)
		if err != nil {
			return response{}, err
		}
		if len(body.Tags) == 0 {
			return response{}, c.invalidRequest("tags names no tag.")
		}
		switch action := cmp.Or(action, body.Action); action {
		case "create":
			return changeTags(c, body.Tags, nil)
		case "delete":
			return changeTags(c, nil, body.Tags)
		default:
			return response{}, c.invalidRequest("action is %q; it must be \"create\" or \"delete\".", action)
		}
	}
}

func changeTags(c *requestContext, add, remove []tag) (response, error) {
	err := c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		o, err := c.objectInPath(cloud)
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
		return response{}, err
	}
	return noContent()
}

type tagValues struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
}

// tagValuesOf are the tags that objects of a kind have, each with its values.
func tagValuesOf[T network.Object](c *requestContext) ([]tagValues, error) {
	values := map[string][]string{}
	all, err := listTaggable[T](c)
	if err != nil {
		return nil, err
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
	return out, nil
}

type taggedResource struct {
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

// matches reports whether an object has every tag asked for, with one of the values asked for it, and the name.
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

// findTagged returns the handler that lists or counts the objects of a kind with some tags. Without an action, the body
// names it. v2.0 pages by the body, v3 by the query too (API-05).
func findTagged[T network.Object](action string) handler {
	return func(c *requestContext) (response, error) {
		q, err := decode[tagSearch](c)
		if err != nil {
			return response{}, err
		}
		action := cmp.Or(action, q.Action)
		if action != "filter" && action != "count" {
			return response{}, c.invalidRequest("action is %q; it must be \"filter\" or \"count\".", action)
		}
		query := url.Values{}
		if c.generation == v3 {
			query = c.r.URL.Query()
		}
		offset, limit, err := c.offsetAndLimit(query, q.Offset, q.Limit)
		if err != nil {
			return response{}, err
		}
		found := []taggedResource{}
		all, err := listTaggable[T](c)
		if err != nil {
			return response{}, err
		}
		for _, o := range all {
			if q.matches(o) {
				found = append(found, taggedResource{ID: o.Base().ID, Name: o.Title(), Tags: tagList(*tagsOf(o))})
			}
		}
		body := jsonObject{"total_count": len(found)}
		if action == "filter" {
			body["resources"] = paginate(found, offset, limit)
		}
		return respond(http.StatusOK, body)
	}
}
