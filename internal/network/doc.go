// Package network holds the objects of the modelled cloud (VPC, subnet, security group and rule, network ACL, address
// group, peering connection, route table, route, instance), what makes one of them valid by itself, and Network, an
// immutable snapshot of all of them.
//
// The rules between objects belong to package emulator, what the objects mean for a packet to package reach. This
// package imports traffic and nothing else of this project.
//
// The JSON names of the fields are the attribute names an author writes in HCL. One shape serves the store, the plan
// and the plain objects that are passed to a reachability question by value.
package network
