// Package console is the lab's web page: it draws the network, lists what is in it, and answers reachability questions.
// It changes nothing. Pages are made on the server and need no script; the only other files are a style sheet and an
// icon, which are part of the program.
//
// The room imports emulator, reach, report, network and traffic.
package console

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
)

// Options say how the page behaves.
type Options struct {
	// User and Password, when both are set, are asked of every visitor.
	User, Password string
	// Logger gets one line per request and, with the stack, every panic. Nil logs nothing.
	Logger *slog.Logger
}

// root is where everything but the first page is. The REST API has no such path.
const root = "/console/"

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
	cloud *emulator.Cloud
	mux   *http.ServeMux
}

// New returns the page over a cloud. It answers the paths "/" and those below /console/, and may be used by any number
// of goroutines.
func New(cloud *emulator.Cloud, options Options) http.Handler {
	c := &console{Options: options, cloud: cloud, mux: http.NewServeMux()}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.mux.HandleFunc("GET /{$}", c.page(c.overview))
	c.mux.HandleFunc("GET "+root+"reachability", c.page(c.reachability))
	c.mux.HandleFunc("GET "+root+"objects/{kind}", c.page(c.list))
	c.mux.HandleFunc("GET "+root+"objects/{kind}/{id}", c.page(c.object))
	c.mux.HandleFunc("GET "+root+"style.css", asset(styleSheet, "text/css; charset=utf-8"))
	c.mux.HandleFunc("GET "+root+"icon.svg", asset(icon, "image/svg+xml"))
	c.mux.HandleFunc("GET /", c.page(c.missing))
	return c
}

// Beside serves the page and the REST API under one address. Both have something at "/": browsers, who ask for HTML,
// get the page, and clients of the API what they expect.
func Beside(api, page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		first := r.URL.Path == "/" && reads && strings.Contains(r.Header.Get("Accept"), "text/html")
		if first || strings.HasPrefix(r.URL.Path, root) {
			page.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	})
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
	h.Set("Vary", "Accept, Authorization")
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

// admit asks who the visitor is, where that matters.
func (c *console) admit(w http.ResponseWriter, r *http.Request) bool {
	if c.User == "" || c.Password == "" {
		return true
	}
	if r.TLS == nil && !isLocal(r.RemoteAddr) {
		http.Error(w, "The page asks for the secret key, which must not cross a network in plain text. Serve HTTPS with "+
			"--tls-cert and --tls-key, or --tls-self-signed.", http.StatusForbidden)
		return false
	}
	user, password, _ := r.BasicAuth()
	if same(user, c.User)&same(password, c.Password) == 1 {
		return true
	}
	w.Header().Set("WWW-Authenticate", `Basic realm="vpclab: access key and secret key", charset="UTF-8"`)
	http.Error(w, "Log in with the access key as user name and the secret key as password.", http.StatusUnauthorized)
	return false
}

// same compares in a time that tells nothing about either text, their lengths included.
func same(a, b string) int {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:])
}

func isLocal(remote string) bool {
	a, err := netip.ParseAddrPort(remote)
	return err == nil && a.Addr().Unmap().IsLoopback()
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
	// Here is the entry of the navigation that the page belongs to.
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
		l, err := c.read(r.Context())
		if err != nil {
			c.Logger.LogAttrs(r.Context(), slog.LevelError, "the page could not be made", slog.String("error", err.Error()))
			http.Error(w, "The lab cannot be read: "+err.Error(), http.StatusServiceUnavailable)
			return
		}
		v := show(l, r)
		if v.status == 0 {
			v.status = http.StatusOK
		}
		var b bytes.Buffer
		if err := templates.ExecuteTemplate(&b, v.template, frame{v, c.cloud.Location(), l.kinds()}); err != nil {
			panic(err) // A template that does not fit its data: the tests show every page.
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(v.status)
		_, _ = w.Write(b.Bytes()) // A visitor who has gone needs no answer.
	}
}

func (c *console) read(ctx context.Context) (*lab, error) {
	n, err := c.cloud.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return newLab(n), nil
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
