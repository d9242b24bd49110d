package contract

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	v2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2"
	v3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

// The caller of the tests, and another tenant of the same cloud. The project ids have the cloud's form.
const (
	project      = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
	otherProject = "f9e8d7c6b5a4938271605f4e3d2c1b0a"
	accessKey    = "LABACCESSKEY"
	secretKey    = "lab-secret-key"
)

// nobody is an id that no object has.
const nobody = "00000000-0000-4000-8000-00000000dead"

// lab is an emulated cloud of its own behind a server, and the clients of one tenant.
type lab struct {
	*tenant
	t      *testing.T
	server *httptest.Server
}

// tenant is one project's pair of clients.
type tenant struct {
	project string
	v2      *v2.VpcClient
	v3      *v3.VpcClient
}

// newLab starts a strict server: it refuses request members it does not know, so the SDK also proves that the API
// knows all that the SDK sends.
func newLab(t *testing.T) *lab {
	t.Helper()
	return newLabWith(t, cloudapi.Options{Strict: true})
}

func newLabWith(t *testing.T, options cloudapi.Options) *lab {
	t.Helper()
	s := sqlite.Open(filepath.Join(t.TempDir(), "lab.db"))
	server := httptest.NewServer(watch(t, cloudapi.New(emulator.New(s), options)))
	t.Cleanup(func() {
		server.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	l := &lab{t: t, server: server}
	l.tenant = l.as(project, secretKey)
	return l
}

// as returns the clients of a project that signs with a secret.
func (l *lab) as(project, secret string) *tenant {
	l.t.Helper()
	credentials, err := basic.NewCredentialsBuilder().
		WithAk(accessKey).WithSk(secret).WithProjectId(project).SafeBuild()
	if err != nil {
		l.t.Fatal(err)
	}
	build := func(b *core.HcHttpClientBuilder) *core.HcHttpClient {
		l.t.Helper()
		c, err := b.WithEndpoints([]string{l.server.URL}).WithCredential(credentials).SafeBuild()
		if err != nil {
			l.t.Fatal(err)
		}
		return c
	}
	return &tenant{
		project: project,
		v2:      v2.NewVpcClient(build(v2.VpcClientBuilder())),
		v3:      v3.NewVpcClient(build(v3.VpcClientBuilder())),
	}
}

// call makes one call and fails the test unless it succeeds with exactly that status.
func call[Q, A any](t *testing.T, status int, f func(*Q) (*A, error), q Q) *A {
	t.Helper()
	a, err := f(&q)
	if err != nil {
		t.Fatalf("%s: %v", operation(q), err)
	}
	if got := int(reflect.ValueOf(a).Elem().FieldByName("HttpStatusCode").Int()); got != status {
		t.Fatalf("%s answered status %d, want %d", operation(q), got, status)
	}
	return a
}

// refused makes one call that the cloud has to refuse with that status and code, and a message that contains the text
// in any case. Code "" stands for the Neutron-style calls, whose body the SDK does not take apart.
func refused[Q, A any](t *testing.T, status int, code, text string, f func(*Q) (*A, error), q Q) {
	t.Helper()
	_, err := f(&q)
	if err == nil {
		t.Errorf("%s succeeded, want status %d %s", operation(q), status, code)
		return
	}
	var refusal *sdkerr.ServiceResponseError
	if !errors.As(err, &refusal) {
		t.Errorf("%s: %T %v, want a ServiceResponseError", operation(q), err, err)
		return
	}
	if refusal.StatusCode != status || refusal.ErrorCode != code {
		t.Errorf("%s: status %d code %q, want %d %q; message: %s",
			operation(q), refusal.StatusCode, refusal.ErrorCode, status, code, refusal.ErrorMessage)
	}
	if !strings.Contains(strings.ToLower(refusal.ErrorMessage), strings.ToLower(text)) {
		t.Errorf("%s: message %q does not say %q", operation(q), refusal.ErrorMessage, text)
	}
	if refusal.RequestId == "" {
		t.Errorf("%s: the refusal has no X-Request-Id", operation(q))
	}
}

// statusOf is the status of a refusal, or 0 when there is none.
func statusOf(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	var refusal *sdkerr.ServiceResponseError
	if !errors.As(err, &refusal) {
		t.Fatalf("%T %v, want a ServiceResponseError", err, err)
	}
	return refusal.StatusCode
}

// firstHost is the first address of a block after the network's own.
func firstHost(t *testing.T, cidr string) string {
	t.Helper()
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		t.Fatal(err)
	}
	return p.Addr().Next().String()
}

// operation names a call after its request type: v2.CreateVpc.
func operation(q any) string {
	t := reflect.TypeOf(q)
	generation := "v3."
	if strings.Contains(t.PkgPath(), "/v2/") {
		generation = "v2."
	}
	return generation + strings.TrimSuffix(t.Name(), "Request")
}

// same compares what a client read with what is expected of it.
func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %+v, want %+v", what, got, want)
	}
}

// ids lists one member of each item of a list the SDK may have left nil.
func ids[T any](list *[]T, id func(T) string) []string {
	out := []string{}
	if list != nil {
		for _, item := range *list {
			out = append(out, id(item))
		}
	}
	return out
}

// text is what an optional string of the SDK holds.
func text[T ~string](s *T) string {
	if s == nil {
		return "(absent)"
	}
	return string(*s)
}

// get makes a plain request, for what no operation of the SDK can say.
func (l *lab) get(path string) (int, string) { return l.do(http.MethodGet, path, "") }

func (l *lab) do(method, path, body string) (int, string) {
	l.t.Helper()
	req, err := http.NewRequestWithContext(l.t.Context(), method, l.server.URL+path, strings.NewReader(body))
	if err != nil {
		l.t.Fatal(err)
	}
	req.Header.Set("X-Project-Id", project)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := l.server.Client().Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode, readAll(l.t, resp.Body)
}
