// Package cloudapi serves the cloud's REST API over an emulated cloud, so that clients of the real one (its Terraform
// providers, its SDKs, OpenStack clients) work against it unchanged.
//
// Three generations of the API live side by side over one state (API-01): v1 and v3 of the VPC service, and v2.0, which
// is Neutron's. They differ in names, types, status codes and error bodies, and in nothing else: every handler turns a
// request into commands of package emulator, and the objects these return into JSON. Rules between objects are package
// emulator's; what makes one object valid is package network's. Of other services there is what clients ask before they
// come to the VPC service: projects, domains and tokens, name servers, availability zones.
//
// A file is named for what it is about:
//
//   - <noun>_v1.go, <noun>_v2.go and <noun>_v3.go have the routes of one generation about one kind of object, their
//     handlers and their JSON. The noun is the one of the path: POST /v3/{project_id}/vpc/security-groups is in
//     security_group_v3.go, POST /v2.0/fwaas/firewall_rules in fwaas_firewall_rule_v2.go, and PUT
//     /v3/{project_id}/vpc/firewalls/{id}/insert-rules in firewall_rule_v3.go. What the generations of a noun share is
//     in <noun>.go.
//   - http_*.go have what every request goes through: http_server.go from the first byte to the last, http_routes.go the
//     list of all routes, http_request.go, http_decode.go, http_query.go and http_paging.go how requests are read,
//     http_response.go, http_error.go and http_json.go how responses are written, http_fault_injection.go the failures
//     that are asked for.
//   - iam_*.go are the identity service: signatures and tokens, who a caller is, and the calls about projects, enterprise
//     projects, domains and users.
//   - objects.go and related_objects.go read and change the caller's objects in the emulated cloud.
package cloudapi
