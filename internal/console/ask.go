package console

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// form is the form that asks a question, with what a visitor wrote into it.
type form struct {
	Source, Destination, Ports string
	Protocols                  []choice
	Ends                       []choice
	// Errors are what is wrong, by the name of the field.
	Errors map[string]string
	// Asked says that the form was sent.
	Asked bool
}

// choice is something that can be written into a field, or chosen from a list.
type choice struct {
	Value, Label string
	Chosen       bool
}

// manyEnds is how many ends a field suggests. Any other can still be written.
const manyEnds = 500

// internet is what the Internet is called as an end.
const internet = "internet"

// newForm reads a form; a protocol that the list lacks is offered, too.
func (l *lab) newForm(values url.Values) *form {
	f := &form{
		Source: strings.TrimSpace(values.Get("source")), Destination: strings.TrimSpace(values.Get("destination")),
		Ports: strings.TrimSpace(values.Get("ports")), Errors: map[string]string{}, Ends: l.ends(),
		Asked: values.Has("source") && values.Has("destination"),
	}
	protocol := strings.ToLower(strings.TrimSpace(values.Get("protocol")))
	if protocol == "" {
		protocol = "tcp"
	}
	names := []string{"tcp", "udp", "icmp", "icmpv6", "any"}
	if !slices.Contains(names, protocol) {
		names = append(names, protocol)
	}
	for _, name := range names {
		f.Protocols = append(f.Protocols, choice{Value: name, Label: name, Chosen: name == protocol})
	}
	return f
}

// question is what the form asks; ok is false, and Errors says why, when it asks nothing.
func (l *lab) question(f *form) (q reach.Question, ok bool) {
	for _, end := range []struct {
		name, text string
		into       *reach.Endpoint
	}{{"source", f.Source, &q.Source}, {"destination", f.Destination, &q.Destination}} {
		var problem string
		if *end.into, problem = l.end(end.text); problem != "" {
			f.Errors[end.name] = problem
		}
	}
	for _, p := range f.Protocols {
		if !p.Chosen {
			continue
		}
		var err error
		if q.Protocol, err = traffic.ParseProtocol(p.Value); err != nil {
			f.Errors["protocol"] = capital(err.Error()) + "."
		}
	}
	ports := strings.FieldsFunc(f.Ports, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	var err error
	switch q.Ports, err = traffic.ParsePorts(ports); {
	case err != nil:
		f.Errors["ports"] = capital(err.Error()) + "."
	case len(ports) > 0 && f.Errors["protocol"] == "" && !q.Protocol.HasPorts():
		f.Errors["ports"] = fmt.Sprintf("The protocol %s has no ports. Ask for tcp or udp, or leave the ports out.", q.Protocol)
	}
	return q, len(f.Errors) == 0
}

// end is the end of a question that a text means: the Internet, an address or block, or an instance or subnet by its
// name or id. An address can be placed with "10.0.0.5 in main", and a name with "subnet main". The problem is a sentence
// for the form, empty where there is none.
func (l *lab) end(text string) (e reach.Endpoint, problem string) {
	if text == "" {
		return e, "Say which end is meant."
	}
	if strings.EqualFold(text, internet) {
		e.Internet = true
		return e, ""
	}
	address, vpc, placed := strings.Cut(text, " in ")
	if isAddress(address) {
		if _, err := traffic.ParseAddressEntry(address); err != nil {
			return e, capital(err.Error()) + "."
		}
		e.Address = address
		if placed {
			o, problem := l.one("VPC", strings.TrimSpace(vpc), network.KindVPC)
			if problem != "" {
				return e, problem
			}
			e.VPCID = o.Base().ID
		}
		return e, ""
	}
	kinds := []network.Kind{network.KindInstance, network.KindSubnet}
	for _, kind := range kinds {
		if rest, ok := strings.CutPrefix(text, kind.Label()+" "); ok {
			text, kinds = rest, []network.Kind{kind}
			break
		}
	}
	o, problem := l.one("instance or subnet", text, kinds...)
	switch {
	case problem != "":
	case o.Kind() == network.KindSubnet:
		e.SubnetID = o.Base().ID
	default:
		e.InstanceID = o.Base().ID
	}
	return e, problem
}

func isAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	_, prefixErr := netip.ParsePrefix(text)
	return err == nil || prefixErr == nil
}

// one is the only object of some kinds with an id or name.
func (l *lab) one(what, text string, kinds ...network.Kind) (o network.Object, problem string) {
	if o := l.net.Object(text); o != nil {
		if slices.Contains(kinds, o.Kind()) {
			return o, ""
		}
		return nil, fmt.Sprintf("%s is the id of a %s. Write that of an %s.", text, o.Kind().Label(), what)
	}
	var found []network.Object
	for _, kind := range kinds {
		for _, o := range l.net.OfKind(kind) {
			if o.Title() == text {
				found = append(found, o)
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0], ""
	case 0:
		return nil, fmt.Sprintf("No %s is called %q. Write a name or an id, an address such as 10.0.0.5, a block such as "+
			"10.0.0.0/24, or internet.", what, text)
	}
	texts := make([]string, 0, len(found))
	for _, o := range found {
		texts = append(texts, o.Kind().Label()+" "+o.Base().ID)
	}
	return nil, fmt.Sprintf("%q can mean %d objects. Write one of: %s.", text, len(found), strings.Join(texts, ", "))
}

// ends are what a field suggests: what is unique by its name under its name, and the rest under its id.
func (l *lab) ends() []choice {
	out := []choice{{Value: internet, Label: "any public address"}}
	instances, subnets := network.All[*network.Instance](l.net), network.All[*network.Subnet](l.net)
	count := map[string]int{}
	for _, i := range instances {
		count[i.Title()]++
	}
	for _, s := range subnets {
		count[s.Title()]++
	}
	add := func(o network.Object, label string) {
		value := o.Title()
		if count[value] != 1 || isAddress(value) || strings.EqualFold(value, internet) || strings.Contains(value, " ") {
			value = o.Base().ID
			label = o.Title() + ", " + label
		}
		out = append(out, choice{Value: value, Label: label})
	}
	for _, i := range sorted(l, instances) {
		if len(out) > manyEnds {
			return out
		}
		addresses := strings.Join(strings.Fields(i.IPAddress+" "+i.IPv6Address), " ")
		add(i, "instance "+addresses+" in "+l.name(i.SubnetID))
	}
	for _, s := range sorted(l, subnets) {
		if len(out) > manyEnds {
			return out
		}
		add(s, "subnet "+s.CIDR+" of "+l.name(s.VPCID))
	}
	return out
}
