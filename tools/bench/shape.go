package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// block is how many resources belong together: one VPC, one security group, 24 subnets and 24 rules.
const (
	block   = 50
	subnets = 24
)

// The kinds of configuration that are compared.
const (
	// floor is the same graph made of terraform_data.
	floor = "terraform_data"
	// plain is the network alone.
	plain = "vpclab"
	// asking is the network with one question about it, handed over as refs.
	asking = "vpclab + question"
)

// shape is one configuration to measure.
type shape struct {
	layout    string
	resources int
	kind      string
}

// write puts the configuration into a directory.
func (s shape) write(dir string) error {
	blocks := s.resources / block
	if s.layout == "modules" {
		module := filepath.Join(dir, "block")
		if err := os.MkdirAll(module, 0o700); err != nil {
			return err
		}
		body := s.required() + "variable \"n\" { type = number }\n" + s.network("[var.n]") + s.refs()
		if err := os.WriteFile(filepath.Join(module, "main.tf"), []byte(body), 0o600); err != nil {
			return err
		}
		body = s.required() + s.provider() + fmt.Sprintf(`
module "block" {
  source   = "./block"
  for_each = { for n in range(%d) : tostring(n) => n }
  n        = each.value
}
locals { refs = flatten([for b in module.block : b.refs]) }
`, blocks) + s.question()
		return os.WriteFile(filepath.Join(dir, "main.tf"), []byte(body), 0o600)
	}
	body := s.required() + s.provider() + s.network(fmt.Sprintf("range(%d)", blocks)) +
		strings.ReplaceAll(strings.ReplaceAll(s.refs(), "output \"refs\"", "locals"), "value =", "refs =") + s.question()
	return os.WriteFile(filepath.Join(dir, "main.tf"), []byte(body), 0o600)
}

func (s shape) required() string {
	if s.kind == floor {
		return ""
	}
	return "terraform {\n  required_providers {\n    vpclab = { source = \"vpclab/vpclab\" }\n  }\n}\n"
}

func (s shape) provider() string {
	if s.kind == floor {
		return ""
	}
	return "provider \"vpclab\" {\n  quotas = { vpc = 0, subnet = 0, security_group = 0, security_group_rule = 0 }\n}\n"
}

// network is the resources of the blocks that the HCL list of numbers names.
func (s shape) network(blocks string) string {
	locals := fmt.Sprintf(`
locals {
  blocks  = { for n in %[1]s : tostring(n) => n }
  members = { for pair in setproduct(%[1]s, range(%[2]d)) : "${pair[0]}-${pair[1]}" => pair }
}
`, blocks, subnets)
	if s.kind == floor {
		return locals + `
resource "terraform_data" "vpc" {
  for_each = local.blocks
  input    = { name = "vpc-${each.key}", cidr = "10.${each.value % 200}.0.0/16" }
}
resource "terraform_data" "group" {
  for_each = local.blocks
  input    = { name = "group-${each.key}" }
}
resource "terraform_data" "subnet" {
  for_each = local.members
  input = {
    vpc_id = terraform_data.vpc[each.value[0]].id
    name   = "subnet-${each.value[1]}"
    cidr   = "10.${each.value[0] % 200}.${each.value[1]}.0/24"
  }
}
resource "terraform_data" "rule" {
  for_each = local.members
  input = {
    group_id  = terraform_data.group[each.value[0]].id
    direction = "ingress"
    protocol  = "tcp"
    ports     = [tostring(8000 + each.value[1])]
  }
}
`
	}
	return locals + `
resource "vpclab_vpc" "vpc" {
  for_each = local.blocks
  name     = "vpc-${each.key}"
  cidr     = "10.${each.value % 200}.0.0/16"
}
resource "vpclab_security_group" "group" {
  for_each = local.blocks
  name     = "group-${each.key}"
}
resource "vpclab_subnet" "subnet" {
  for_each = local.members
  vpc_id   = vpclab_vpc.vpc[each.value[0]].id
  name     = "subnet-${each.value[1]}"
  cidr     = "10.${each.value[0] % 200}.${each.value[1]}.0/24"
}
resource "vpclab_security_group_rule" "rule" {
  for_each          = local.members
  security_group_id = vpclab_security_group.group[each.value[0]].id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = [tostring(8000 + each.value[1])]
}
`
}

// refs names every object for the question.
func (s shape) refs() string {
	if s.kind == floor {
		return "output \"refs\" { value = [] }\n"
	}
	return `output "refs" {
  value = flatten([
    values(vpclab_vpc.vpc)[*].ref, values(vpclab_security_group.group)[*].ref,
    values(vpclab_subnet.subnet)[*].ref, values(vpclab_security_group_rule.rule)[*].ref,
  ])
}
`
}

// question asks whether the first subnet reaches its neighbour.
func (s shape) question() string {
	if s.kind != asking {
		return ""
	}
	return `
locals {
  subnets = [for r in local.refs : trimprefix(r, "subnet/") if startswith(r, "subnet/")]
}
data "vpclab_reachability" "neighbours" {
  network     = local.refs
  source      = { subnet_id = local.subnets[0] }
  destination = { subnet_id = local.subnets[1] }
  protocol    = "tcp"
  ports       = ["8000"]
  on_failure  = "report"
}
output "verdict" { value = data.vpclab_reachability.neighbours.verdict }
`
}
