package network_test

import (
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

type peering = network.Peering

func validPeering() *peering {
	return &peering{Meta: network.Meta{ID: "c", Project: "p"}, Name: "c", VPCID: "v", PeerVPCID: "w"}
}

func TestValidatePeering(t *testing.T) {
	const code = "VpcPeeringInvalid"
	rows := []row[*peering]{
		{"no VPC", func(p *peering) { p.VPCID = "" }, refused("vpc_id", code, "vpc_id is empty")},
		{"no second VPC", func(p *peering) { p.PeerVPCID = "" }, refused("peer_vpc_id", code, "the second is not named")},
		{"no VPC at all", func(p *peering) { p.VPCID, p.PeerVPCID = "", "" }, []want{
			{path: "vpc_id", code: code, part: "vpc_id is empty"},
			{path: "peer_vpc_id", code: code, part: "the second is not named"},
		}},
		{"with itself", func(p *peering) { p.PeerVPCID = "v" }, refused("peer_vpc_id", code, "Both sides are the VPC v")},
	}
	for _, status := range []network.PeeringStatus{"", "ACTIVE", "PENDING_ACCEPTANCE", "REJECTED", "EXPIRED", "DELETED"} {
		rows = append(rows, row[*peering]{"status " + string(status), func(p *peering) { p.Status = status }, nil})
	}
	rows = append(rows, row[*peering]{
		"unknown status", func(p *peering) { p.Status = "active" },
		refused("status", code, `status is "active"; it must be "ACTIVE" or "PENDING_ACCEPTANCE"`),
	})
	rows = append(rows, nameRows(code, func(p *peering, s string) { p.Name = s })...)
	rows = append(rows, descriptionRows(code, "description", func(p *peering, s string) { p.Description = s })...)
	checkValidate(t, validPeering, rows)
	p := validPeering()
	p.PeerVPCID = "v"
	if got := p.Validate().Knowing(map[string]bool{"vpc_id": true}); got != nil {
		t.Errorf("problems although vpc_id is unknown:\n%s", list(got))
	}
}

// The cloud activates a connection inside a project at once; another project has to accept it.
func TestNormalizePeering(t *testing.T) {
	meta := network.Meta{Project: "p"}
	checkNormalize(t, []normalized{
		{"own project by default", &peering{Meta: meta}, &peering{Meta: meta, PeerProjectID: "p", Status: network.PeeringActive}},
		{
			"own project", &peering{Meta: meta, PeerProjectID: "p"},
			&peering{Meta: meta, PeerProjectID: "p", Status: network.PeeringActive},
		},
		{
			"another project", &peering{Meta: meta, PeerProjectID: "q"},
			&peering{Meta: meta, PeerProjectID: "q", Status: network.PeeringPending},
		},
		{
			"a status stays", &peering{Meta: meta, PeerProjectID: "q", Status: network.PeeringRejected},
			&peering{Meta: meta, PeerProjectID: "q", Status: network.PeeringRejected},
		},
	})
}

func TestPeeringKey(t *testing.T) {
	checkKey(t, validPeering, map[string]func(*peering){
		"vpc_id":      func(p *peering) { p.VPCID = "u" },
		"peer_vpc_id": func(p *peering) { p.PeerVPCID = "u" },
	}, map[string]func(*peering){
		"project_id":      func(p *peering) { p.Project = "q" },
		"name":            func(p *peering) { p.Name = "d" },
		"peer_project_id": func(p *peering) { p.PeerProjectID = "q" },
		"status":          func(p *peering) { p.Status = network.PeeringExpired },
		"description":     func(p *peering) { p.Description = "d" },
	})
}

func TestPeeringTexts(t *testing.T) {
	p := validPeering()
	if p.Title() != "c" {
		t.Errorf("the title is %q", p.Title())
	}
	checkReferences(t, p, "vpc_id vpc v", "peer_vpc_id vpc w")
	checkReferences(t, &peering{})
	for end, want := range map[string]string{"v": "w", "w": "v", "u": "", "": ""} {
		if got := p.Other(end); got != want {
			t.Errorf("the far end of %q is %q; want %q", end, got, want)
		}
	}
	for project, want := range map[string]bool{"": false, "p": false, "q": true} {
		if p.PeerProjectID = project; p.CrossesProjects() != want {
			t.Errorf("a connection of p and %q crosses projects: %t", project, p.CrossesProjects())
		}
	}
}

func TestPeeringAccepter(t *testing.T) {
	for _, c := range []struct {
		accept *bool
		want   network.PeeringStatus
	}{{nil, network.PeeringActive}, {new(true), network.PeeringActive}, {new(false), network.PeeringRejected}} {
		a := &network.PeeringAccepter{PeeringID: "c", Accept: c.accept}
		if a.Decision() != c.want {
			t.Errorf("the decision is %s; want %s", a.Decision(), c.want)
		}
	}
	checkValidate(t, func() *network.PeeringAccepter { return &network.PeeringAccepter{PeeringID: "c"} },
		[]row[*network.PeeringAccepter]{
			{
				"no connection", func(a *network.PeeringAccepter) { a.PeeringID = "" },
				refused("vpc_peering_connection_id", "VpcPeeringInvalid", "vpc_peering_connection_id is empty"),
			},
		})
}
