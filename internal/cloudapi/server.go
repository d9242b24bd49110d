package cloudapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/google/uuid"

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
	a.register()
	return a
}

func (a *api) register() {
	a.registerHealth()
	a.registerIdentity()
	a.registerVPCs()
	a.registerSubnets()
	a.registerSecurityGroups()
	a.registerPeerings()
	a.registerRouteTables()
	a.registerRoutes()
	a.registerFirewalls()
	a.registerAddressGroups()
	a.registerPorts()
	a.registerReservations()
	a.registerFWaaS()
	a.registerTags()
	a.registerQuotas()
	a.registerNeighbours()
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

// readBody takes the request's body in whole: its signature covers every byte of it.
func (c *call) readBody() error {
	if c.r.Body == nil {
		return nil
	}
	defer c.r.Body.Close() //nolint:errcheck // It was only read.
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, c.MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return &refusal{
			http.StatusRequestEntityTooLarge, "APIGW.0201",
			fmt.Sprintf("The request body is larger than %d bytes.", c.MaxBody),
		}
	case err != nil:
		return &refusal{http.StatusBadRequest, "APIGW.0201", "The request body could not be read: " + err.Error() + "."}
	}
	c.body = body
	c.r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// normalisePath joins double slashes, as clients that put an endpoint with a trailing slash before a path write them,
// and takes a trailing one away. The mux would answer both with a redirect, which no client of the cloud follows. It
// reports whether the path can be one of the API's: one that climbs cannot.
func normalisePath(r *http.Request) bool {
	escaped := r.URL.EscapedPath()
	var segments []string
	for segment := range strings.SplitSeq(escaped, "/") {
		plain, err := url.PathUnescape(segment)
		if err != nil || plain == "." || plain == ".." || strings.ContainsRune(plain, 0) {
			return false
		}
		if segment != "" {
			segments = append(segments, segment)
		}
	}
	u := *r.URL
	u.RawPath = "/" + strings.Join(segments, "/")
	path, err := url.PathUnescape(u.RawPath)
	if err != nil {
		return false
	}
	u.Path = path
	r.URL = &u
	return true
}

func requestID() string { return strings.ReplaceAll(uuid.NewString(), "-", "") }

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status, bytes int
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}
