// Package peering holds the resources vpclab_vpc_peering_connection and vpclab_vpc_peering_connection_accepter.
package peering

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// NewResource returns vpclab_vpc_peering_connection.
func NewResource() resource.Resource { return managed.NewResource(Spec()) }

// Spec describes vpclab_vpc_peering_connection.
func Spec() *managed.Spec {
	return &managed.Spec{
		Kind:    network.KindPeering,
		Key:     []string{"vpc_id", "peer_vpc_id"},
		Judged:  []string{"peer_project_id"},
		Depends: map[string][]string{"status": {"peer_project_id"}},
		Keep:    []string{"status"},
		Schema: schema.Schema{
			MarkdownDescription: "Joins two VPCs. Inside a project the connection is active at once; another project has to " +
				"accept it. It carries traffic only where **both** VPCs have routes through it.",
			Attributes: managed.Identity(network.KindPeering, map[string]schema.Attribute{
				"name":        managed.Name("peering connection"),
				"vpc_id":      managed.Fixed(managed.Required("Id of the requester's VPC.")),
				"peer_vpc_id": managed.Fixed(managed.Required("Id of the accepter's VPC.")),
				"peer_project_id": managed.Fixed(managed.OptionalComputed("Project that owns the accepter's VPC; by default the " +
					"provider's own.")),
				"status": managed.Computed("`ACTIVE`, `PENDING_ACCEPTANCE` or `REJECTED`. A connection to another project waits " +
					"until an accepter decides; the next refresh shows what was decided."),
				"description": managed.Description(),
			}),
		},
	}
}

// NewAccepterResource returns vpclab_vpc_peering_connection_accepter.
func NewAccepterResource() resource.Resource { return managed.NewResource(AccepterSpec()) }

// AccepterSpec describes vpclab_vpc_peering_connection_accepter.
func AccepterSpec() *managed.Spec {
	return &managed.Spec{
		Kind:    network.KindPeeringAccepter,
		Key:     []string{"vpc_peering_connection_id"},
		Judged:  []string{"accept"},
		Depends: map[string][]string{"status": {"accept"}},
		ReplaceIf: func(before, after managed.Document) []string {
			if now, set := after["accept"]; set && before["accept"] != now {
				return []string{"accept"}
			}
			return nil
		},
		Schema: schema.Schema{
			MarkdownDescription: "The answer of a project to a peering connection that another project asks for. Use it with a " +
				"provider configuration whose `project_id` is the accepter's. Destroying it leaves the connection as it is: " +
				"the cloud has no call to take an answer back.",
			Attributes: managed.Identity(network.KindPeeringAccepter, map[string]schema.Attribute{
				"vpc_peering_connection_id": managed.Fixed(managed.Required("Id of the connection.")),
				"accept": managed.OptionalBool("`true` (default) accepts, `false` rejects. A connection that has been decided " +
					"cannot be decided again."),
				"status": managed.Computed("The connection's status after the answer."),
			}),
		},
	}
}
