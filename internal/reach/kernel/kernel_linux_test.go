package kernel_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach/oracle"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

var (
	networks = flag.Int("networks", defaultNetworks, "how many random networks the kernel decides")
	first    = flag.Int("first", 1, "the number of the first of them")
)

const (
	probesPerPair = 8
	// arrivalTimeout is how long packets that should arrive may take on a busy machine. Those that should not are waited for
	// another quietTime.
	arrivalTimeout = 20 * time.Second
	quietTime      = 30 * time.Millisecond
)

// ports are the services that probes ask for, at the boundaries of the port lists that random rules have.
var ports = []uint16{22, 53, 79, 80, 81, 443, 444, 1023, 1024, 8080}

// TestKernelAgrees compares the kernel with the evaluator on random networks. What the kernel lets through must be allowed, what
// it stops refused. A failing network is repeated with -networks=1 -first=<its number>.
func TestKernelAgrees(t *testing.T) {
	n := enter(t)
	generator := rapid.Custom(oracle.Random)
	var sum tally
	for i := range *networks {
		compare(t, n, &sum, *first+i, generator.Example(*first+i))
		if t.Failed() {
			return
		}
	}
	t.Logf("%d networks, %d packets; %d got through, %d of them between VPCs and %d over IPv6", *networks, sum.sent,
		sum.reached, sum.between, sum.six)
	few := sum.sent / 100
	if *networks >= 50 && (sum.sent-sum.reached < few || sum.between < few || sum.six < few) {
		t.Error("too few packets of one kind to prove anything")
	}
}

// tally counts packets, and those of them that reached their destinations and were answered.
type tally struct{ sent, reached, between, six int }

func (s *tally) count(p *probe) {
	s.sent++
	if !p.reached() {
		return
	}
	s.reached++
	if p.from.vpc != p.to.vpc {
		s.between++
	}
	if p.packet.Source.Is6() {
		s.six++
	}
}

// compare compares kernel and evaluator on one network.
func compare(t *testing.T, n *namespaces, sum *tally, number int, net *network.Network) {
	t.Helper()
	l := build(n, net)
	defer n.close()
	w := newWire(l)
	defer w.close()
	var waiting []*probe
	expected := map[*probe]bool{}
	random := rand.New(rand.NewPCG(uint64(number), 0))
	ids := newIdentifiers()
	for _, h := range l.hosts {
		n.in(h.ns, func() { w.open(h) })
	}
	model := reach.Compile(net)
	for _, from := range l.hosts {
		var own []*probe
		for _, to := range l.hosts {
			for _, a := range to.addresses {
				own = append(own, l.probes(model, from, to, a, random, ids, expected)...)
			}
		}
		n.in(from.ns, func() {
			for _, p := range own {
				w.send(p)
			}
		})
		waiting = append(waiting, own...)
	}
	late := func(p *probe) bool { return expected[p] && !p.reached() }
	for end := time.Now().Add(arrivalTimeout); slices.ContainsFunc(waiting, late) && time.Now().Before(end); {
		w.listen(arrivalTimeout/100, func() bool { return slices.ContainsFunc(waiting, late) })
		for _, p := range waiting {
			if late(p) && p.again != nil {
				p.again()
			}
		}
	}
	w.listen(quietTime, func() bool { return true })
	for _, p := range waiting {
		if p.reached() != expected[p] {
			j, _ := oracle.Decide(net, oracle.Question{
				From: oracle.End{Instance: p.from.ID}, To: oracle.End{Instance: p.to.ID}, Protocol: p.packet.Protocol,
				Family: version(p.packet.Source),
			}, p.packet)
			t.Errorf("network %d: %s from %s to %s: allowed %t, kernel: received %t, answered %t; oracle: %s\n%s", number, p.packet,
				p.from.ID, p.to.ID, expected[p], p.received, p.answered, j, listing(net))
			return
		}
		sum.count(p)
	}
}

// open starts what an instance listens for: what its author wrote down, or everything.
func (w *wire) open(h *host) {
	for _, a := range h.addresses {
		w.ping(h, version(a))
		for _, port := range ports {
			for _, protocol := range []traffic.Protocol{traffic.TCP, traffic.UDP} {
				if h.Listeners == nil || slices.ContainsFunc(h.Listeners, func(l network.Listener) bool {
					set, err := traffic.ParsePorts(l.Ports)
					return l.Protocol == protocol.String() && err == nil && (len(l.Ports) == 0 || set.Contains(port))
				}) {
					w.serve(h, protocol, port, version(a))
				}
			}
		}
	}
}

// probes are packets from one instance to an address of another one about which the evaluator is sure.
func (l *lab) probes(
	model *reach.Model, from, to *host, destination netip.Addr, random *rand.Rand, ids *identifiers, expected map[*probe]bool,
) []*probe {
	at := slices.IndexFunc(from.addresses, func(a netip.Addr) bool { return a.Is6() == destination.Is6() })
	if from == to || at < 0 || from.addresses[at] == destination || l.ambiguous(from, to, destination) {
		return nil
	}
	family, ping := traffic.IPv4, traffic.Packet{Protocol: traffic.ICMP, ICMPType: 8}
	if destination.Is6() {
		family, ping = traffic.IPv6, traffic.Packet{Protocol: traffic.ICMPv6, ICMPType: 128}
	}
	answer := model.Explain(reach.Question{
		Source: reach.Endpoint{InstanceID: from.ID}, Destination: reach.Endpoint{InstanceID: to.ID},
		Protocol: traffic.AnyProtocol, Family: family, SourcePorts: traffic.AllPorts(),
	})
	var out []*probe
	for i := range probesPerPair {
		p := &probe{from: from, to: to, packet: ping}
		if i > 0 {
			p.packet = traffic.Packet{
				Protocol:        []traffic.Protocol{traffic.TCP, traffic.UDP}[i%2],
				DestinationPort: ports[random.IntN(len(ports))],
			}
		}
		p.packet.Source, p.packet.Destination = from.addresses[at], destination
		if p.id = ids.next(random); i > 0 {
			p.packet.SourcePort = p.id
		}
		expected[p] = answer.Allowed.Contains(p.packet)
		if !answer.Unclear.Contains(p.packet) {
			out = append(out, p)
		}
	}
	return out
}

// ambiguous reports whether the kernel cannot tell two instances of one address apart where the cloud can: for an egress rule
// of the sender about the members of a group (SG-18).
func (l *lab) ambiguous(from, to *host, a netip.Addr) bool {
	return slices.ContainsFunc(l.hosts, func(o *host) bool { return o != to && slices.Contains(o.addresses, a) }) &&
		slices.ContainsFunc(from.SecurityGroupIDs, func(g string) bool {
			return slices.ContainsFunc(l.rules(g, network.Egress),
				func(r *network.SecurityGroupRule) bool { return r.RemoteGroupID != "" })
		})
}

// identifiers are different numbers for the probes of a network, some of them ports that clients do not use.
type identifiers struct{ low, high uint16 }

func newIdentifiers() *identifiers { return &identifiers{low: 512, high: 20000} }

func (i *identifiers) next(r *rand.Rand) uint16 {
	if r.IntN(4) == 0 && i.low < 1000 {
		i.low++
		return i.low
	}
	i.high++
	return i.high
}

func listing(n *network.Network) string {
	var out []byte
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			body, _ := json.Marshal(o)
			out = fmt.Appendf(out, "  %s %s\n", kind, body)
		}
	}
	return string(out)
}
