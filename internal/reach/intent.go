package reach

import "github.com/vpclab/terraform-provider-vpclab/internal/traffic"

// Quantifier is how many of a selector's ends must satisfy an intent.
type Quantifier string

// The quantifiers: all ends, or at least one. The empty one is Every.
const (
	Every Quantifier = "all"
	Some  Quantifier = "any"
)

// Selector names ends of the network: the union of everything it lists.
type Selector struct {
	// AllInstances are all instances of the network.
	AllInstances bool
	// InstanceIDs, SubnetIDs, VPCIDs and SecurityGroupIDs stand for instances: these, those in the subnets or VPCs, and
	// the members of the groups.
	InstanceIDs, SubnetIDs, VPCIDs, SecurityGroupIDs []string
	// Addresses are addresses or blocks, each an end of its own, whether an instance has them or not.
	Addresses []string
	// Internet is any public address.
	Internet bool
	// Quantifier is whether all of the ends must satisfy the intent, or any one of them.
	Quantifier Quantifier
}

// Expectation is what an intent requires.
type Expectation string

// The two expectations.
const (
	// MustReach requires that all of the traffic gets through.
	MustReach Expectation = "must_reach"
	// MustNotReach requires that none of it does, from whatever port it comes.
	MustNotReach Expectation = "must_not_reach"
)

// Intent is a requirement on a network: for all (or any) of the ends From and all (or any) of the ends To, the traffic gets
// through, or does not. An end is never asked to reach itself.
type Intent struct {
	// Name is the name of the intent in what is reported about it.
	Name     string
	Expect   Expectation
	From, To Selector
	// Protocol, Ports, ICMPType and ICMPCode are as in a Question, but a MustNotReach without ICMP type is about all types.
	Protocol           traffic.Protocol
	Ports              traffic.PortSet
	ICMPType, ICMPCode *int
	// Family restricts the intent to one address family. 0 is every family in which both ends have an address, IPv4 first: a
	// MustReach is about the first of them, a MustNotReach about each.
	Family traffic.Family
	// Strict forbids transit through a third VPC (PEER-11).
	Strict bool
}

// Outcome is whether a network satisfies an intent, and why not.
type Outcome struct {
	Intent Intent
	// Satisfied reports whether the network does what the intent requires. An intent that is about nothing, that contradicts
	// another one or that cannot be decided is not satisfied.
	Satisfied bool
	// Undetermined is set if objects are missing that could decide the intent either way.
	Undetermined bool
	// Findings are intent_violated_blocked, intent_violated_reachable, intent_vacuous or intent_contradictory, and behind
	// the first two those of the example; last, for a MustReach, what carriers do to its traffic (Finding.IsCaution).
	Findings []Finding
	// Violations are the pairs of ends that break the intent, with the traffic at issue: what is missing of a MustReach, what
	// gets through of a MustNotReach.
	Violations []Change
	// Witness is one packet of the first violation; nil without one.
	Witness *traffic.Packet
	// Example explains the first violation, or the first pair that cannot be decided, in full; nil without either.
	Example *Answer
	// Against is the name of the intent that this one contradicts; empty without one.
	Against string
}
