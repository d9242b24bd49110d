// Package contract holds the judges of the emulated cloud's REST API: the cloud's own Go SDK, in both of its VPC
// clients, and gophercloud drive every call of the API against a server in the test's process.
//
// It is a module of its own so that the SDK, which is large, stays out of the provider's go.mod. `make testcontract`
// runs it. Three things are judged at once:
//
//   - what the clients make of the answers: the tests, one file for each noun;
//   - what the answers hold, member by member, whoever asked: shapes_test.go, applied to every answer of every test;
//   - that no call of the API is left out: coverage_test.go.
package contract
