package contract

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/region"
	v2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2"
	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
)

// What stands around the VPC calls: quotas, and the few calls of other services without which clients do not start.

func TestQuotas(t *testing.T) {
	l := newLab(t)
	l.newVPC(t, "a", "10.0.0.0/16")
	kinds := m2.GetShowQuotaRequestTypeEnum()
	only := call(t, http.StatusOK, l.v2.ShowQuota, m2.ShowQuotaRequest{Type: &kinds.VPC}).Quotas.Resources
	if len(only) != 1 {
		t.Fatalf("quotas of type vpc: %+v", only)
	}
	same(t, "type", only[0].Type.Value(), "vpc")
	same(t, "used", only[0].Used, 1)
	same(t, "quota", only[0].Quota, 150)
	types := map[string]int32{}
	for _, r := range call(t, http.StatusOK, l.v2.ShowQuota, m2.ShowQuotaRequest{}).Quotas.Resources {
		types[r.Type.Value()] = r.Used
	}
	for _, kind := range []m2.ShowQuotaRequestType{
		kinds.VPC, kinds.SUBNET, kinds.SECURITY_GROUP, kinds.SECURITY_GROUP_RULE, kinds.VPC_PEER, kinds.FIREWALL,
	} {
		if _, there := types[kind.Value()]; !there {
			t.Errorf("the quotas say nothing of %s: %v", kind.Value(), types)
		}
	}
}

// A client that is given a region and no project id asks for the project by the region's name.
func TestProjectIsFoundByRegion(t *testing.T) {
	l := newLab(t)
	credentials, err := basic.NewCredentialsBuilder().WithAk(accessKey + "2").WithSk(secretKey).
		WithIamEndpointOverride(l.server.URL).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	client, err := v2.VpcClientBuilder().WithCredential(credentials).
		WithRegion(region.NewRegion("lab-north-1", l.server.URL)).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	call(t, http.StatusOK, v2.NewVpcClient(client).ListVpcs, m2.ListVpcsRequest{})
}

func TestOtherServices(t *testing.T) {
	l := newLab(t)
	get := func(path string, into any) {
		t.Helper()
		status, body := l.get(path)
		if status != http.StatusOK {
			t.Fatalf("%s: status %d: %s", path, status, body)
		}
		if err := json.Unmarshal([]byte(body), into); err != nil {
			t.Fatalf("%s: %v: %s", path, err, body)
		}
	}
	var projects struct {
		Projects []struct{ ID, Name string }
	}
	get("/v3/projects?name=lab-north-1", &projects)
	if len(projects.Projects) != 1 || projects.Projects[0].ID == "" || projects.Projects[0].Name != "lab-north-1" {
		t.Errorf("projects: %+v", projects)
	}
	var domains struct{ Domains []struct{ ID string } }
	get("/v3/auth/domains", &domains)
	if len(domains.Domains) != 1 || domains.Domains[0].ID == "" {
		t.Errorf("domains: %+v", domains)
	}
	var servers struct {
		Nameservers []struct {
			Type    string
			Records []struct{ Address string } `json:"ns_records"`
		}
	}
	get("/v2/nameservers?region=lab-north-1", &servers)
	if n := servers.Nameservers; len(n) == 0 || n[0].Type != "private" || len(n[0].Records) == 0 {
		t.Errorf("name servers: %+v", servers)
	}
	var zones struct {
		Zones []struct {
			Name  string                   `json:"zoneName"`
			State struct{ Available bool } `json:"zoneState"`
		} `json:"availabilityZoneInfo"`
	}
	get("/v2.1/"+project+"/os-availability-zone", &zones)
	if len(zones.Zones) == 0 || !zones.Zones[0].State.Available {
		t.Errorf("zones: %+v", zones)
	}
}
