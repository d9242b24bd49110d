package cloudapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
)

// A project has its default group from the start (SG-22), also when a request for another one of that name, which is
// refused (SG-31), is the first that anybody makes.
func TestDefaultGroupIsTakenFromTheStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, body, want string }{
		{"/v1/" + project + "/security-groups", "", `"code":"VPC.9902"`},
		{"/v2.0/security-groups", "", `"type":"SecurityGroupExists"`},
		{"/v3/" + project + "/vpc/security-groups", "", `"error_code":"VPC.9902"`},
		{"/v3/" + project + "/vpc/security-groups", `,"dry_run":true`, `"error_code":"VPC.9902"`},
	} {
		l := newLab(t, cloudapi.Options{Strict: true})
		w := l.do(http.MethodPost, c.path, `{"security_group":{"name":"default"}`+c.body+`}`)
		if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s%s: %d %s", c.path, c.body, w.Code, w.Body)
		}
		w = l.do(http.MethodGet, "/v3/"+project+"/vpc/security-groups?name=default", "")
		if n := strings.Count(w.Body.String(), `"name":"default"`); n != 1 {
			t.Errorf("%s%s leaves %d default groups: %s", c.path, c.body, n, w.Body)
		}
	}
}
