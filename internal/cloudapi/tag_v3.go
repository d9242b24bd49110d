package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// tagRoutesV3 returns the routes of the tags of a kind; noun is its plural in the path. v3 has the newer kinds.
func tagRoutesV3[T network.Object](noun string) routeGroup {
	var zero T
	base := "/v3/{project_id}/" + noun
	return routeGroup{
		generation: v3, kind: zero.Kind(), invalidCode: "VPC.1801",
		routes: []route{
			{"GET " + base + "/{id}/tags", showTags},
			{"POST " + base + "/{id}/tags", addTag},
			{"DELETE " + base + "/{id}/tags/{key}", deleteTag},
			{"POST " + base + "/{id}/tags/create", changeTagsOf("create")},
			{"POST " + base + "/{id}/tags/delete", changeTagsOf("delete")},
			{"GET " + base + "/tags", listTagsV3[T]},
			{"POST " + base + "/resource-instances/filter", findTagged[T]("filter")},
			{"POST " + base + "/resource-instances/count", findTagged[T]("count")},
		},
	}
}

func listTagsV3[T network.Object](c *requestContext) (response, error) {
	tags, err := tagValuesOf[T](c)
	if err != nil {
		return response{}, err
	}
	offset, limit, err := c.offsetAndLimit(c.r.URL.Query(), nil, nil)
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"total_count": len(tags), "tags": paginate(tags, offset, limit)})
}
