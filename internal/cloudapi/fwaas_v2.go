package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// The older form of network ACLs, Neutron's firewalls as a service (FWaaS): rules and policies of rules are objects of
// their own, and a group takes a policy for each direction. A group is a network ACL, which v3 sees too (ACL-27).

// showFWaaS returns the handler that answers with a status and the object that act reads or writes.
func showFWaaS[T network.Object](
	status int, wrapper string, act func(*requestContext) (T, error), render func(*requestContext, T) jsonObject,
) handler {
	return func(c *requestContext) (response, error) {
		o, err := act(c)
		if err != nil {
			return response{}, err
		}
		return respond(status, jsonObject{wrapper: render(c, o)})
	}
}

// getFWaaS returns the handler that answers with the object the path names.
func getFWaaS[T network.Object](wrapper string, render func(*requestContext, T) jsonObject) handler {
	return showFWaaS(http.StatusOK, wrapper, func(c *requestContext) (T, error) { return get[T](c, c.cloud, c.path("id")) }, render)
}

func listFWaaS[T network.Object](
	plural string, list func(*requestContext) (page[T], error), render func(*requestContext, T) jsonObject,
) handler {
	return func(c *requestContext) (response, error) {
		p, err := list(c)
		if err != nil {
			return response{}, err
		}
		return respondPage(c, plural, p, func(o T) jsonObject { return render(c, o) })
	}
}
