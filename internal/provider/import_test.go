package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

const importable = labtest.Header + `
resource "vpclab_vpc" "shop" {
  name = "shop"
  cidr = "10.0.0.0/16"
}
resource "vpclab_vpc" "office" {
  name = "office"
  cidr = "172.16.0.0/16"
}
resource "vpclab_subnet" "front" {
  vpc_id = vpclab_vpc.shop.id
  name   = "front"
  cidr   = "10.0.1.0/24"
}
resource "vpclab_subnet" "back" {
  vpc_id = vpclab_vpc.shop.id
  name   = "back"
  cidr   = "10.0.2.0/24"
}
resource "vpclab_security_group" "web" {
  name                 = "web"
  delete_default_rules = true
}
resource "vpclab_security_group_rules" "web" {
  security_group_id = vpclab_security_group.web.id
  rules = {
    https = { direction = "ingress", protocol = "tcp", ports = ["443"] }
  }
}
resource "vpclab_network_acl" "front" {
  name       = "front"
  subnet_ids = [vpclab_subnet.front.id]
}
resource "vpclab_address_group" "offices" {
  name       = "offices"
  ip_version = 4
  entries    = [{ address = "172.16.0.0/16" }]
}
resource "vpclab_vpc_peering_connection" "both" {
  name        = "shop-office"
  vpc_id      = vpclab_vpc.shop.id
  peer_vpc_id = vpclab_vpc.office.id
}
resource "vpclab_route_table" "transit" {
  vpc_id = vpclab_vpc.shop.id
  name   = "transit"
}
resource "vpclab_route" "office" {
  vpc_id      = vpclab_vpc.shop.id
  destination = "172.16.0.0/16"
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.both.id
}
resource "vpclab_instance" "web" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.front.id
  ip_address         = "10.0.1.10"
  security_group_ids = [vpclab_security_group.web.id]
}
`

// importNames are the readable names of the objects of importable.
var importNames = map[string]string{
	"vpclab_vpc.shop": "shop", "vpclab_vpc.office": "office", "vpclab_subnet.front": "shop/front",
	"vpclab_subnet.back": "shop/back", "vpclab_security_group.web": "web", "vpclab_security_group_rules.web": "web",
	"vpclab_network_acl.front": "front", "vpclab_address_group.offices": "offices",
	"vpclab_vpc_peering_connection.both": "shop-office", "vpclab_route_table.transit": "shop/transit",
	"vpclab_route.office": "shop/172.16.0.0/16", "vpclab_instance.web": "web-1",
}

// forget empties the state; the objects stay.
func forget(l *labtest.Lab) {
	for address := range importNames {
		l.Must(0, "state", "rm", address)
	}
}

// Everything that has a readable name is imported by it, and nothing changes afterwards.
func TestAccImportByName(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(importable)
	lab.Apply()
	ids := lab.IDs()
	forget(lab)
	var blocks strings.Builder
	for address, name := range importNames {
		fmt.Fprintf(&blocks, "import {\n  to = %s\n  id = %q\n}\n", address, name)
	}
	lab.Write("imports.tf", blocks.String())
	lab.Apply()
	for address, id := range lab.IDs() {
		if ids[address] != id {
			t.Errorf("%s was %s and is imported as %s", address, ids[address], id)
		}
	}
	lab.Remove("imports.tf")
	lab.NoChanges()
}

// A name that nothing has, and one that several objects have, are refused with what to do.
func TestAccImportByWrongName(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(importable + `
resource "vpclab_instance" "twin" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.back.id
  ip_address         = "10.0.2.10"
  security_group_ids = [vpclab_security_group.web.id]
}
`)
	lab.Apply()
	lab.Must(0, "state", "rm", "vpclab_subnet.front")
	if out := labtest.Unwrap(lab.Must(1, "import", "vpclab_subnet.front", "shop/front-1")); !strings.Contains(out,
		`has no subnet with the id or the name "shop/front-1"`) || !strings.Contains(out, "VPC/subnet, both by name") {
		t.Errorf("an unknown name:\n%s", out)
	}
	lab.Must(0, "state", "rm", "vpclab_instance.web")
	if out := labtest.Unwrap(lab.Must(1, "import", "vpclab_instance.web", "web-1")); !strings.Contains(out,
		`"web-1" is the name of 2 objects`) {
		t.Errorf("an ambiguous name:\n%s", out)
	}
}

// Terraform 1.12 and later keeps the identity of an object beside its state and imports by it.
func TestAccImportByIdentity(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.SinceTerraform(1, 12)
	lab.Configure(importable)
	lab.Apply()
	ids := lab.IDs()
	forget(lab)
	var blocks strings.Builder
	for address := range importNames {
		fmt.Fprintf(&blocks, "import {\n  to       = %s\n  identity = { id = %q }\n}\n", address, ids[address])
	}
	lab.Write("imports.tf", blocks.String())
	lab.Apply()
	lab.Remove("imports.tf")
	lab.NoChanges()
	if out := lab.Must(0, "show", "-json"); strings.Count(out, `"identity":{"id":`) != len(importNames) {
		t.Errorf("the state does not have the identity of every object:\n%s", out)
	}
}
