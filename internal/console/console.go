// Package console is the lab's web page: it draws the network, lists what is in it, and answers reachability questions.
// It changes nothing. Pages are made on the server and need no script; the only other files are a style sheet and an
// icon, which are part of the program.
//
// The package imports reach, report and network. Verdicts, causes and repairs come from reach, their words from report.
package console

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Lab is where the pages get the network from.
type Lab interface {
	// Snapshot returns everything in the lab as one network.
	Snapshot(ctx context.Context) (*network.Network, error)
	// Location names the lab for people.
	Location() string
}

// Options say how the page behaves.
type Options struct {
	// User and Password, when both are set, are asked of every visitor.
	User, Password string
	// Logger gets one line per request and, with the stack, every panic. Nil logs nothing.
	Logger *slog.Logger
}

// base is where everything but the first page is. The REST API has no such path.
const base = "/console/"

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed assets/style.css
var styleSheet []byte

//go:embed assets/icon.svg
var icon []byte

var templates = template.Must(template.ParseFS(templateFiles, "templates/*.html"))

// console is the handler New returns.
type console struct {
	Options
	lab Lab
	mux *http.ServeMux
}

// New returns the page over a lab. It answers the paths "/" and those below /console/, and may be used by any number of
// goroutines.
func New(lab Lab, options Options) http.Handler {
	c := &console{Options: options, lab: lab, mux: http.NewServeMux()}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.mux.HandleFunc("GET /{$}", c.page(overview))
	c.mux.HandleFunc("GET "+base+"reachability", c.page(reachability))
	c.mux.HandleFunc("GET "+base+"objects/{kind}", c.page(list))
	c.mux.HandleFunc("GET "+base+"objects/{kind}/{id}", c.page(object))
	c.mux.HandleFunc("GET "+base+"style.css", asset(styleSheet, "text/css; charset=utf-8"))
	c.mux.HandleFunc("GET "+base+"icon.svg", asset(icon, "image/svg+xml"))
	c.mux.HandleFunc("GET /", c.page(missing))
	return c
}

// policy lets a page load its own style sheet and icon, send its form to itself, and nothing else: should a name ever
// get into a page as markup, it could still do nothing.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP implements http.Handler.
func (c *console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began, id := time.Now(), strings.ReplaceAll(uuid.NewString(), "-", "")
	out := &recorder{ResponseWriter: w}
	h := out.Header()
	h.Set("X-Request-Id", id)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Add("Vary", "Accept, Authorization")
	defer func() {
		c.Logger.LogAttrs(r.Context(), slog.LevelInfo, "request",
			slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.String("query", r.URL.RawQuery),
			slog.Int("status", out.status), slog.Int("bytes", out.bytes), slog.Duration("took", time.Since(began)),
			slog.String("request_id", id), slog.String("call", "console"))
	}()
	defer func() {
		if p := recover(); p != nil {
			c.Logger.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("request_id", id),
				slog.String("cause", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
			if out.status == 0 {
				http.Error(out, "The page has failed. The emulator's log says more under the request id "+id+".",
					http.StatusInternalServerError)
			}
		}
	}()
	if c.admit(out, r) {
		c.mux.ServeHTTP(out, r)
	}
}

func asset(body []byte, contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(body) // A visitor who has gone needs no answer.
	}
}

// view is one page: its template, and what goes into it.
type view struct {
	template string
	status   int
	// Title is what the page is called.
	Title string
	// Here is the address of the entry of the navigation that the page belongs to.
	Here string
	// Content is for the page's own template.
	Content any
}

// frame is what every page has around it.
type frame struct {
	view
	Location string
	Kinds    []kindLink
}

// page reads the network and shows what show makes of it.
func (c *console) page(show func(*lab, *http.Request) view) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n, err := c.lab.Snapshot(r.Context())
		if err != nil {
			c.Logger.LogAttrs(r.Context(), slog.LevelError, "the lab cannot be read", slog.String("error", err.Error()))
			http.Error(w, "The lab cannot be read: "+err.Error(), http.StatusServiceUnavailable)
			return
		}
		l := newLab(n)
		v := show(l, r)
		if v.status == 0 {
			v.status = http.StatusOK
		}
		var b bytes.Buffer
		if err := templates.ExecuteTemplate(&b, v.template, frame{v, c.lab.Location(), l.kinds()}); err != nil {
			panic(err) // A template that does not fit its data: the tests show every page.
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(v.status)
		_, _ = w.Write(b.Bytes()) // A visitor who has gone needs no answer.
	}
}

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
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}
