// Package kernel is a third judge of reachability, for tests only, and one that no one argues with: the Linux kernel.
// Its test builds random networks of namespaces, veth links, route tables and nftables with connection tracking, sends
// real TCP, UDP and ICMP between all instances, and compares who reached whom with the verdicts of package reach.
//
// It needs Linux, the right to make network namespaces, and the programs ip and nft. Elsewhere the test is skipped and
// says what is missing; with VPCLAB_REQUIRE_KERNEL=1 in the environment it fails instead.
package kernel
