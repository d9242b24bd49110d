// Package traffic computes with exact sets of packets: protocol, source and destination address, ports, ICMP type and
// code. It knows nothing of who allows or forbids a packet; it answers which packets two descriptions have in common,
// what is left of one without the other, and whether anything is left at all.
//
// Every set is an immutable value: operations return a new set and share what did not change, so sets can be copied,
// kept and used from several goroutines freely. Sets are compared with Equal, which means "the same packets", never
// "built the same way".
//
// A [Set] is usually made from a [Match], the shape in which filter rules are written. [AddressSet] and [PortSet] are
// the same algebra in one dimension.
package traffic
