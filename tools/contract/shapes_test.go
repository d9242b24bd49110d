package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// shapes says what the cloud's documentation says of each object, by generation and wrapper: its members and their
// types. A client that decodes leniently sees a zero value where a member is missing; this table sees the gap.
//
//	s string   i integer   b boolean   [] list   {} object
//	l time of v1 and v2.0, without a zone   z time of v3, with the letter Z
//	? may be null or absent   ! must be absent
var shapes = map[string]string{
	"v1 vpc": `id:s name:s description:s cidr:s status:s routes:[] enterprise_project_id:s tenant_id:s created_at:l
		updated_at:l enable_shared_snat:b enhanced_local_route:b block_service_endpoint_states:s
		enable_network_address_usage_metrics:b`,
	"v1 subnet": `id:s name:s description:s cidr:s gateway_ip:s ipv6_enable:b cidr_v6:s? gateway_ip_v6:s? dhcp_enable:b
		primary_dns:s secondary_dns:s dnsList:[] availability_zone:s vpc_id:s status:s neutron_network_id:s
		neutron_subnet_id:s neutron_subnet_id_v6:s? extra_dhcp_opts:[] scope:s tenant_id:s created_at:l updated_at:l
		available_ip_address_count:i`,
	"v1 security_group": `id:s name:s description:s enterprise_project_id:s vpc_id:s? security_group_rules:[]`,
	"v1 security_group_rule": `id:s description:s security_group_id:s direction:s ethertype:s protocol:s?
		port_range_min:i? port_range_max:i? remote_ip_prefix:s? remote_group_id:s? remote_address_group_id:s? tenant_id:s`,
	"v1 routetable": `id:s name:s description:s default:b vpc_id:s tenant_id:s subnets:[] routes:[] created_at:l
		updated_at:l`,
	"v1 routetables": `id:s name:s description:s default:b vpc_id:s tenant_id:s subnets:[] routes:! created_at:l
		updated_at:l`,
	"v1 port": `id:s name:s network_id:s admin_state_up:b mac_address:s fixed_ips:[] device_id:s device_owner:s tenant_id:s
		status:s security_groups:[] allowed_address_pairs:[] extra_dhcp_opts:[] instance_id:s instance_type:s
		port_security_enabled:b zone_id:s enable_efi:b ipv6_bandwidth_id:s?`,
	"v1 privateip": `id:s status:s subnet_id:s tenant_id:s device_owner:s ip_address:s`,
	"v1 quotas":    `resources:[]`,
	"v2.0 peering": `id:s name:s status:s description:s request_vpc_info:{} accept_vpc_info:{} created_at:l updated_at:l`,
	"v2.0 route":   `id:s type:s nexthop:s destination:s vpc_id:s tenant_id:s`,
	"v2.0 security_group": `id:s name:s description:s tenant_id:s project_id:s security_group_rules:[] created_at:l
		updated_at:l`,
	"v2.0 security_group_rule": `id:s description:s security_group_id:s direction:s ethertype:s protocol:s?
		port_range_min:i? port_range_max:i? remote_ip_prefix:s? remote_group_id:s? remote_address_group_id:s? tenant_id:s
		project_id:s`,
	"v2.0 network_ip_availability": `network_id:s network_name:s tenant_id:s total_ips:i used_ips:i
		subnet_ip_availability:[]`,
	"v2.0 firewall_rule": `id:s name:s description:s protocol:s? action:s ip_version:i source_ip_address:s?
		destination_ip_address:s? source_port:s? destination_port:s? enabled:b`,
	"v2.0 firewall_policy": `id:s name:s description:s firewall_rules:[]`,
	"v2.0 firewall_group": `id:s name:s description:s ingress_firewall_policy_id:s? egress_firewall_policy_id:s? ports:[]
		status:s admin_state_up:b`,
	"v3 vpc": `id:s name:s description:s cidr:s extend_cidrs:[] status:s project_id:s enterprise_project_id:s created_at:z
		updated_at:z cloud_resources:[] tags:[] block_service_endpoint_states:s enable_network_address_usage_metrics:b`,
	"v3 virsubnet": `id:s name:s description:s vpc_id:s zone_id:s status:s project_id:s scope:s dns_nameservers:[]
		subnet_cidrs:[] tags:[] extra_dhcp_opts:[] created_at:z updated_at:z`,
	"v3 security_group": `id:s name:s description:s project_id:s enterprise_project_id:s created_at:z updated_at:z tags:[]
		security_group_rules:[]`,
	"v3 security_groups": `id:s name:s description:s project_id:s enterprise_project_id:s created_at:z updated_at:z tags:[]
		security_group_rules:!`,
	"v3 security_group_rule": `id:s description:s security_group_id:s direction:s protocol:s? ethertype:s multiport:s?
		action:s priority:i remote_group_id:s? remote_ip_prefix:s? remote_address_group_id:s? created_at:z updated_at:z
		project_id:s enabled:b`,
	"v3 firewall": `id:s name:s description:s project_id:s enterprise_project_id:s created_at:z updated_at:z
		admin_state_up:b status:s tags:[] associations:[] type:s ingress_rules:[] egress_rules:[]`,
	"v3 firewalls": `id:s name:s description:s project_id:s enterprise_project_id:s created_at:z updated_at:z
		admin_state_up:b status:s tags:[] associations:[] type:s ingress_rules:! egress_rules:!`,
	"v3 address_group": `id:s name:s description:s tenant_id:s enterprise_project_id:s status:s status_message:s
		ip_version:i max_capacity:i ip_set:[] ip_extra_set:[] tags:[] created_at:z updated_at:z`,
	"v3 virsubnet_cidr_reservation": `id:s virsubnet_id:s vpc_id:s ip_version:i cidr:s name:s description:s project_id:s
		created_at:z updated_at:z`,
	"v2.0 tag":     `key:s`,
	"v3 tag":       `key:s`,
	"v3 page_info": `current_count:i previous_marker:s? next_marker:s?`,
	"v1 resource":  `type:s used:i quota:i min:i`,
	// Inside other objects.
	"v1 routetable.routes":          `type:s destination:s nexthop:s description:s?`,
	"v1 routetable.subnets":         `id:s`,
	"v1 subnet.extra_dhcp_opts":     `opt_name:s opt_value:s`,
	"v1 port.fixed_ips":             `subnet_id:s ip_address:s`,
	"v1 quotas.resources":           `type:s used:i quota:i min:i`,
	"v2.0 peering.request_vpc_info": `vpc_id:s tenant_id:s`,
	"v2.0 peering.accept_vpc_info":  `vpc_id:s tenant_id:s`,
	"v2.0 network_ip_availability.subnet_ip_availability": `used_ips:i subnet_id:s subnet_name:s ip_version:i cidr:s
		total_ips:i`,
	"v3 vpc.cloud_resources":        `resource_type:s resource_count:i`,
	"v3 vpc.tags":                   `key:s value:s`,
	"v3 security_group.tags":        `key:s value:s`,
	"v3 firewall.tags":              `key:s value:s`,
	"v3 firewall.associations":      `virsubnet_id:s`,
	"v3 firewall.ingress_rules":     firewallRule,
	"v3 firewall.egress_rules":      firewallRule,
	"v3 virsubnet.subnet_cidrs":     `id:s ip_version:s cidr:s gateway_ip:s enable_dhcp:b`,
	"v3 virsubnet.extra_dhcp_opts":  `opt_name:s opt_value:s ip_version:i`,
	"v3 dependents":                 `id:s enterprise_project_id:s dependency:[]`,
	"v3 dependent.dependency":       `type:s instance_id:s instance_name:s enterprise_project_id:s`,
	"v3 address_group.ip_extra_set": `ip:s remarks:s?`,
}

const firewallRule = `id:s name:s description:s action:s project_id:s protocol:s ip_version:i source_ip_address:s?
	destination_ip_address:s? source_port:s? destination_port:s? source_address_group_id:s?
	destination_address_group_id:s? enabled:b`

var (
	zoneless = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$`)
	zulu     = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)
)

// watch holds every answer that passes against the shapes, and notes which calls of the API were made.
func watch(t *testing.T, next http.Handler) http.Handler {
	t.Helper()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		made.note(r)
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		for _, complaint := range judge(r, answer) {
			t.Errorf("%s %s, status %d: %s", r.Method, r.URL, answer.Code, complaint)
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

// judge says what is wrong with an answer, whatever the question was.
func judge(r *http.Request, answer *httptest.ResponseRecorder) []string {
	var out []string
	if answer.Header().Get("X-Request-Id") == "" {
		out = append(out, "no X-Request-Id header")
	}
	if answer.Code == http.StatusNoContent {
		if answer.Body.Len() > 0 {
			out = append(out, "204 with a body")
		}
		return out
	}
	if ct := answer.Header().Get("Content-Type"); !strings.HasPrefix(ct, "application/json") {
		return append(out, "Content-Type is "+ct)
	}
	var body map[string]any
	d := json.NewDecoder(bytes.NewReader(answer.Body.Bytes()))
	d.UseNumber()
	if err := d.Decode(&body); err != nil {
		return append(out, "the body is no JSON object: "+err.Error()+": "+answer.Body.String())
	}
	if strings.Contains(r.URL.Path, "/firewall_policies/") && strings.HasSuffix(r.URL.Path, "_rule") &&
		answer.Code < http.StatusBadRequest {
		body = map[string]any{"firewall_policy": body} // These two calls answer the bare policy.
	}
	generation := strings.SplitN(strings.TrimLeft(r.URL.Path, "/"), "/", 2)[0]
	if answer.Code >= http.StatusBadRequest {
		return append(out, judgeRefusal(generation, body)...)
	}
	if bare := r.Method == http.MethodPut && generation == "v1" && strings.Contains(r.URL.Path, "/subnets/"); bare {
		return append(out, conform("subnet", `id:s status:s`, body["subnet"])...)
	}
	if strings.HasSuffix(r.URL.Path, "/list-address-groups-dependency") {
		// The users of address groups come under the same wrapper as the groups themselves.
		body["dependents"] = body["address_groups"]
		delete(body, "address_groups")
	}
	for wrapper, value := range body {
		out = append(out, judgeMember(generation, wrapper, value)...)
	}
	return out
}

// judgeRefusal knows the three error bodies of the three generations.
func judgeRefusal(generation string, body map[string]any) []string {
	_, neutron := body["NeutronError"]
	code, _ := body["error_code"].(string)
	gateway := strings.HasPrefix(code, "APIGW.")
	switch {
	case gateway:
		return conform("error", `error_code:s error_msg:s`, body)
	case neutron:
		if generation != "v2.0" {
			return []string{"a Neutron error outside v2.0"}
		}
		return conform("NeutronError", `type:s message:s detail:s`, body["NeutronError"])
	case generation == "v3":
		return conform("error", `error_code:s error_msg:s request_id:s`, body)
	case generation == "v1":
		return conform("error", `code:s message:s`, body)
	case body["code"] != nil:
		return conform("error", `code:s message:s`, body)
	default:
		return conform("error", `error_code:s error_msg:s`, body)
	}
}

func judgeMember(generation, wrapper string, value any) []string {
	noun := strings.TrimSuffix(wrapper, "s")
	list, isList := value.([]any)
	if !isList {
		shape, known := shapes[generation+" "+wrapper]
		if !known {
			return nil
		}
		return conformDeep(generation, wrapper, wrapper, shape, value)
	}
	shape, known := shapes[generation+" "+wrapper]
	if !known {
		shape, known = shapes[generation+" "+noun]
	}
	if !known {
		return nil
	}
	var out []string
	for i, item := range list {
		out = append(out, conformDeep(generation, noun, fmt.Sprintf("%s[%d]", wrapper, i), shape, item)...)
	}
	return out
}

// conform compares one object with a shape.
func conform(where, shape string, value any) []string {
	return conformDeep("", "", where, shape, value)
}

// conformDeep also compares what the object contains, where the table says something of it.
func conformDeep(generation, noun, where, shape string, value any) []string {
	object, ok := value.(map[string]any)
	if !ok {
		return []string{fmt.Sprintf("%s is %v, want an object", where, value)}
	}
	var out []string
	for entry := range strings.FieldsSeq(shape) {
		name, kind, _ := strings.Cut(entry, ":")
		got, present := object[name]
		optional := strings.HasSuffix(kind, "?")
		switch {
		case kind == "!":
			if present {
				out = append(out, fmt.Sprintf("%s.%s is there, and belongs to single objects only", where, name))
			}
		case got == nil:
			if !optional {
				out = append(out, fmt.Sprintf("%s.%s is missing or null", where, name))
			}
		case !is(strings.TrimSuffix(kind, "?"), got):
			out = append(out, fmt.Sprintf("%s.%s is %#v, want type %s", where, name, got, kind))
		default:
			out = append(out, conformInside(generation, noun, where, name, got)...)
		}
	}
	return out
}

func conformInside(generation, noun, where, member string, value any) []string {
	shape, known := shapes[generation+" "+noun+"."+member]
	inner := noun + "." + member
	if member == "security_group_rules" {
		inner = "security_group_rule"
		shape, known = shapes[generation+" "+inner]
	}
	if !known {
		return nil
	}
	list, ok := value.([]any)
	if !ok {
		return conformDeep(generation, inner, where+"."+member, shape, value)
	}
	var out []string
	for i, item := range list {
		out = append(out, conformDeep(generation, inner, fmt.Sprintf("%s.%s[%d]", where, member, i), shape, item)...)
	}
	return out
}

func is(kind string, value any) bool {
	switch value := value.(type) {
	case string:
		return kind == "s" || kind == "l" && zoneless.MatchString(value) || kind == "z" && zulu.MatchString(value)
	case json.Number:
		return kind == "i" && !strings.ContainsAny(value.String(), ".eE")
	case bool:
		return kind == "b"
	case []any:
		return kind == "[]"
	case map[string]any:
		return kind == "{}"
	default:
		return false
	}
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
