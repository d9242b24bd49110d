// Package reach decides which traffic gets from one endpoint of a network to another.
//
// A Model is a network compiled for questions. Model.Decide turns a Question into an Answer: a verdict with exact sets of
// packets, the path, and every cause that stops some of them as a Finding, each with a Repair that was tried on a copy of
// the model. Model.Check holds a network to intents, Model.Matrix is who reaches whom, Model.Audit lists what is wrong with
// no question asked.
//
// Where things are:
//
//	question*.go, answer.go, intent*.go   what is asked, and what comes back
//	finding*.go                           causes: their shape, their codes, the catalogue that describes every code
//	model*.go, rule.go                    the compiled network, and copies of it with a few objects edited
//	endpoint.go                           the ends of a question, found in the model
//	stage.go, flow.go                     the stages that packets pass, and the traffic of two subnets that passes them
//	filter*.go                            first match, and the filters: security groups, network ACLs, the guest's firewall
//	forwarding.go, route*.go              longest prefix match from table to table, and what it means for both directions
//	decide.go                             one question: evaluation, verdict and path
//	explain*.go                           from what was decided to findings
//	repair*.go                            edits that remove causes: proposed, applied to a copy, verified
//	matrix*.go, member.go                 all pairs at once, by equivalence classes
//	audit*.go                             findings about a network by itself
//
// The package imports network and traffic, and holds no sentences about single findings: package report words them.
// RULES.md has the facts about the modelled cloud that the package rests on, with their sources.
package reach
