package cloudapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
)

// api is the handler New returns.
type api struct {
	Options
	cloud *emulator.Cloud
	// router chooses the route of a request and serves the request with it.
	router http.Handler
	faults []*activeFault
	tokens tokens
}

// New returns the REST API over a cloud. It may be used by any number of goroutines.
func New(cloud *emulator.Cloud, options Options) http.Handler {
	return newAPI(cloud, options, routeGroups)
}

func newAPI(cloud *emulator.Cloud, options Options, groups []routeGroup) *api {
	options = options.withDefaults()
	return &api{
		Options: options, cloud: cloud, router: newRouter(groups), faults: activate(options.Faults),
		tokens: newTokens(options.SecretKey),
	}
}

// ServeHTTP answers one request. Whatever happens, the response is JSON in one of the cloud's shapes and carries
// X-Request-Id.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := a.Clock()
	c := &requestContext{
		api: a, routeHandler: &routeHandler{}, w: &responseRecorder{ResponseWriter: w}, r: r, requestID: requestID(),
	}
	c.w.Header().Set("X-Request-Id", c.requestID)
	defer func() {
		took := a.Clock().Sub(began)
		a.Logger.LogAttrs(r.Context(), slog.LevelInfo, "request",
			slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.String("query", r.URL.RawQuery),
			slog.Int("status", c.w.status), slog.Int("bytes", c.w.bytes), slog.Duration("took", took),
			slog.String("request_id", c.requestID), slog.String("project", c.project), slog.String("call", c.pattern))
		if a.Observe != nil {
			a.Observe(Access{
				Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Pattern: c.pattern, Project: c.project,
				Status: c.w.status, Bytes: c.w.bytes, Duration: took, RequestID: c.requestID,
			})
		}
	}()
	defer func() {
		if p := recover(); p != nil {
			a.Logger.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("request_id", c.requestID),
				slog.String("cause", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
			if c.w.status == 0 {
				c.writeError(&apiError{http.StatusInternalServerError, codeInternal, "The emulator has failed on this request. " +
					"Nothing of it was done. The emulator's log says more under the request id."})
			}
		}
	}()
	c.serve()
}

// serve has the router choose the request's route, which goes on in routeHandler.ServeHTTP.
func (c *requestContext) serve() {
	if err := c.readBody(); err != nil {
		c.writeError(err)
		return
	}
	c.signedURL = *c.r.URL
	if !normalisePath(c.r) {
		c.writeError(notPublished())
		return
	}
	c.r = c.r.WithContext(context.WithValue(c.r.Context(), contextKey{}, c))
	c.r.RequestURI = "" // Where it is "*", the mux would answer itself, and with no body.
	c.router.ServeHTTP(c.w, c.r)
}

type contextKey struct{}

// contextOf is the context of a request that serve has given to the router.
func contextOf(r *http.Request) *requestContext {
	return r.Context().Value(contextKey{}).(*requestContext) //nolint:forcetypeassert // Nobody but serve calls the router.
}

// newRouter returns the router over the routes of groups. It also answers for paths and methods that none of them has.
func newRouter(groups []routeGroup) http.Handler {
	mux := http.NewServeMux()
	for _, group := range groups {
		for _, r := range group.routes {
			mux.Handle(r.pattern, &routeHandler{group, r})
		}
	}
	mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) { contextOf(r).writeError(notPublished()) })
	return mux
}

// routeHandler is a route, with what its group has in common, as the router takes it.
type routeHandler struct {
	routeGroup
	route
}

// ServeHTTP answers a request for which the router has chosen the route, and has filled in the path's values.
func (h *routeHandler) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	c := contextOf(r)
	c.routeHandler, c.r = h, r
	if !c.injectFaults() {
		return
	}
	if err := c.identify(); err != nil {
		c.writeError(err)
		return
	}
	resp, err := h.respond(c)
	if err != nil {
		c.writeError(err)
		return
	}
	c.writeResponse(resp)
}

// respond runs the handler. A request that only reads sees one state of the lab; a handler that finds that it has to
// write all the same is run again on the lab as it goes on.
func (h *routeHandler) respond(c *requestContext) (response, error) {
	c.cloud, c.related = c.api.cloud, relatedObjects{}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead || h.generation == gateway {
		return h.handle(c)
	}
	var resp response
	err := c.api.cloud.Reading(c.r.Context(), func(cloud *emulator.Cloud) error {
		c.cloud, c.related = cloud, relatedObjects{}
		var err error
		resp, err = h.handle(c)
		return err
	})
	if errors.Is(err, emulator.ErrReading) {
		c.cloud, c.related = c.api.cloud, relatedObjects{}
		return h.handle(c)
	}
	return resp, err
}
