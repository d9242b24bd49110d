package network_test

import (
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

type table = network.RouteTable

func validTable() *table {
	return &table{Meta: network.Meta{ID: "t", Project: "p"}, VPCID: "v", Name: "t", SubnetIDs: []string{"s"}}
}

func TestValidateRouteTable(t *testing.T) {
	const code = "RouteTableInvalid"
	rows := []row[*table]{
		{"no VPC", func(r *table) { r.VPCID = "" }, refused("vpc_id", code, "vpc_id is empty")},
		{
			"subnet without an id", func(r *table) { r.SubnetIDs = []string{"", "s"} },
			refused("subnet_ids", code, "The list of ids holds an empty one. Write the id of a subnet"),
		},
		{"no subnets", func(r *table) { r.SubnetIDs = nil }, nil},
	}
	rows = append(rows, nameRows(code, func(r *table, s string) { r.Name = s })...)
	rows = append(rows, descriptionRows(code, "description", func(r *table, s string) { r.Description = s })...)
	checkValidate(t, validTable, rows)
}

func TestNormalizeRouteTable(t *testing.T) {
	checkNormalize(t, []normalized{
		{"subnets as a set", &table{SubnetIDs: []string{"b", "a", "b"}}, &table{SubnetIDs: []string{"a", "b"}}},
		{"no subnets", &table{}, &table{}},
	})
}

func TestRouteTableKey(t *testing.T) {
	checkKey(t, validTable, map[string]func(*table){
		"vpc_id":  func(r *table) { r.VPCID = "w" },
		"name":    func(r *table) { r.Name = "u" },
		"default": func(r *table) { r.Default = true },
	}, map[string]func(*table){
		"project_id":  func(r *table) { r.Project = "q" },
		"subnet_ids":  func(r *table) { r.SubnetIDs = nil },
		"description": func(r *table) { r.Description = "d" },
	})
	// The default table stays the same object under another name, and no name of another table is taken for it.
	a, b := &table{VPCID: "v", Name: "a", Default: true}, &table{VPCID: "v", Name: "b", Default: true}
	if a.NaturalKey() != b.NaturalKey() {
		t.Errorf("the default table has the keys %q and %q", a.NaturalKey(), b.NaturalKey())
	}
}

func TestRouteTableTexts(t *testing.T) {
	r := validTable()
	if r.Title() != "t" {
		t.Errorf("the title is %q", r.Title())
	}
	r.SubnetIDs = []string{"s", "u"}
	checkReferences(t, r, "vpc_id vpc v", "subnet_ids subnet s", "subnet_ids subnet u")
	checkReferences(t, &table{})
}
