package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
	m3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3/model"
)

func TestPagesOverV3SayWhereTheNextBegins(t *testing.T) {
	l := newLab(t)
	want := []string{}
	for i := range 5 {
		want = append(want, l.newVPC(t, fmt.Sprintf("v%d", i), "10.0.0.0/16"))
	}
	var got []string
	var marker *string
	for page := range 3 {
		answer := call(t, http.StatusOK, l.v3.ListVpcs, m3.ListVpcsRequest{Limit: new(int32(2)), Marker: marker})
		items := ids(answer.Vpcs, func(v m3.Vpc) string { return v.Id })
		same(t, fmt.Sprintf("items on page %d", page), int(answer.PageInfo.CurrentCount), len(items))
		got = append(got, items...)
		last := page == 2
		if (answer.PageInfo.NextMarker == nil) != last {
			t.Errorf("page %d: next marker %s", page, text(answer.PageInfo.NextMarker))
		}
		marker = answer.PageInfo.NextMarker
	}
	same(t, "VPCs", got, want)
	whole := call(t, http.StatusOK, l.v3.ListVpcs, m3.ListVpcsRequest{Limit: new(int32(5))})
	if whole.PageInfo.NextMarker != nil {
		t.Errorf("a page that ends the list has the next marker %s", *whole.PageInfo.NextMarker)
	}
	named := call(t, http.StatusOK, l.v3.ListVpcs, m3.ListVpcsRequest{
		Name: &[]string{"v1", "v3", "v4"}, Limit: new(int32(2)),
	})
	same(t, "first page of a filtered list", ids(named.Vpcs, func(v m3.Vpc) string { return v.Name }),
		[]string{"v1", "v3"})
	rest := call(t, http.StatusOK, l.v3.ListVpcs, m3.ListVpcsRequest{
		Name: &[]string{"v1", "v3", "v4"}, Limit: new(int32(2)), Marker: named.PageInfo.NextMarker,
	})
	same(t, "second page of a filtered list", ids(rest.Vpcs, func(v m3.Vpc) string { return v.Name }), []string{"v4"})
}

// The cloud's own provider asks with the last id it saw until a page is empty, whatever page_info says. A list that
// ignores the marker never lets it end.
func TestEveryListEndsAfterItsLastItem(t *testing.T) {
	p := newPeered(t)
	call(t, http.StatusCreated, p.v2.CreateVpcRoute, m2.CreateVpcRouteRequest{Body: &m2.CreateVpcRouteRequestBody{
		Route: &m2.CreateVpcRouteOption{
			Destination: "10.1.0.0/16", Nexthop: p.peering, Type: m2.GetCreateVpcRouteOptionTypeEnum().PEERING, VpcId: p.vpc,
		},
	}})
	p.newGroup(t, "g")
	p.newFirewall(t, "acl")
	p.newAddressGroup(t, "x", "10.0.0.0/8")
	p.newVPC(t, "third", "10.2.0.0/16")
	v1, v3 := "/v1/"+project+"/", "/v3/"+project+"/vpc/"
	for path, member := range map[string]string{
		v1 + "vpcs": "vpcs", v1 + "subnets": "subnets", v1 + "security-groups": "security_groups",
		v1 + "security-group-rules": "security_group_rules", v1 + "routetables": "routetables",
		"/v2.0/vpc/peerings": "peerings", "/v2.0/vpc/routes": "routes", "/v2.0/security-groups": "security_groups",
		"/v2.0/security-group-rules": "security_group_rules",
		v3 + "vpcs":                  "vpcs", v3 + "virsubnets": "virsubnets", v3 + "security-groups": "security_groups",
		v3 + "security-group-rules": "security_group_rules", v3 + "firewalls": "firewalls",
		v3 + "address-groups": "address_groups",
	} {
		t.Run(path, func(t *testing.T) {
			page := func(query string) []string {
				t.Helper()
				status, body := p.get(path + "?" + query)
				if status != http.StatusOK {
					t.Fatalf("%s: status %d: %s", query, status, body)
				}
				var answer map[string]json.RawMessage
				var items []struct {
					ID string `json:"id"`
				}
				if err := json.Unmarshal([]byte(body), &answer); err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(answer[member], &items); err != nil {
					t.Fatalf("%s: %v: %s", query, err, body)
				}
				out := []string{}
				for _, i := range items {
					out = append(out, i.ID)
				}
				return out
			}
			all := page("")
			if len(all) == 0 {
				t.Fatal("the list is empty")
			}
			var walked []string
			marker := ""
			for range len(all) + 1 {
				items := page("limit=1" + marker)
				if len(items) == 0 {
					break
				}
				walked = append(walked, items...)
				marker = "&marker=" + items[len(items)-1]
			}
			same(t, "items by single pages", walked, all)
			same(t, "page after the last item", page("marker="+all[len(all)-1]), []string{})
		})
	}
}

func TestPagesOverV20LinkTheNext(t *testing.T) {
	l := newLab(t)
	a, b, c := l.newVPC(t, "a", "10.0.0.0/16"), l.newVPC(t, "b", "10.1.0.0/16"), l.newVPC(t, "c", "10.2.0.0/16")
	ab := call(t, http.StatusCreated, l.v2.CreateVpcPeering, peeringRequest("ab", a, b, nil)).Peering.Id
	bc := call(t, http.StatusCreated, l.v2.CreateVpcPeering, peeringRequest("bc", b, c, nil)).Peering.Id
	first := call(t, http.StatusOK, l.v2.ListVpcPeerings, m2.ListVpcPeeringsRequest{Limit: new(int32(1))})
	same(t, "first page", ids(first.Peerings, func(p m2.VpcPeering) string { return p.Id }), []string{ab})
	next := ""
	for _, link := range *first.PeeringsLinks {
		if link.Rel == "next" {
			next = link.Href
		}
	}
	if !strings.HasPrefix(next, l.server.URL+"/v2.0/vpc/peerings?") {
		t.Fatalf("the link to the next page is %q", next)
	}
	status, body := l.get(strings.TrimPrefix(next, l.server.URL))
	if status != http.StatusOK || !strings.Contains(body, bc) || strings.Contains(body, ab) {
		t.Errorf("the linked page has status %d: %s", status, body)
	}
}

func TestPageSizeIsChecked(t *testing.T) {
	l := newLab(t)
	for _, limit := range []string{"-1", "x", "2001000000000000000000"} {
		if status, body := l.get("/v3/" + project + "/vpc/vpcs?limit=" + limit); status != http.StatusBadRequest {
			t.Errorf("limit %s: status %d: %s", limit, status, body)
		}
	}
}
