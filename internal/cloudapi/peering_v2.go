package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var peeringRoutesV2 = routeGroup{
	generation: v2, kind: network.KindPeering, invalidCode: "VpcPeeringInvalid",
	routes: []route{
		{"POST /v2.0/vpc/peerings", createPeering},
		{"GET /v2.0/vpc/peerings", listPeerings},
		{"GET /v2.0/vpc/peerings/{id}", getPeering},
		{"PUT /v2.0/vpc/peerings/{id}", updatePeering},
		{"DELETE /v2.0/vpc/peerings/{id}", deleteObject[*network.Peering]},
		{"PUT /v2.0/vpc/peerings/{id}/accept", decidePeering(network.PeeringActive)},
		{"PUT /v2.0/vpc/peerings/{id}/reject", decidePeering(network.PeeringRejected)},
	},
}

type vpcInfo struct {
	VPCID    string `json:"vpc_id"`
	TenantID string `json:"tenant_id"`
}

type peeringV2 struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Status      string  `json:"status"`
	Description string  `json:"description"`
	Request     vpcInfo `json:"request_vpc_info"`
	Accept      vpcInfo `json:"accept_vpc_info"`
	CreatedAt   string  `json:"created_at"`
	UpdatedAt   string  `json:"updated_at"`
}

func peeringBody(p *network.Peering) peeringV2 {
	return peeringV2{
		ID: p.ID, Name: p.Name, Status: string(p.Status), Description: p.Description,
		Request: vpcInfo{p.VPCID, p.Project}, Accept: vpcInfo{p.PeerVPCID, p.PeerProjectID},
		CreatedAt: timeV1(p.CreatedAt), UpdatedAt: timeV1(p.UpdatedAt),
	}
}

func createPeering(c *requestContext) (response, error) {
	body, err := decode[struct {
		Peering *struct {
			Name        string  `json:"name"`
			Description string  `json:"description"`
			Request     vpcInfo `json:"request_vpc_info"`
			Accept      vpcInfo `json:"accept_vpc_info"`
		} `json:"peering"`
	}](c)
	if err != nil {
		return response{}, err
	}
	q, err := required(c, body.Peering, "peering")
	if err != nil {
		return response{}, err
	}
	if own := q.Request.TenantID; own != "" && own != c.project {
		return response{}, c.invalidRequest("request_vpc_info.tenant_id is %s, and the caller's project is %s: a connection "+
			"is asked for by the owner of its first VPC.", own, c.project)
	}
	p, err := create(c, c.cloud, &network.Peering{
		Name: q.Name, Description: q.Description, VPCID: q.Request.VPCID, PeerVPCID: q.Accept.VPCID,
		PeerProjectID: q.Accept.TenantID,
	})
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusCreated, jsonObject{"peering": peeringBody(p)})
}

// listPeerings shows the caller's connections, those that ask him included.
func listPeerings(c *requestContext) (response, error) {
	type peering = *network.Peering
	p, err := selectPage(c, emulator.Filter{}, queryFilters[peering]{
		"id":        byID[peering],
		"name":      func(p peering, s string) bool { return p.Name == s },
		"status":    func(p peering, s string) bool { return string(p.Status) == s },
		"tenant_id": func(p peering, s string) bool { return p.Project == s || p.PeerProjectID == s },
		"vpc_id":    func(p peering, s string) bool { return p.Other(s) != "" },
	})
	if err != nil {
		return response{}, err
	}
	return respondPage(c, "peerings", p, peeringBody)
}

func getPeering(c *requestContext) (response, error) {
	p, err := get[*network.Peering](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"peering": peeringBody(p)})
}

func updatePeering(c *requestContext) (response, error) {
	body, err := decode[struct {
		Peering *struct {
			Name        *string `json:"name"`
			Description *string `json:"description"`
		} `json:"peering"`
	}](c)
	if err != nil {
		return response{}, err
	}
	q, err := required(c, body.Peering, "peering")
	if err != nil {
		return response{}, err
	}
	p, err := change(c, c.path("id"), func(_ *emulator.Cloud, p *network.Peering) error {
		setIfPresent(&p.Name, q.Name)
		setIfPresent(&p.Description, q.Description)
		return nil
	})
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"peering": peeringBody(p)})
}

// decidePeering returns the handler for a decision. Alone of all calls, its two answer with the bare object.
func decidePeering(decision network.PeeringStatus) handler {
	return func(c *requestContext) (response, error) {
		var decided *network.Peering
		err := c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
			p, err := get[*network.Peering](c, cloud, c.path("id"))
			if err != nil {
				return err
			}
			if p.Status == decision {
				// The emulator takes a decision that has been made already for granted; the cloud's API does not (ERR-22).
				return &apiError{
					http.StatusConflict, "VpcPeeringNotPending",
					"The peering connection " + p.ID + " is " + string(p.Status) + " and does not wait for a decision.",
				}
			}
			decided, err = cloud.DecidePeering(c.r.Context(), p.ID, c.project, decision)
			return err
		})
		if err != nil {
			return response{}, err
		}
		return respond(http.StatusOK, peeringBody(decided))
	}
}
