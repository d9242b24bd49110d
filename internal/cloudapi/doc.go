// Package cloudapi speaks the cloud's REST API over an emulated cloud, so that clients of the real one (its Terraform
// providers, its SDKs, OpenStack clients) work against it unchanged.
//
// Three generations of the API live side by side over one state: v1 and v3 of the VPC service, and v2.0, which is
// Neutron's. They differ in names, types, status codes and error bodies, and in nothing else: every handler translates
// a request into commands of the emulator and the objects it answers into JSON. Rules between objects are the
// emulator's. Of other services there is what clients ask before they come to the VPC service: projects, domains and
// tokens, name servers, availability zones.
package cloudapi
