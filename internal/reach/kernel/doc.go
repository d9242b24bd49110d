// Package kernel compares the verdicts of package reach with what the Linux kernel does with real packets; it has tests only.
// They build random networks of namespaces, veth links, route tables and nftables with connection tracking, send TCP, UDP and
// ICMP between all instances, and compare which packets arrived with the verdicts.
//
// It needs Linux, the right to make network namespaces, and the programs ip and nft. Elsewhere the test is skipped and
// says what is missing; with VPCLAB_REQUIRE_KERNEL=1 in the environment it fails instead.
package kernel
