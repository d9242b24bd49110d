package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// tagRoutesV2 returns the routes of the tags of a kind; noun is its plural in the path. v2.0 has the older kinds.
func tagRoutesV2[T network.Object](noun string) routeGroup {
	var zero T
	base := "/v2.0/{project_id}/" + noun
	return routeGroup{
		generation: v2Tags, kind: zero.Kind(), invalidCode: "VPC.1801",
		routes: []route{
			{"GET " + base + "/{id}/tags", showTags},
			{"POST " + base + "/{id}/tags", addTag},
			{"DELETE " + base + "/{id}/tags/{key}", deleteTag},
			{"POST " + base + "/{id}/tags/action", changeTagsOf("")},
			{"GET " + base + "/tags", listTagsV2[T]},
			{"POST " + base + "/resource_instances/action", findTagged[T]("")},
		},
	}
}

func listTagsV2[T network.Object](c *requestContext) (response, error) {
	tags, err := tagValuesOf[T](c)
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"tags": tags})
}
