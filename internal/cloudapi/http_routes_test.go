package cloudapi

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

// countingRouter counts the requests for which a route is chosen.
type countingRouter struct {
	http.Handler

	requests int
}

// ServeHTTP implements http.Handler.
func (r *countingRouter) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.requests++
	r.Handler.ServeHTTP(w, request)
}

// routedAPI is an API whose handlers do nothing but record the contexts they are given.
type routedAPI struct {
	*api
	router   *countingRouter
	contexts []*requestContext
}

func newRoutedAPI(t *testing.T) *routedAPI {
	t.Helper()
	s := sqlite.Open(filepath.Join(t.TempDir(), "lab.db"))
	t.Cleanup(func() { _ = s.Close() })
	r := &routedAPI{}
	groups := make([]routeGroup, len(routeGroups))
	for i, group := range routeGroups {
		groups[i] = group
		groups[i].routes = nil
		for _, of := range group.routes {
			groups[i].routes = append(groups[i].routes, route{of.pattern, func(c *requestContext) (response, error) {
				r.contexts = append(r.contexts, c)
				return noContent()
			}})
		}
	}
	r.api = newAPI(emulator.New(s), Options{}, groups)
	r.router = &countingRouter{Handler: r.api.router}
	r.api.router = r.router
	return r
}

// A request is routed once, and its handler runs once and finds the values of the path.
func TestRoutes(t *testing.T) {
	t.Parallel()
	a := newRoutedAPI(t)
	wildcard := regexp.MustCompile(`\{([a-z_]+)\}`)
	for _, group := range routeGroups {
		for _, route := range group.routes {
			method, path, _ := strings.Cut(strings.TrimSuffix(route.pattern, "{$}"), " ")
			target := wildcard.ReplaceAllString(path, "a-$1")
			a.contexts, a.router.requests = nil, 0
			w := httptest.NewRecorder()
			a.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, target, http.NoBody))
			if w.Code != http.StatusNoContent || len(a.contexts) != 1 || a.router.requests != 1 {
				t.Errorf("%s: status %d, routed %d times, handled %d times", route.pattern, w.Code, a.router.requests, len(a.contexts))
				continue
			}
			c := a.contexts[0]
			if c.pattern != route.pattern || c.generation != group.generation || c.kind != group.kind {
				t.Errorf("%s %s was handled as %s, generation %d, kind %q", method, target, c.pattern, c.generation, c.kind)
			}
			for _, name := range wildcard.FindAllStringSubmatch(path, -1) {
				if got := c.path(name[1]); got != "a-"+name[1] {
					t.Errorf("%s %s: %s is %q", method, target, name[1], got)
				}
			}
		}
	}
}

// What no route is for is answered by the gateway: paths, and methods that a path has not.
func TestUnpublished(t *testing.T) {
	t.Parallel()
	a := newRoutedAPI(t)
	for _, c := range []struct{ method, target string }{
		{http.MethodGet, "/v1"},
		{http.MethodGet, "/v1/p/vpcs/id/more"},
		{http.MethodGet, "/v4/p/vpcs"},
		{http.MethodGet, "/V1/p/vpcs"},
		{http.MethodGet, "/v1/p/../vpcs"},
		{http.MethodPut, "/v1/p/vpcs"},
		{http.MethodOptions, "/v1/p/vpcs"},
		{http.MethodConnect, "/v1/p/vpcs"},
		{http.MethodPost, "/"},
		{http.MethodGet, "*"},
	} {
		a.contexts, a.router.requests = nil, 0
		r := httptest.NewRequestWithContext(t.Context(), c.method, "/", http.NoBody)
		r.URL.Path, r.RequestURI = c.target, c.target
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), `"error_code":"APIGW.0101"`) {
			t.Errorf("%s %s: status %d: %s", c.method, c.target, w.Code, w.Body)
		}
		if len(a.contexts) > 0 || a.router.requests > 1 {
			t.Errorf("%s %s: routed %d times, handled %d times", c.method, c.target, a.router.requests, len(a.contexts))
		}
	}
}
