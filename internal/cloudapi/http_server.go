package cloudapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
)

// api is the handler New returns.
type api struct {
	Options
	cloud  *emulator.Cloud
	mux    *http.ServeMux
	faults []*armedFault
	tokens tokens
}

// New returns the REST API over a cloud. It may be used by any number of goroutines.
func New(cloud *emulator.Cloud, options Options) http.Handler {
	a := &api{Options: options.withDefaults(), cloud: cloud, mux: http.NewServeMux()}
	a.faults = arm(a.Faults)
	a.tokens = newTokens(a.SecretKey)
	for _, group := range routeGroups {
		for _, r := range group.routes {
			a.mux.Handle(r.pattern, &endpoint{group, r})
		}
	}
	return a
}

// ServeHTTP answers one request. Whatever happens, the answer is JSON in one of the cloud's shapes and carries
// X-Request-Id.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := a.Clock()
	c := &call{api: a, w: &recorder{ResponseWriter: w}, r: r, generation: gateway, requestID: requestID()}
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
				c.refuse(&refusal{http.StatusInternalServerError, codeInternal, "The emulator has failed on this request. " +
					"Nothing of it was done. The emulator's log says more under the request id."})
			}
		}
	}()
	c.serve()
}

// endpoint is a route with what its group has in common.
type endpoint struct {
	routeGroup
	route
}

func (c *call) serve() {
	if err := c.readBody(); err != nil {
		c.refuse(err)
		return
	}
	signed := *c.r.URL
	if !normalisePath(c.r) {
		c.refuse(unpublished())
		return
	}
	next, pattern := c.mux.Handler(c.r)
	entry, ok := next.(*endpoint)
	if pattern == "" || !ok {
		c.refuse(unpublished())
		return
	}
	c.pattern, c.generation, c.kind, c.invalid = pattern, entry.generation, entry.kind, entry.invalid
	if !c.inject() {
		return
	}
	// The mux fills in the path's values only when it serves.
	c.mux.ServeHTTP(nil, c.r.WithContext(context.WithValue(c.r.Context(), callKey{}, &served{c, entry, &signed})))
}

type callKey struct{}

type served struct {
	c      *call
	entry  *endpoint
	signed *url.URL
}

// ServeHTTP makes an endpoint something the mux can hold. It is called by call.serve only.
func (e *endpoint) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	s, ok := r.Context().Value(callKey{}).(*served)
	if !ok {
		return
	}
	s.c.r = r
	if err := s.c.identify(e, s.signed); err != nil {
		s.c.refuse(err)
		return
	}
	a, err := e.answer(s.c)
	if err != nil {
		s.c.refuse(err)
		return
	}
	s.c.write(a)
}

// answer runs the handler. A request that only reads sees one state of the lab; a handler that finds that it has to
// write all the same is run again on the lab as it goes on.
func (e *endpoint) answer(c *call) (answer, error) {
	c.cloud, c.seen = c.api.cloud, lookups{}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead || e.generation == gateway {
		return e.handle(c)
	}
	var a answer
	err := c.api.cloud.Reading(c.r.Context(), func(cloud *emulator.Cloud) error {
		c.cloud, c.seen = cloud, lookups{}
		var err error
		a, err = e.handle(c)
		return err
	})
	if errors.Is(err, emulator.ErrReading) {
		c.cloud, c.seen = c.api.cloud, lookups{}
		return e.handle(c)
	}
	return a, err
}
