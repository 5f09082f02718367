// Package lan asks the local network which DNS servers it tells its computers to
// ask: its DHCP server (RFC 2131), its DHCPv6 server (RFC 8415) and its routers'
// advertisements (RFC 8106). An office that sets one of the three and forgets the
// others has computers that go around its resolver.
//
// Nothing is taken: no lease is requested, and what is heard goes to the caller
// alone. Whoever is on the network may answer, so every answer is bounded and is
// no more than what somebody said.
package lan
