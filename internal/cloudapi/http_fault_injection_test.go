package cloudapi_test

import (
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	var faults []cloudapi.Fault
	for _, text := range []string{
		"POST /v1/*/vpcs status=503 every=2", "GET /v3/** status=429 times=1", "* /v2.0/vpc/peerings status=500",
		"GET /v1/*/subnets latency=1ms",
	} {
		f, err := cloudapi.ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		faults = append(faults, f)
	}
	l := newLab(t, cloudapi.Options{Faults: faults})
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/v1/p/vpcs", `{"vpc":{"name":"a","cidr":"10.0.0.0/16"}}`, 200},
		{"POST", "/v1/p/vpcs", `{"vpc":{"name":"b","cidr":"10.0.0.0/16"}}`, 503},
		{"POST", "/v1/p/vpcs", `{"vpc":{"name":"b","cidr":"10.0.0.0/16"}}`, 200},
		{"GET", "/v1/p/vpcs", "", 200},
		{"GET", "/v3/p/vpc/vpcs", "", 429},
		{"GET", "/v3/p/vpc/vpcs", "", 200},
		{"GET", "/v2.0/vpc/peerings", "", 500},
		{"GET", "/v2.0/vpc/peerings/x", "", 404},
		{"GET", "/v1/p/subnets", "", 200},
	} {
		if w := l.do(c.method, c.path, c.body); w.Code != c.want {
			t.Errorf("%s %s: status %d, want %d", c.method, c.path, w.Code, c.want)
		}
	}
}

func TestParseFaultRefuses(t *testing.T) {
	t.Parallel()
	for text, complaint := range map[string]string{
		"":                               "a method, a path",
		"GET /":                          "a method, a path",
		"GET vpcs status=500":            "must begin with /",
		"GET * status=200":               "400 to 599",
		"GET * status=x":                 "400 to 599",
		"GET * latency=fast":             "200ms",
		"GET * latency=-1s":              "200ms",
		"GET * every=0":                  "1 or more",
		"GET * times=0 status=500":       "1 or more",
		"GET * every=2":                  "no effect",
		"GET * colour=red":               "none of status",
		"GET * status=500 latency=1s xx": "none of status",
	} {
		if _, err := cloudapi.ParseFault(text); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%q: error %v, want one that says %q", text, err, complaint)
		}
	}
}
