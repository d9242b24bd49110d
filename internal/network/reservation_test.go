package network_test

import (
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

type reservation = network.Reservation

func validReservation() *reservation {
	return &reservation{
		Meta: network.Meta{ID: "r", Project: "p"}, SubnetID: "s", VPCID: "v", IPVersion: 4, CIDR: "10.0.0.16/28", Name: "r",
	}
}

func TestValidateReservation(t *testing.T) {
	const code = "VPC.9901"
	rows := []row[*reservation]{
		{"no block", func(r *reservation) { r.CIDR = "" }, refused("cidr", code, `"" is not an address block`)},
		{
			"host bits", func(r *reservation) { r.CIDR = "10.0.0.17/28" },
			refused("cidr", code, "The network it lies in is 10.0.0.16/28"),
		},
		{"IPv6", func(r *reservation) { r.IPVersion, r.CIDR = 6, "fd00::/80" }, nil},
		{"IPv6 as IPv4", func(r *reservation) { r.CIDR = "fd00::/80" }, refused("cidr", code, "fd00::/80 is no block of IPv4")},
		{"IPv4 as IPv6", func(r *reservation) { r.IPVersion = 6 }, refused("cidr", code, "10.0.0.16/28 is no block of IPv6")},
		{"no name", func(r *reservation) { r.Name = "" }, nil},
		{"name of 65 characters", func(r *reservation) { r.Name = long(65) }, refused("name", code, "has 65 characters")},
		{"name with a blank", func(r *reservation) { r.Name = "a b" }, refused("name", code, `The name "a b" contains " "`)},
	}
	rows = append(rows, descriptionRows(code, "description", func(r *reservation, s string) { r.Description = s })...)
	checkValidate(t, validReservation, rows)
}

func TestNormalizeReservation(t *testing.T) {
	checkNormalize(t, []normalized{
		{"bare address", &reservation{CIDR: "10.0.0.5"}, &reservation{CIDR: "10.0.0.5/32"}},
		{"IPv6 in capitals", &reservation{CIDR: "FD00::/80"}, &reservation{CIDR: "fd00::/80"}},
		{"what is no block stays", &reservation{CIDR: "x"}, &reservation{CIDR: "x"}},
	})
}

func TestReservationKey(t *testing.T) {
	checkKey(t, validReservation, map[string]func(*reservation){
		"subnet_id": func(r *reservation) { r.SubnetID = "t" },
		"cidr":      func(r *reservation) { r.CIDR = "10.0.0.32/28" },
	}, map[string]func(*reservation){
		"project_id":  func(r *reservation) { r.Project = "q" },
		"vpc_id":      func(r *reservation) { r.VPCID = "w" },
		"ip_version":  func(r *reservation) { r.IPVersion = 6 },
		"name":        func(r *reservation) { r.Name = "n" },
		"description": func(r *reservation) { r.Description = "d" },
	})
}

func TestReservationTexts(t *testing.T) {
	r := validReservation()
	if r.Title() != "r" || r.Prefix().String() != "10.0.0.16/28" {
		t.Errorf("the title is %q, the block %s", r.Title(), r.Prefix())
	}
	r.Name = ""
	if r.Title() != "10.0.0.16/28" {
		t.Errorf("the title without a name is %q", r.Title())
	}
	checkReferences(t, r, "subnet_id subnet s", "vpc_id vpc v")
	checkReferences(t, &reservation{})
}
