package contract

import (
	"context"
	"net/http"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/groups"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/security/rules"
	"github.com/gophercloud/gophercloud/v2/pagination"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
)

// neutron signs in with a password, as OpenStack's clients do, and finds the network service in the catalogue.
func neutron(t *testing.T, l *lab) *gophercloud.ServiceClient {
	t.Helper()
	provider, err := openstack.AuthenticatedClient(t.Context(), gophercloud.AuthOptions{
		IdentityEndpoint: l.server.URL + "/v3", Username: "lab", Password: "lab", DomainName: "lab",
		TenantName: "lab-north-1",
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := openstack.NewNetworkV2(provider, gophercloud.EndpointOpts{Region: "lab-north-1"})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestGophercloudSecurityGroups(t *testing.T) {
	l := newLab(t)
	c, ctx := neutron(t, l), t.Context()
	made, err := groups.Create(ctx, c, groups.CreateOpts{Name: "web", Description: "front"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "description", made.Description, "front")
	same(t, "rules of a new group", len(made.Rules), 4)
	if made.CreatedAt.IsZero() || made.ProjectID == "" {
		t.Errorf("group: %+v", made)
	}
	updated, err := groups.Update(ctx, c, made.ID, groups.UpdateOpts{Name: "edge", Description: new("")}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "name", updated.Name, "edge")
	same(t, "description", updated.Description, "")
	shown, err := groups.Get(ctx, c, made.ID).Extract()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "shown group", shown.Name, "edge")
	second, err := groups.Create(ctx, c, groups.CreateOpts{Name: "db"}).Extract()
	if err != nil {
		t.Fatal(err)
	}

	names := func(o groups.ListOpts) []string {
		t.Helper()
		out := []string{}
		err := groups.List(c, o).EachPage(ctx, func(_ context.Context, p pagination.Page) (bool, error) {
			list, err := groups.ExtractGroups(p)
			for _, g := range list {
				out = append(out, g.Name)
			}
			return true, err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	same(t, "groups, page by page", names(groups.ListOpts{Limit: 1}), []string{"default", "edge", "db"})
	same(t, "groups by name", names(groups.ListOpts{Name: "db"}), []string{"db"})
	same(t, "groups by id", names(groups.ListOpts{ID: made.ID}), []string{"edge"})
	if err := groups.Delete(ctx, c, second.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	if _, err := groups.Get(ctx, c, second.ID).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("a group that is gone: %v", err)
	}
	if err := groups.Delete(ctx, c, second.ID).ExtractErr(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("deleting it again: %v", err)
	}
}

func TestGophercloudSecurityGroupRules(t *testing.T) {
	l := newLab(t)
	c, ctx := neutron(t, l), t.Context()
	g, err := groups.Create(ctx, c, groups.CreateOpts{Name: "web"}).Extract()
	if err != nil {
		t.Fatal(err)
	}
	create := func(o rules.CreateOpts) *rules.SecGroupRule {
		t.Helper()
		o.SecGroupID = g.ID
		r, failed := rules.Create(ctx, c, o).Extract()
		if failed != nil {
			t.Fatal(failed)
		}
		shown, failed := rules.Get(ctx, c, r.ID).Extract()
		if failed != nil {
			t.Fatal(failed)
		}
		same(t, "shown rule", shown, r)
		return r
	}
	web := create(rules.CreateOpts{
		Direction: rules.DirIngress, EtherType: rules.EtherType4, Protocol: rules.ProtocolTCP,
		PortRangeMin: 80, PortRangeMax: 90, RemoteIPPrefix: "10.0.0.0/8", Description: "why",
	})
	same(t, "ports", []int{web.PortRangeMin, web.PortRangeMax}, []int{80, 90})
	same(t, "prefix", web.RemoteIPPrefix, "10.0.0.0/8")
	same(t, "description", web.Description, "why")
	same(t, "protocol", web.Protocol, "tcp")
	peer := create(rules.CreateOpts{
		Direction: rules.DirEgress, EtherType: rules.EtherType6, Protocol: rules.ProtocolUDP, RemoteGroupID: g.ID,
	})
	same(t, "remote group", peer.RemoteGroupID, g.ID)
	create(rules.CreateOpts{Direction: rules.DirIngress, EtherType: rules.EtherType6})

	_, err = rules.Create(ctx, c, rules.CreateOpts{
		SecGroupID: g.ID, Direction: rules.DirIngress, EtherType: rules.EtherType4, Protocol: rules.ProtocolTCP,
		PortRangeMin: 80, PortRangeMax: 90, RemoteIPPrefix: "10.0.0.0/8",
	}).Extract()
	if !gophercloud.ResponseCodeIs(err, http.StatusConflict) {
		t.Errorf("the same rule again: %v", err)
	}
	pages, err := rules.List(c, rules.ListOpts{SecGroupID: g.ID, Direction: "ingress", Protocol: "tcp"}).AllPages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	listed, err := rules.ExtractRules(pages)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "rules by group, direction and protocol", ids(&listed, func(r rules.SecGroupRule) string { return r.ID }),
		[]string{web.ID})
	if err := rules.Delete(ctx, c, web.ID).ExtractErr(); err != nil {
		t.Fatal(err)
	}
	if _, err := rules.Get(ctx, c, web.ID).Extract(); !gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
		t.Errorf("a rule that is gone: %v", err)
	}
}

// The version document is what gophercloud asks for before its first call; the SDK has an operation for it too.
func TestVersionDocument(t *testing.T) {
	l := newLab(t)
	status, body := l.do(http.MethodPost, "/v3/auth/tokens", `{"auth":{"identity":{"methods":["password"],"password":{`+
		`"user":{"name":"lab","password":"lab","domain":{"name":"lab"}}}},"scope":{"project":{"name":"lab-north-1"}}}}`)
	if status != http.StatusCreated {
		t.Fatalf("status %d: %s", status, body)
	}
	if status, body = l.get("/v3/auth/catalog"); status != http.StatusOK {
		t.Fatalf("status %d: %s", status, body)
	}
	versions := call(t, http.StatusOK, l.v2.ListApiVersion, m2.ListApiVersionRequest{}).Versions
	found := false
	for _, id := range ids(versions, func(v m2.VersionResult) string { return v.Id }) {
		found = found || id == "v2.0"
	}
	if !found {
		t.Errorf("the version document does not name v2.0: %+v", versions)
	}
}
