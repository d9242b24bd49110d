package contract

import (
	"net/http"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
	m3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3/model"
)

// newVPC creates a VPC over v1 and returns its id.
func (l *tenant) newVPC(t *testing.T, name, cidr string) string {
	t.Helper()
	return call(t, http.StatusOK, l.v2.CreateVpc, m2.CreateVpcRequest{Body: &m2.CreateVpcRequestBody{
		Vpc: &m2.CreateVpcOption{Name: &name, Cidr: &cidr},
	}}).Vpc.Id
}

func TestVPCLifeOverV1(t *testing.T) {
	l := newLab(t)
	created := call(t, http.StatusOK, l.v2.CreateVpc, m2.CreateVpcRequest{Body: &m2.CreateVpcRequestBody{
		Vpc: &m2.CreateVpcOption{
			Name: new("production"), Cidr: new("10.0.0.0/16"), Description: new("the shop"),
			EnterpriseProjectId: new("0"), Tags: &[]string{"env*prod", "owner*"},
		},
	}}).Vpc
	if s := created.Status.Value(); s != "CREATING" && s != "OK" {
		t.Errorf("status of a new VPC is %q", s)
	}

	shown := call(t, http.StatusOK, l.v2.ShowVpc, m2.ShowVpcRequest{VpcId: created.Id}).Vpc
	same(t, "name", shown.Name, "production")
	same(t, "cidr", shown.Cidr, "10.0.0.0/16")
	same(t, "description", shown.Description, "the shop")
	same(t, "status", shown.Status.Value(), "OK")
	same(t, "enterprise project", shown.EnterpriseProjectId, "0")
	same(t, "tenant", shown.TenantId, project)
	tags := call(t, http.StatusOK, l.v2.ShowVpcTags, m2.ShowVpcTagsRequest{VpcId: created.Id}).Tags
	same(t, "tags", *tags, []m2.ResourceTag{{Key: "env", Value: "prod"}, {Key: "owner", Value: ""}})

	updated := call(t, http.StatusOK, l.v2.UpdateVpc, m2.UpdateVpcRequest{
		VpcId: created.Id, Body: &m2.UpdateVpcRequestBody{
			Vpc: &m2.UpdateVpcOption{Name: new("live"), Cidr: new("10.0.0.0/15"), Description: new("")},
		},
	}).Vpc
	same(t, "name", updated.Name, "live")
	same(t, "cidr", updated.Cidr, "10.0.0.0/15")
	same(t, "description", updated.Description, "")
	same(t, "creation time after the update", updated.CreatedAt.String(), shown.CreatedAt.String())

	call(t, http.StatusNoContent, l.v2.DeleteVpc, m2.DeleteVpcRequest{VpcId: created.Id})
	refused(t, http.StatusNotFound, "VPC.0202", "could not be found", l.v2.ShowVpc, m2.ShowVpcRequest{VpcId: created.Id})
	refused(t, http.StatusNotFound, "VPC.0202", created.Id, l.v2.DeleteVpc, m2.DeleteVpcRequest{VpcId: created.Id})
}

func TestVPCUpdateLeavesWhatItDoesNotName(t *testing.T) {
	l := newLab(t)
	created := call(t, http.StatusOK, l.v2.CreateVpc, m2.CreateVpcRequest{Body: &m2.CreateVpcRequestBody{
		Vpc: &m2.CreateVpcOption{Name: new("a"), Cidr: new("10.0.0.0/16"), Description: new("kept")},
	}}).Vpc
	call(t, http.StatusOK, l.v3.AddVpcExtendCidr, m3.AddVpcExtendCidrRequest{
		VpcId: created.Id, Body: &m3.AddVpcExtendCidrRequestBody{
			Vpc: &m3.AddExtendCidrOption{ExtendCidrs: []string{"23.8.0.0/16"}},
		},
	})
	call(t, http.StatusOK, l.v2.UpdateVpc, m2.UpdateVpcRequest{VpcId: created.Id, Body: &m2.UpdateVpcRequestBody{
		Vpc: &m2.UpdateVpcOption{Name: new("b")},
	}})
	shown := call(t, http.StatusOK, l.v3.ShowVpc, m3.ShowVpcRequest{VpcId: created.Id}).Vpc
	same(t, "name", shown.Name, "b")
	same(t, "description", shown.Description, "kept")
	same(t, "cidr", shown.Cidr, "10.0.0.0/16")
	same(t, "secondary blocks", shown.ExtendCidrs, []string{"23.8.0.0/16"})
}

func TestVPCLifeOverV3(t *testing.T) {
	l := newLab(t)
	call(t, http.StatusCreated, l.v3.CreateVpc, m3.CreateVpcRequest{Body: &m3.CreateVpcRequestBody{
		Vpc: &m3.CreateVpcOption{
			Name: "production", Cidr: "10.0.0.0/16", Description: new("the shop"),
			Tags: &[]m3.Tag{{Key: "env", Value: "prod"}},
		},
	}})
	// The SDK's type for the answer has no room for the VPC.
	found := *call(t, http.StatusOK, l.v3.ListVpcs, m3.ListVpcsRequest{Name: &[]string{"production"}}).Vpcs
	if len(found) != 1 {
		t.Fatalf("there are %d VPCs named production", len(found))
	}
	id := found[0].Id

	shown := call(t, http.StatusOK, l.v3.ShowVpc, m3.ShowVpcRequest{VpcId: id}).Vpc
	same(t, "status", shown.Status, "ACTIVE")
	same(t, "project", shown.ProjectId, project)
	same(t, "tags", shown.Tags, []m3.Tag{{Key: "env", Value: "prod"}})
	same(t, "secondary blocks", shown.ExtendCidrs, []string{})
	same(t, "listed VPC", found[0], *shown)

	call(t, http.StatusOK, l.v3.UpdateVpc, m3.UpdateVpcRequest{VpcId: id, Body: &m3.UpdateVpcRequestBody{
		Vpc: &m3.UpdateVpcOption{Name: new("live"), Description: new("")},
	}})
	shown = call(t, http.StatusOK, l.v3.ShowVpc, m3.ShowVpcRequest{VpcId: id}).Vpc
	same(t, "name", shown.Name, "live")
	same(t, "description", shown.Description, "")
	same(t, "tags after the update", shown.Tags, []m3.Tag{{Key: "env", Value: "prod"}})

	call(t, http.StatusNoContent, l.v3.DeleteVpc, m3.DeleteVpcRequest{VpcId: id})
	refused(t, http.StatusNotFound, "VPC.9904", id, l.v3.ShowVpc, m3.ShowVpcRequest{VpcId: id})
	refused(t, http.StatusNotFound, "VPC.9904", id, l.v3.DeleteVpc, m3.DeleteVpcRequest{VpcId: id})
	refused(t, http.StatusNotFound, "VPC.9904", id, l.v3.UpdateVpc, m3.UpdateVpcRequest{
		VpcId: id, Body: &m3.UpdateVpcRequestBody{Vpc: &m3.UpdateVpcOption{Name: new("x")}},
	})
}

func TestVPCIsOneObjectInBothGenerations(t *testing.T) {
	l := newLab(t)
	id := l.newVPC(t, "a", "10.0.0.0/16")
	call(t, http.StatusOK, l.v3.UpdateVpc, m3.UpdateVpcRequest{VpcId: id, Body: &m3.UpdateVpcRequestBody{
		Vpc: &m3.UpdateVpcOption{Name: new("b")},
	}})
	same(t, "name over v1", call(t, http.StatusOK, l.v2.ShowVpc, m2.ShowVpcRequest{VpcId: id}).Vpc.Name, "b")
	call(t, http.StatusNoContent, l.v3.DeleteVpc, m3.DeleteVpcRequest{VpcId: id})
	refused(t, http.StatusNotFound, "VPC.0202", id, l.v2.ShowVpc, m2.ShowVpcRequest{VpcId: id})
}

func TestVPCCountsWhatItHolds(t *testing.T) {
	l := newLab(t)
	id := l.newVPC(t, "a", "10.0.0.0/16")
	l.newSubnet(t, id, "one", "10.0.1.0/24")
	l.newSubnet(t, id, "two", "10.0.2.0/24")
	held := map[string]int32{}
	for _, r := range call(t, http.StatusOK, l.v3.ShowVpc, m3.ShowVpcRequest{VpcId: id}).Vpc.CloudResources {
		held[r.ResourceType] = r.ResourceCount
	}
	same(t, "cloud resources", held, map[string]int32{"virsubnet": 2, "routetable": 1})
}

func TestVPCSecondaryBlocks(t *testing.T) {
	l := newLab(t)
	id := l.newVPC(t, "a", "10.0.0.0/16")
	add := func(cidrs ...string) m3.AddVpcExtendCidrRequest {
		return m3.AddVpcExtendCidrRequest{VpcId: id, Body: &m3.AddVpcExtendCidrRequestBody{
			Vpc: &m3.AddExtendCidrOption{ExtendCidrs: cidrs},
		}}
	}
	remove := func(cidrs ...string) m3.RemoveVpcExtendCidrRequest {
		return m3.RemoveVpcExtendCidrRequest{VpcId: id, Body: &m3.RemoveVpcExtendCidrRequestBody{
			Vpc: &m3.RemoveExtendCidrOption{ExtendCidrs: cidrs},
		}}
	}
	same(t, "blocks after the first", call(t, http.StatusOK, l.v3.AddVpcExtendCidr, add("23.8.0.0/16")).Vpc.ExtendCidrs,
		[]string{"23.8.0.0/16"})
	call(t, http.StatusOK, l.v3.AddVpcExtendCidr, add("23.9.0.0/16"))
	refused(t, http.StatusBadRequest, "VPC.9911", "23.8", l.v3.AddVpcExtendCidr, add("23.8/16"))
	refused(t, http.StatusBadRequest, "VPC.9916", "100.64.0.0/10", l.v3.AddVpcExtendCidr, add("100.64.3.0/24"))
	refused(t, http.StatusConflict, "VPC.9914", "overlap", l.v3.AddVpcExtendCidr, add("23.8.4.0/24"))
	refused(t, http.StatusNotFound, "VPC.9915", "23.77.0.0/16", l.v3.RemoveVpcExtendCidr, remove("23.77.0.0/16"))
	refused(t, http.StatusNotFound, "VPC.9904", nobody, l.v3.AddVpcExtendCidr, m3.AddVpcExtendCidrRequest{
		VpcId: nobody, Body: add("23.10.0.0/16").Body,
	})
	shown := call(t, http.StatusOK, l.v3.ShowVpc, m3.ShowVpcRequest{VpcId: id}).Vpc
	same(t, "blocks after the refusals", shown.ExtendCidrs, []string{"23.8.0.0/16", "23.9.0.0/16"})
	same(t, "blocks after a removal",
		call(t, http.StatusOK, l.v3.RemoveVpcExtendCidr, remove("23.8.0.0/16")).Vpc.ExtendCidrs, []string{"23.9.0.0/16"})
}

func TestVPCSecondaryBlockInUse(t *testing.T) {
	l := newLab(t)
	id := l.newVPC(t, "a", "10.0.0.0/16")
	call(t, http.StatusOK, l.v3.AddVpcExtendCidr, m3.AddVpcExtendCidrRequest{
		VpcId: id, Body: &m3.AddVpcExtendCidrRequestBody{Vpc: &m3.AddExtendCidrOption{ExtendCidrs: []string{"23.8.0.0/16"}}},
	})
	l.newSubnet(t, id, "s", "23.8.1.0/24")
	_, err := l.v3.RemoveVpcExtendCidr(&m3.RemoveVpcExtendCidrRequest{
		VpcId: id, Body: &m3.RemoveVpcExtendCidrRequestBody{
			Vpc: &m3.RemoveExtendCidrOption{ExtendCidrs: []string{"23.8.0.0/16"}},
		},
	})
	if err == nil {
		t.Error("a secondary block was removed under a subnet")
	}
}

func TestVPCRefusals(t *testing.T) {
	l := newLab(t)
	id := l.newVPC(t, "a", "10.0.0.0/16")
	create := func(name, cidr string) m2.CreateVpcRequest {
		return m2.CreateVpcRequest{Body: &m2.CreateVpcRequestBody{Vpc: &m2.CreateVpcOption{Name: &name, Cidr: &cidr}}}
	}
	refused(t, http.StatusBadRequest, "VPC.0115", "a", l.v2.CreateVpc, create("a", "10.1.0.0/16"))
	refused(t, http.StatusBadRequest, "VPC.0101", "10.1.0.0/99", l.v2.CreateVpc, create("b", "10.1.0.0/99"))
	refused(t, http.StatusBadRequest, "VPC.0101", "name", l.v2.CreateVpc, create("no spaces", "10.1.0.0/16"))
	refused(t, http.StatusBadRequest, "VPC.0101", "8.8.0.0/16", l.v2.CreateVpc, create("b", "8.8.0.0/16"))

	l.newSubnet(t, id, "s", "10.0.200.0/24")
	refused(t, http.StatusBadRequest, "VPC.0117", "10.0.200.0/24", l.v2.UpdateVpc, m2.UpdateVpcRequest{
		VpcId: id, Body: &m2.UpdateVpcRequestBody{Vpc: &m2.UpdateVpcOption{Cidr: new("10.0.0.0/20")}},
	})
	refused(t, http.StatusConflict, "VPC.0104", "subnet", l.v2.DeleteVpc, m2.DeleteVpcRequest{VpcId: id})
	_, err := l.v3.DeleteVpc(&m3.DeleteVpcRequest{VpcId: id})
	if err == nil {
		t.Error("a VPC with a subnet was deleted over v3")
	}
	refused(t, http.StatusNotFound, "VPC.0202", nobody, l.v2.UpdateVpc, m2.UpdateVpcRequest{
		VpcId: nobody, Body: &m2.UpdateVpcRequestBody{Vpc: &m2.UpdateVpcOption{Name: new("x")}},
	})
}

func TestVPCFilters(t *testing.T) {
	l := newLab(t)
	a, b, c := l.newVPC(t, "a", "10.0.0.0/16"), l.newVPC(t, "b", "10.1.0.0/16"), l.newVPC(t, "c", "10.2.0.0/16")
	v1 := func(q m2.ListVpcsRequest) []string {
		return ids(call(t, http.StatusOK, l.v2.ListVpcs, q).Vpcs, func(v m2.Vpc) string { return v.Id })
	}
	v3 := func(q m3.ListVpcsRequest) []string {
		return ids(call(t, http.StatusOK, l.v3.ListVpcs, q).Vpcs, func(v m3.Vpc) string { return v.Id })
	}
	same(t, "v1, all", v1(m2.ListVpcsRequest{}), []string{a, b, c})
	same(t, "v1, by id", v1(m2.ListVpcsRequest{Id: &b}), []string{b})
	same(t, "v1, default enterprise project", v1(m2.ListVpcsRequest{EnterpriseProjectId: new("0")}), []string{a, b, c})
	same(t, "v1, every enterprise project", v1(m2.ListVpcsRequest{EnterpriseProjectId: new("all_granted_eps")}),
		[]string{a, b, c})
	same(t, "v1, another enterprise project", v1(m2.ListVpcsRequest{EnterpriseProjectId: new(nobody)}), []string{})
	same(t, "v3, two ids", v3(m3.ListVpcsRequest{Id: &[]string{a, c}}), []string{a, c})
	same(t, "v3, two names", v3(m3.ListVpcsRequest{Name: &[]string{"b", "c"}}), []string{b, c})
	same(t, "v3, by block", v3(m3.ListVpcsRequest{Cidr: &[]string{"10.2.0.0/16"}}), []string{c})
	same(t, "v3, name and block", v3(m3.ListVpcsRequest{Name: &[]string{"a"}, Cidr: &[]string{"10.2.0.0/16"}}), []string{})
}

func TestVPCDryRun(t *testing.T) {
	l := newLab(t)
	passed := call(t, http.StatusAccepted, l.v3.CreateVpc, m3.CreateVpcRequest{Body: &m3.CreateVpcRequestBody{
		DryRun: new(true), Vpc: &m3.CreateVpcOption{Name: "a", Cidr: "10.0.0.0/16"},
	}})
	same(t, "code of a passed dry run", text(passed.ErrorCode), "SYS.0202")
	if text(passed.RequestId) == "(absent)" {
		t.Error("a dry run has no request id")
	}
	refused(t, http.StatusBadRequest, "VPC.0101", "8.0.0.0/8", l.v3.CreateVpc, m3.CreateVpcRequest{
		Body: &m3.CreateVpcRequestBody{DryRun: new(true), Vpc: &m3.CreateVpcOption{Name: "a", Cidr: "8.0.0.0/8"}},
	})
	same(t, "VPCs after dry runs", len(*call(t, http.StatusOK, l.v3.ListVpcs, m3.ListVpcsRequest{}).Vpcs), 0)

	id := l.newVPC(t, "a", "10.0.0.0/16")
	call(t, http.StatusAccepted, l.v3.AddVpcExtendCidr, m3.AddVpcExtendCidrRequest{
		VpcId: id, Body: &m3.AddVpcExtendCidrRequestBody{
			DryRun: new(true), Vpc: &m3.AddExtendCidrOption{ExtendCidrs: []string{"23.8.0.0/16"}},
		},
	})
	same(t, "blocks after a dry run", call(t, http.StatusOK, l.v3.ShowVpc, m3.ShowVpcRequest{VpcId: id}).Vpc.ExtendCidrs,
		[]string{})
}
