package traffic

// class is a group of protocols whose packets have the same fields.
type class uint8

const (
	classTCP class = iota
	classUDP
	classICMP
	classICMPv6
	// classOther is all other protocols. Their packets have addresses only; which protocol it is takes the place of the
	// port, so that "every protocol" is five diagrams and not 256.
	classOther

	classCount
)

// classProtocol is the protocol of each class that has only one, in ascending order.
var classProtocol = [...]Protocol{classTCP: TCP, classUDP: UDP, classICMP: ICMP, classICMPv6: ICMPv6}

// lastOther is the position of the last protocol of classOther.
var lastOther = number(lastProtocol - len(classProtocol))

func classOf(p Protocol) class {
	switch p {
	case TCP:
		return classTCP
	case UDP:
		return classUDP
	case ICMP:
		return classICMP
	case ICMPv6:
		return classICMPv6
	}
	return classOther
}

func (c class) hasPorts() bool { return c == classTCP || c == classUDP }

// otherPosition is the position of p among the protocols of classOther. The four protocols with a class of their own
// leave no gap, so that all the others together are one interval.
func otherPosition(p Protocol) key {
	position := p
	for _, named := range classProtocol {
		if p > named {
			position--
		}
	}
	return number(position)
}

// otherProtocol is the inverse of otherPosition.
func otherProtocol(k key) Protocol {
	p := Protocol(k.lo)
	for _, named := range [...]Protocol{ICMP, TCP, UDP, ICMPv6} {
		if p >= named {
			p++
		}
	}
	return p
}
