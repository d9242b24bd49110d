package contract

import (
	"net/http"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
)

func peeringRequest(name, vpc, peer string, tenant *string) m2.CreateVpcPeeringRequest {
	return m2.CreateVpcPeeringRequest{Body: &m2.CreateVpcPeeringRequestBody{Peering: &m2.CreateVpcPeeringOption{
		Name: name, Description: new("why"), RequestVpcInfo: &m2.VpcInfo{VpcId: vpc},
		AcceptVpcInfo: &m2.VpcInfo{VpcId: peer, TenantId: tenant},
	}}}
}

func TestPeeringLife(t *testing.T) {
	l := newLab(t)
	a, b := l.newVPC(t, "a", "10.0.0.0/16"), l.newVPC(t, "b", "10.1.0.0/16")
	created := call(t, http.StatusCreated, l.v2.CreateVpcPeering, peeringRequest("ab", a, b, nil)).Peering
	same(t, "status inside a project", created.Status.Value(), "ACTIVE")
	same(t, "request side", *created.RequestVpcInfo, m2.VpcInfo{VpcId: a, TenantId: new(project)})
	same(t, "accept side", *created.AcceptVpcInfo, m2.VpcInfo{VpcId: b, TenantId: new(project)})
	show := func() *m2.VpcPeering {
		t.Helper()
		return call(t, http.StatusOK, l.v2.ShowVpcPeering, m2.ShowVpcPeeringRequest{PeeringId: created.Id}).Peering
	}
	same(t, "shown peering", *show(), *created)
	call(t, http.StatusOK, l.v2.UpdateVpcPeering, m2.UpdateVpcPeeringRequest{
		PeeringId: created.Id, Body: &m2.UpdateVpcPeeringRequestBody{Peering: &m2.UpdateVpcPeeringOption{Name: new("ba")}},
	})
	same(t, "name", show().Name, "ba")
	same(t, "description that the update did not name", show().Description, "why")
	call(t, http.StatusOK, l.v2.UpdateVpcPeering, m2.UpdateVpcPeeringRequest{
		PeeringId: created.Id, Body: &m2.UpdateVpcPeeringRequestBody{
			Peering: &m2.UpdateVpcPeeringOption{Description: new("")},
		},
	})
	same(t, "description", show().Description, "")
	_, err := l.v2.DeleteVpc(&m2.DeleteVpcRequest{VpcId: b})
	same(t, "status of deleting a peered VPC", statusOf(t, err), http.StatusConflict)
	call(t, http.StatusNoContent, l.v2.DeleteVpcPeering, m2.DeleteVpcPeeringRequest{PeeringId: created.Id})
	refused(t, http.StatusNotFound, "", "NeutronError", l.v2.ShowVpcPeering,
		m2.ShowVpcPeeringRequest{PeeringId: created.Id})
	refused(t, http.StatusNotFound, "", "NeutronError", l.v2.DeleteVpcPeering,
		m2.DeleteVpcPeeringRequest{PeeringId: created.Id})
	call(t, http.StatusNoContent, l.v2.DeleteVpc, m2.DeleteVpcRequest{VpcId: b})
}

func TestPeeringBetweenProjects(t *testing.T) {
	l := newLab(t)
	other := l.as(otherProject, secretKey)
	a, b, c := l.newVPC(t, "a", "10.0.0.0/16"), other.newVPC(t, "b", "10.1.0.0/16"), other.newVPC(t, "c", "10.2.0.0/16")
	offer := call(t, http.StatusCreated, l.v2.CreateVpcPeering, peeringRequest("ab", a, b, new(otherProject))).Peering
	same(t, "status between projects", offer.Status.Value(), "PENDING_ACCEPTANCE")
	same(t, "accept side", *offer.AcceptVpcInfo, m2.VpcInfo{VpcId: b, TenantId: new(otherProject)})
	seen := call(t, http.StatusOK, other.v2.ShowVpcPeering, m2.ShowVpcPeeringRequest{PeeringId: offer.Id}).Peering
	same(t, "status seen by the accepter", seen.Status.Value(), "PENDING_ACCEPTANCE")
	accepted := call(t, http.StatusOK, other.v2.AcceptVpcPeering, m2.AcceptVpcPeeringRequest{PeeringId: offer.Id})
	same(t, "id in the answer to accept", text(accepted.Id), offer.Id)
	same(t, "status in the answer to accept", accepted.Status.Value(), "ACTIVE")
	refused(t, http.StatusConflict, "", "ACTIVE", other.v2.RejectVpcPeering,
		m2.RejectVpcPeeringRequest{PeeringId: offer.Id})

	offer = call(t, http.StatusCreated, l.v2.CreateVpcPeering, peeringRequest("ac", a, c, new(otherProject))).Peering
	rejected := call(t, http.StatusOK, other.v2.RejectVpcPeering, m2.RejectVpcPeeringRequest{PeeringId: offer.Id})
	same(t, "status in the answer to reject", rejected.Status.Value(), "REJECTED")
	shown := call(t, http.StatusOK, l.v2.ShowVpcPeering, m2.ShowVpcPeeringRequest{PeeringId: offer.Id}).Peering
	same(t, "status seen by the requester", shown.Status.Value(), "REJECTED")
	call(t, http.StatusNoContent, l.v2.DeleteVpcPeering, m2.DeleteVpcPeeringRequest{PeeringId: offer.Id})
}

func TestPeeringFilters(t *testing.T) {
	l := newLab(t)
	a, b, c := l.newVPC(t, "a", "10.0.0.0/16"), l.newVPC(t, "b", "10.1.0.0/16"), l.newVPC(t, "c", "10.2.0.0/16")
	ab := call(t, http.StatusCreated, l.v2.CreateVpcPeering, peeringRequest("ab", a, b, nil)).Peering.Id
	bc := call(t, http.StatusCreated, l.v2.CreateVpcPeering, peeringRequest("bc", b, c, nil)).Peering.Id
	list := func(q m2.ListVpcPeeringsRequest) []string {
		t.Helper()
		return ids(call(t, http.StatusOK, l.v2.ListVpcPeerings, q).Peerings, func(p m2.VpcPeering) string { return p.Id })
	}
	status := m2.GetListVpcPeeringsRequestStatusEnum()
	same(t, "all", list(m2.ListVpcPeeringsRequest{}), []string{ab, bc})
	same(t, "by id", list(m2.ListVpcPeeringsRequest{Id: &bc}), []string{bc})
	same(t, "by name", list(m2.ListVpcPeeringsRequest{Name: new("ab")}), []string{ab})
	same(t, "by a VPC on either side", list(m2.ListVpcPeeringsRequest{VpcId: &b}), []string{ab, bc})
	same(t, "by status", list(m2.ListVpcPeeringsRequest{Status: &status.ACTIVE}), []string{ab, bc})
	same(t, "by another status", list(m2.ListVpcPeeringsRequest{Status: &status.REJECTED}), []string{})
	same(t, "by tenant", list(m2.ListVpcPeeringsRequest{TenantId: new(project)}), []string{ab, bc})
}

func TestPeeringRefusals(t *testing.T) {
	l := newLab(t)
	a, b := l.newVPC(t, "a", "10.0.0.0/16"), l.newVPC(t, "b", "10.1.0.0/16")
	call(t, http.StatusCreated, l.v2.CreateVpcPeering, peeringRequest("ab", a, b, nil))
	refused(t, http.StatusNotFound, "", nobody, l.v2.CreateVpcPeering, peeringRequest("x", a, nobody, nil))
	refused(t, http.StatusBadRequest, "", a, l.v2.CreateVpcPeering, peeringRequest("x", a, a, nil))
	refused(t, http.StatusConflict, "", "NeutronError", l.v2.CreateVpcPeering, peeringRequest("x", a, b, nil))
	refused(t, http.StatusConflict, "", "NeutronError", l.v2.CreateVpcPeering, peeringRequest("x", b, a, nil))
	refused(t, http.StatusNotFound, "", "NeutronError", l.v2.AcceptVpcPeering,
		m2.AcceptVpcPeeringRequest{PeeringId: nobody})
	refused(t, http.StatusNotFound, "", "NeutronError", l.v2.UpdateVpcPeering, m2.UpdateVpcPeeringRequest{
		PeeringId: nobody, Body: &m2.UpdateVpcPeeringRequestBody{Peering: &m2.UpdateVpcPeeringOption{Name: new("x")}},
	})
}
