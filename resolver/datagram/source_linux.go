package datagram

import (
	"encoding/binary"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// destination is the address in a control message of ip(7) or ipv6(7), if
// there is one. Either family's may come: an IPv6 socket can take IPv4
// datagrams.
func destination(control []byte) netip.Addr {
	for len(control) >= unix.SizeofCmsghdr {
		h := (*unix.Cmsghdr)(unsafe.Pointer(&control[0]))
		size := int(h.Len)
		if size < unix.SizeofCmsghdr || size > len(control) {
			return netip.Addr{}
		}
		data := control[unix.CmsgLen(0):size]
		switch {
		case h.Level == unix.IPPROTO_IP && h.Type == unix.IP_PKTINFO && len(data) >= unix.SizeofInet4Pktinfo:
			return netip.AddrFrom4([4]byte(data[8:12])) // where the datagram was sent, not the interface's own
		case h.Level == unix.IPPROTO_IPV6 && h.Type == unix.IPV6_PKTINFO && len(data) >= unix.SizeofInet6Pktinfo:
			return netip.AddrFrom16([16]byte(data[:16])).Unmap()
		}
		control = control[min(unix.CmsgSpace(len(data)), len(control)):]
	}
	return netip.Addr{}
}

// appendSource appends to buf, which is empty, the control message that has a
// datagram leave from addr.
func appendSource(buf []byte, addr netip.Addr) []byte {
	level, kind, size := uint32(unix.IPPROTO_IPV6), uint32(unix.IPV6_PKTINFO), unix.SizeofInet6Pktinfo
	if addr.Is4() {
		level, kind, size = unix.IPPROTO_IP, unix.IP_PKTINFO, unix.SizeofInet4Pktinfo
	}
	buf = buf[:unix.CmsgSpace(size)]
	clear(buf)
	h := (*unix.Cmsghdr)(unsafe.Pointer(&buf[0]))
	h.Level, h.Type = int32(level), int32(kind)
	h.SetLen(unix.CmsgLen(size))
	data := buf[unix.CmsgLen(0):]
	if addr.Is4() {
		a := addr.As4()
		binary.NativeEndian.PutUint32(data[4:], binary.NativeEndian.Uint32(a[:])) // ipi_spec_dst
		return buf
	}
	a := addr.As16()
	copy(data, a[:])
	return buf
}
