package contract

import (
	"net/http"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
	m3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3/model"
)

func TestTagsOfVPC(t *testing.T) {
	l := newLab(t)
	id := l.newVPC(t, "a", "10.0.0.0/16")
	create := func(tags ...m2.ResourceTag) {
		t.Helper()
		call(t, http.StatusNoContent, l.v2.BatchCreateVpcTags, m2.BatchCreateVpcTagsRequest{
			VpcId: id, Body: &m2.BatchCreateVpcTagsRequestBody{
				Action: m2.GetBatchCreateVpcTagsRequestBodyActionEnum().CREATE, Tags: tags,
			},
		})
	}
	remove := func(tags ...m2.ResourceTag) {
		t.Helper()
		call(t, http.StatusNoContent, l.v2.BatchDeleteVpcTags, m2.BatchDeleteVpcTagsRequest{
			VpcId: id, Body: &m2.BatchDeleteVpcTagsRequestBody{
				Action: m2.GetBatchDeleteVpcTagsRequestBodyActionEnum().DELETE, Tags: tags,
			},
		})
	}
	tags := func() map[string]string {
		t.Helper()
		out := map[string]string{}
		for _, tag := range *call(t, http.StatusOK, l.v2.ShowVpcTags, m2.ShowVpcTagsRequest{VpcId: id}).Tags {
			out[tag.Key] = tag.Value
		}
		return out
	}
	same(t, "tags of a new VPC", tags(), map[string]string{})
	create(m2.ResourceTag{Key: "env", Value: "prod"}, m2.ResourceTag{Key: "owner", Value: ""})
	same(t, "tags", tags(), map[string]string{"env": "prod", "owner": ""})
	create(m2.ResourceTag{Key: "env", Value: "test"})
	same(t, "tags after an overwrite", tags(), map[string]string{"env": "test", "owner": ""})
	remove(m2.ResourceTag{Key: "owner"}, m2.ResourceTag{Key: "absent"})
	same(t, "tags after a removal", tags(), map[string]string{"env": "test"})
	call(t, http.StatusNoContent, l.v2.CreateVpcResourceTag, m2.CreateVpcResourceTagRequest{
		VpcId: id, Body: &m2.CreateVpcResourceTagRequestBody{Tag: &m2.ResourceTag{Key: "team", Value: "net"}},
	})
	call(t, http.StatusNoContent, l.v2.DeleteVpcTag, m2.DeleteVpcTagRequest{VpcId: id, Key: "env"})
	same(t, "tags after single calls", tags(), map[string]string{"team": "net"})
	same(t, "tags over v3", call(t, http.StatusOK, l.v3.ShowVpc, m3.ShowVpcRequest{VpcId: id}).Vpc.Tags,
		[]m3.Tag{{Key: "team", Value: "net"}})

	many := []m2.ResourceTag{}
	for i := range 21 {
		many = append(many, m2.ResourceTag{Key: string(rune('a' + i)), Value: "x"})
	}
	refused(t, http.StatusBadRequest, "VPC.1801", "", l.v2.BatchCreateVpcTags, m2.BatchCreateVpcTagsRequest{
		VpcId: id, Body: &m2.BatchCreateVpcTagsRequestBody{
			Action: m2.GetBatchCreateVpcTagsRequestBodyActionEnum().CREATE, Tags: many,
		},
	})
	same(t, "tags after the refusal", tags(), map[string]string{"team": "net"})
	_, err := l.v2.ShowVpcTags(&m2.ShowVpcTagsRequest{VpcId: nobody})
	same(t, "status of the tags of a VPC that is none", statusOf(t, err), http.StatusNotFound)
}

func TestTagsOfSubnet(t *testing.T) {
	l := newLab(t)
	vpc := l.newVPC(t, "a", "10.0.0.0/16")
	id := l.newSubnet(t, vpc, "s", "10.0.1.0/24").Id
	call(t, http.StatusNoContent, l.v2.BatchCreateSubnetTags, m2.BatchCreateSubnetTagsRequest{
		SubnetId: id, Body: &m2.BatchCreateSubnetTagsRequestBody{
			Action: m2.GetBatchCreateSubnetTagsRequestBodyActionEnum().CREATE,
			Tags:   []m2.ResourceTag{{Key: "env", Value: "prod"}, {Key: "tier", Value: "web"}},
		},
	})
	call(t, http.StatusNoContent, l.v2.CreateSubnetTag, m2.CreateSubnetTagRequest{
		SubnetId: id, Body: &m2.CreateSubnetTagRequestBody{Tag: &m2.ResourceTag{Key: "team", Value: "net"}},
	})
	call(t, http.StatusNoContent, l.v2.DeleteSubnetTag, m2.DeleteSubnetTagRequest{SubnetId: id, Key: "tier"})
	call(t, http.StatusNoContent, l.v2.BatchDeleteSubnetTags, m2.BatchDeleteSubnetTagsRequest{
		SubnetId: id, Body: &m2.BatchDeleteSubnetTagsRequestBody{
			Action: m2.GetBatchDeleteSubnetTagsRequestBodyActionEnum().DELETE, Tags: []m2.ResourceTag{{Key: "team"}},
		},
	})
	same(t, "tags", *call(t, http.StatusOK, l.v2.ShowSubnetTags, m2.ShowSubnetTagsRequest{SubnetId: id}).Tags,
		[]m2.ResourceTag{{Key: "env", Value: "prod"}})
	same(t, "tags in use", *call(t, http.StatusOK, l.v2.ListSubnetTags, m2.ListSubnetTagsRequest{}).Tags,
		[]m2.ListTag{{Key: "env", Values: []string{"prod"}}})
	found := call(t, http.StatusOK, l.v2.ListSubnetsByTags, m2.ListSubnetsByTagsRequest{
		Body: &m2.ListSubnetsByTagsRequestBody{
			Action: m2.GetListSubnetsByTagsRequestBodyActionEnum().FILTER, Limit: new(int32(10)), Offset: new(int32(0)),
			Tags: &[]m2.ListTag{{Key: "env", Values: []string{"prod"}}},
		},
	})
	same(t, "subnets by tag", ids(found.Resources, func(r m2.ListResourceResp) string { return r.ResourceId }),
		[]string{id})
}

func TestTagsOfSecurityGroup(t *testing.T) {
	l := newLab(t)
	id := l.newGroup(t, "g").Id
	call(t, http.StatusNoContent, l.v2.BatchCreateSecurityGroupTags, m2.BatchCreateSecurityGroupTagsRequest{
		SecurityGroupId: id, Body: &m2.BatchCreateSecurityGroupTagsRequestBody{
			Action: m2.GetBatchCreateSecurityGroupTagsRequestBodyActionEnum().CREATE,
			Tags:   []m2.ResourceTag{{Key: "env", Value: "prod"}, {Key: "tier", Value: "web"}},
		},
	})
	call(t, http.StatusNoContent, l.v2.CreateSecurityGroupTag, m2.CreateSecurityGroupTagRequest{
		SecurityGroupId: id, Body: &m2.CreateSecurityGroupTagRequestBody{Tag: &m2.ResourceTag{Key: "team", Value: "net"}},
	})
	call(t, http.StatusNoContent, l.v2.DeleteSecurityGroupTag,
		m2.DeleteSecurityGroupTagRequest{SecurityGroupId: id, Key: "tier"})
	call(t, http.StatusNoContent, l.v2.BatchDeleteSecurityGroupTags, m2.BatchDeleteSecurityGroupTagsRequest{
		SecurityGroupId: id, Body: &m2.BatchDeleteSecurityGroupTagsRequestBody{
			Action: m2.GetBatchDeleteSecurityGroupTagsRequestBodyActionEnum().DELETE, Tags: []m2.ResourceTag{{Key: "team"}},
		},
	})
	same(t, "tags", *call(t, http.StatusOK, l.v2.ShowSecurityGroupTags,
		m2.ShowSecurityGroupTagsRequest{SecurityGroupId: id}).Tags, []m2.ResourceTag{{Key: "env", Value: "prod"}})
	same(t, "tags in use", *call(t, http.StatusOK, l.v2.ListSecurityGroupTags, m2.ListSecurityGroupTagsRequest{}).Tags,
		[]m2.ListTag{{Key: "env", Values: []string{"prod"}}})
	found := call(t, http.StatusOK, l.v2.ListSecurityGroupsByTags, m2.ListSecurityGroupsByTagsRequest{
		Body: &m2.ListSecurityGroupsByTagsRequestBody{
			Action:  m2.GetListSecurityGroupsByTagsRequestBodyActionEnum().FILTER,
			Matches: &[]m2.Match{{Key: "resource_name", Value: "g"}},
		},
	})
	same(t, "groups by name", ids(found.Resources, func(r m2.ListResourceResp) string { return r.ResourceId }),
		[]string{id})
}

// A search by tags pages by offset in its body, and a server that ignores it keeps the cloud's own provider asking.
func TestTagSearch(t *testing.T) {
	l := newLab(t)
	want := []string{}
	for _, name := range []string{"a", "b", "c"} {
		id := call(t, http.StatusOK, l.v2.CreateVpc, m2.CreateVpcRequest{Body: &m2.CreateVpcRequestBody{
			Vpc: &m2.CreateVpcOption{
				Name: new(name), Cidr: new("10.0.0.0/16"), Tags: &[]string{"env*prod", "name*" + name},
			},
		}}).Vpc.Id
		want = append(want, id)
	}
	l.newVPC(t, "bare", "10.0.0.0/16")
	actions := m2.GetListVpcsByTagsRequestBodyActionEnum()
	search := func(b m2.ListVpcsByTagsRequestBody) ([]string, int32) {
		t.Helper()
		found := call(t, http.StatusOK, l.v2.ListVpcsByTags, m2.ListVpcsByTagsRequest{Body: &b})
		return ids(found.Resources, func(r m2.ListResourceResp) string { return r.ResourceId }), *found.TotalCount
	}
	prod := &[]m2.ListTag{{Key: "env", Values: []string{"prod"}}}
	got, total := search(m2.ListVpcsByTagsRequestBody{Action: actions.FILTER, Tags: prod})
	same(t, "VPCs by tag", got, want)
	same(t, "how many", total, 3)
	got, total = search(m2.ListVpcsByTagsRequestBody{
		Action: actions.FILTER, Tags: prod, Limit: new(int32(2)), Offset: new(int32(2)),
	})
	same(t, "second page", got, want[2:])
	same(t, "how many, on the second page", total, 3)
	got, _ = search(m2.ListVpcsByTagsRequestBody{
		Action: actions.FILTER, Tags: prod, Limit: new(int32(2)), Offset: new(int32(3)),
	})
	same(t, "page past the end", got, []string{})
	got, _ = search(m2.ListVpcsByTagsRequestBody{
		Action: actions.FILTER, Tags: &[]m2.ListTag{{Key: "name", Values: []string{"a", "c"}}},
	})
	same(t, "either value of a key", got, []string{want[0], want[2]})
	got, _ = search(m2.ListVpcsByTagsRequestBody{
		Action: actions.FILTER,
		Tags:   &[]m2.ListTag{{Key: "env", Values: []string{"prod"}}, {Key: "name", Values: []string{"b"}}},
	})
	same(t, "both keys", got, want[1:2])
	got, _ = search(m2.ListVpcsByTagsRequestBody{
		Action: actions.FILTER, Tags: &[]m2.ListTag{{Key: "name", Values: []string{}}},
	})
	same(t, "any value of a key", got, want)
	_, total = search(m2.ListVpcsByTagsRequestBody{Action: actions.COUNT, Tags: prod})
	same(t, "count", total, 3)

	all := *call(t, http.StatusOK, l.v2.ListVpcTags, m2.ListVpcTagsRequest{}).Tags
	values := map[string][]string{}
	for _, tag := range all {
		values[tag.Key] = sorted(tag.Values)
	}
	same(t, "tags in use", values, map[string][]string{"env": {"prod"}, "name": {"a", "b", "c"}})
}

func TestTagsOfFirewall(t *testing.T) {
	l := newLab(t)
	a := l.newFirewall(t, "a", m3.ResourceTag{Key: "env", Value: "prod"})
	b := l.newFirewall(t, "b", m3.ResourceTag{Key: "env", Value: "test"})
	call(t, http.StatusNoContent, l.v3.BatchCreateFirewallTags, m3.BatchCreateFirewallTagsRequest{
		FirewallId: a.Id, Body: &m3.BatchCreateFirewallTagsRequestBody{
			Tags: []m3.ResourceTag{{Key: "tier", Value: "web"}, {Key: "team", Value: "net"}},
		},
	})
	call(t, http.StatusNoContent, l.v3.CreateFirewallTag, m3.CreateFirewallTagRequest{
		FirewallId: a.Id, Body: &m3.CreateFirewallTagRequestBody{Tag: &m3.ResourceTag{Key: "cost", Value: "7"}},
	})
	call(t, http.StatusNoContent, l.v3.BatchDeleteFirewallTags, m3.BatchDeleteFirewallTagsRequest{
		FirewallId: a.Id, Body: &m3.BatchDeleteFirewallTagsRequestBody{
			Tags: []m3.DeleteResourceTagRequestBody{{Key: "tier"}},
		},
	})
	call(t, http.StatusNoContent, l.v3.DeleteFirewallTag, m3.DeleteFirewallTagRequest{FirewallId: a.Id, TagKey: "team"})
	tags := map[string]string{}
	for _, tag := range *call(t, http.StatusOK, l.v3.ShowFirewallTags,
		m3.ShowFirewallTagsRequest{FirewallId: a.Id}).Tags {
		tags[tag.Key] = tag.Value
	}
	same(t, "tags", tags, map[string]string{"env": "prod", "cost": "7"})

	values := map[string][]string{}
	for _, tag := range *call(t, http.StatusOK, l.v3.ListFirewallTags, m3.ListFirewallTagsRequest{}).Tags {
		values[tag.Key] = sorted(tag.Values)
	}
	same(t, "tags in use", values, map[string][]string{"env": {"prod", "test"}, "cost": {"7"}})
	past := call(t, http.StatusOK, l.v3.ListFirewallTags, m3.ListFirewallTagsRequest{Offset: new(int32(2))})
	same(t, "tags past the end", len(*past.Tags), 0)

	search := func(q m3.ListFirewallsByTagsRequest) []string {
		t.Helper()
		return ids(call(t, http.StatusOK, l.v3.ListFirewallsByTags, q).Resources,
			func(r m3.ListResourceResp) string { return r.ResourceId })
	}
	env := &m3.ListFirewallsByTagsRequestBody{Tags: &[]m3.ListTag{{Key: "env", Values: []string{"prod", "test"}}}}
	same(t, "ACLs by tag", search(m3.ListFirewallsByTagsRequest{Body: env}), []string{a.Id, b.Id})
	same(t, "second page", search(m3.ListFirewallsByTagsRequest{
		Body: env, Limit: new(int32(1)), Offset: new(int32(1)),
	}), []string{b.Id})
	same(t, "page past the end", search(m3.ListFirewallsByTagsRequest{Body: env, Offset: new(int32(2))}), []string{})
	same(t, "count", *call(t, http.StatusOK, l.v3.CountFirewallsByTags, m3.CountFirewallsByTagsRequest{
		Body: &m3.CountFirewallsByTagsRequestBody{Tags: env.Tags},
	}).TotalCount, 2)
}
