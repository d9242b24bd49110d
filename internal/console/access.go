package console

import (
	"crypto/sha256"
	"crypto/subtle"
	"mime"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// Beside serves the page and the REST API under one address. Both have something at "/": who prefers HTML, as browsers
// do, gets the page, and clients of the API get what they expect.
func Beside(api, page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first := r.URL.Path == "/" && (r.Method == http.MethodGet || r.Method == http.MethodHead)
		if strings.HasPrefix(r.URL.Path, base) || first && prefersHTML(r.Header.Values("Accept")) {
			page.ServeHTTP(w, r)
			return
		}
		if first {
			w.Header().Add("Vary", "Accept")
		}
		api.ServeHTTP(w, r)
	})
}

// prefersHTML reports whether Accept headers rate text/html, by its own name, above application/json.
func prefersHTML(accept []string) bool {
	html, json := 0.0, 0.0
	jsonRank := 0
	for entry := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		name, parameters, err := mime.ParseMediaType(entry)
		if err != nil {
			continue
		}
		quality := 1.0
		if text, ok := parameters["q"]; ok {
			if quality, err = strconv.ParseFloat(text, 64); err != nil || !(quality >= 0 && quality <= 1) {
				quality = 0
			}
		}
		switch rank := map[string]int{"*/*": 1, "application/*": 2, "application/json": 3}[name]; {
		case name == "text/html" || name == "application/xhtml+xml":
			html = max(html, quality)
		case rank > jsonRank:
			json, jsonRank = quality, rank
		}
	}
	return html > json || html > 0 && html == json && jsonRank < 3
}

// admit refuses visitors whom the lab does not belong to.
func (c *console) admit(w http.ResponseWriter, r *http.Request) bool {
	if c.User == "" || c.Password == "" {
		// Without keys the emulator listens on the loopback interface only. A page of somebody else whose name suddenly
		// means 127.0.0.1 would be let through by the browser; its requests carry that name.
		if isLoopbackName(r.Host) {
			return true
		}
		http.Error(w, "This lab has no access key and is shown on this machine only: open it as localhost or 127.0.0.1.",
			http.StatusForbidden)
		return false
	}
	if r.TLS == nil && !isLoopbackAddress(r.RemoteAddr) {
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

func isLoopbackAddress(remote string) bool {
	a, err := netip.ParseAddrPort(remote)
	return err == nil && a.Addr().Unmap().IsLoopback()
}

// isLoopbackName reports whether a Host header means this machine, whoever resolves it.
func isLoopbackName(host string) bool {
	if at := strings.LastIndexByte(host, ':'); at >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:at]
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	return err == nil && a.Unmap().IsLoopback()
}
