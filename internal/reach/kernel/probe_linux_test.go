package kernel_test

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// probe is one packet that an instance sends to another one, and what became of it.
type probe struct {
	from, to *host
	// packet has a source port, or an ICMP identifier in its place, that no other probe of the network has.
	packet traffic.Packet
	id     uint16
	// received reports whether the packet came to the instance it was for, answered whether an answer came back.
	received, answered bool
	// again sends it once more, where the kernel does not do so by itself.
	again func()
}

func (p *probe) reached() bool { return p.received && p.answered }

// wire is the sockets of all instances.
type wire struct {
	*lab
	epoll    int
	handlers map[int]func()
	probes   map[uint16]*probe
	raw      map[rawKey]int
}

type rawKey struct {
	host   *host
	family int
}

func newWire(l *lab) *wire {
	l.t.Helper()
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		l.t.Fatalf("epoll: %v", err)
	}
	return &wire{lab: l, epoll: epoll, handlers: map[int]func(){}, probes: map[uint16]*probe{}, raw: map[rawKey]int{}}
}

func (w *wire) close() {
	for fd := range w.handlers {
		_ = unix.Close(fd)
	}
	_ = unix.Close(w.epoll)
}

// watch has a handler called when a socket is ready.
func (w *wire) watch(fd int, events uint32, handle func()) {
	w.t.Helper()
	w.handlers[fd] = handle
	e := unix.EpollEvent{Events: events, Fd: int32(fd)}
	if err := unix.EpollCtl(w.epoll, unix.EPOLL_CTL_ADD, fd, &e); err != nil {
		w.t.Fatalf("epoll: %v", err)
	}
}

func (w *wire) socket(family, kind, protocol int) int {
	w.t.Helper()
	domain := unix.AF_INET
	if family == 6 {
		domain = unix.AF_INET6
	}
	fd, err := unix.Socket(domain, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, protocol)
	if err == nil && family == 6 && kind != unix.SOCK_RAW {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1)
	}
	if err != nil {
		w.t.Fatalf("socket: %v", err)
	}
	return fd
}

func address(a netip.Addr, port uint16) unix.Sockaddr {
	if a.Is6() {
		return &unix.SockaddrInet6{Addr: a.As16(), Port: int(port)}
	}
	return &unix.SockaddrInet4{Addr: a.As4(), Port: int(port)}
}

// version is that of an address: 4 or 6.
func version(a netip.Addr) int {
	if a.Is6() {
		return 6
	}
	return 4
}

func anywhere(family int) netip.Addr {
	if family == 6 {
		return netip.IPv6Unspecified()
	}
	return netip.IPv4Unspecified()
}

func portOf(s unix.Sockaddr) uint16 {
	switch s := s.(type) {
	case *unix.SockaddrInet4:
		return uint16(s.Port)
	case *unix.SockaddrInet6:
		return uint16(s.Port)
	}
	return 0
}

// serve starts a service of an instance: it records which probes come in, and answers them.
func (w *wire) serve(h *host, protocol traffic.Protocol, port uint16, family int) {
	kind := unix.SOCK_STREAM
	if protocol == traffic.UDP {
		kind = unix.SOCK_DGRAM
	}
	fd := w.socket(family, kind, 0)
	if err := unix.Bind(fd, address(anywhere(family), port)); err != nil {
		w.t.Fatalf("bind %s/%d: %v", protocol, port, err)
	}
	if protocol == traffic.TCP {
		if err := unix.Listen(fd, 128); err != nil {
			w.t.Fatalf("listen: %v", err)
		}
		w.watch(fd, unix.EPOLLIN, func() {
			for {
				c, from, err := unix.Accept4(fd, unix.SOCK_CLOEXEC)
				if err != nil {
					return
				}
				w.receive(portOf(from), h)
				_ = unix.Close(c)
			}
		})
		return
	}
	w.watch(fd, unix.EPOLLIN, func() {
		buffer := make([]byte, 16)
		for {
			n, from, err := unix.Recvfrom(fd, buffer, 0)
			if err != nil {
				return
			}
			w.receive(portOf(from), h)
			_ = unix.Sendto(fd, buffer[:n], 0, from)
		}
	})
}

// ping opens an instance's socket for echo requests and replies. The kernel answers the requests by itself.
func (w *wire) ping(h *host, family int) {
	protocol, request, reply, header := unix.IPPROTO_ICMP, byte(8), byte(0), 20
	if family == 6 {
		protocol, request, reply, header = unix.IPPROTO_ICMPV6, 128, 129, 0
	}
	fd := w.socket(family, unix.SOCK_RAW, protocol)
	w.raw[rawKey{h, family}] = fd
	w.watch(fd, unix.EPOLLIN, func() {
		buffer := make([]byte, 128)
		for {
			n, _, err := unix.Recvfrom(fd, buffer, 0)
			if err != nil {
				return
			}
			if n < header+8 {
				continue
			}
			icmp := buffer[header:n]
			id := binary.BigEndian.Uint16(icmp[4:])
			switch p := w.probes[id]; {
			case p == nil:
			case icmp[0] == request && p.to == h:
				p.received = true
			case icmp[0] == reply && p.from == h:
				p.answered = true
			}
		}
	})
}

// receive records that a probe came to an instance.
func (w *wire) receive(id uint16, at *host) {
	if p := w.probes[id]; p != nil && p.to == at {
		p.received = true
	}
}

// send sends a probe. One that its own instance refuses to send is not received.
func (w *wire) send(p *probe) {
	w.t.Helper()
	w.probes[p.id] = p
	to := version(p.packet.Destination)
	if p.packet.Protocol.IsICMP() {
		kind := byte(8)
		if to == 6 {
			kind = 128
		}
		p.again = func() {
			_ = unix.Sendto(w.raw[rawKey{p.from, to}], echo(kind, p.id), 0, address(p.packet.Destination, 0))
		}
		p.again()
		return
	}
	kind := unix.SOCK_STREAM
	if p.packet.Protocol == traffic.UDP {
		kind = unix.SOCK_DGRAM
	}
	fd := w.socket(to, kind, 0)
	if err := unix.Bind(fd, address(p.packet.Source, p.packet.SourcePort)); err != nil {
		w.t.Fatalf("bind %s: %v", p.packet, err)
	}
	err := unix.Connect(fd, address(p.packet.Destination, p.packet.DestinationPort))
	if p.packet.Protocol == traffic.UDP {
		w.watch(fd, unix.EPOLLIN, func() {
			if n, _, err := unix.Recvfrom(fd, make([]byte, 16), 0); err == nil && n > 0 {
				p.answered = true
			}
		})
		p.again = func() { _, _ = unix.Write(fd, []byte("?")) }
		p.again()
		return
	}
	if err != nil && !errors.Is(err, unix.EINPROGRESS) {
		w.handlers[fd] = nil // Closed with the others.
		return
	}
	settled := false
	w.watch(fd, unix.EPOLLOUT|unix.EPOLLET, func() {
		if settled {
			return // The kernel reports the error once.
		}
		settled = true
		failed, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
		p.answered = err == nil && failed == 0
	})
}

// echo is an ICMP echo request. The kernel fills in the checksum of ICMPv6, and not that of ICMP.
func echo(kind byte, id uint16) []byte {
	out := []byte{kind, 0, 0, 0, byte(id >> 8), byte(id), 0, 1}
	if kind == 8 {
		var sum uint32
		for i := 0; i < len(out); i += 2 {
			sum += uint32(binary.BigEndian.Uint16(out[i:]))
		}
		sum = sum>>16 + sum&0xffff
		binary.BigEndian.PutUint16(out[2:], ^uint16(sum))
	}
	return out
}

// listen handles what comes in as long as something is awaited, at most for a time.
func (w *wire) listen(most time.Duration, awaited func() bool) {
	w.t.Helper()
	events := make([]unix.EpollEvent, 64)
	for end := time.Now().Add(most); awaited() && time.Now().Before(end); {
		n, err := unix.EpollWait(w.epoll, events, 10)
		if err != nil && !errors.Is(err, unix.EINTR) {
			w.t.Fatalf("epoll: %v", err)
		}
		for _, e := range events[:max(n, 0)] {
			w.handlers[int(e.Fd)]()
		}
	}
}
