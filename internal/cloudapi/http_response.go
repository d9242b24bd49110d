package cloudapi

import (
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
)

// answer is the status and body of a call that succeeded. A nil body sends none.
type answer struct {
	status int
	body   any
	header http.Header
}

func (c *call) ok(status int, body any) (answer, error) {
	return answer{status: status, body: body}, nil
}

// gone is the answer to a deletion, and to other calls that have nothing to say.
func gone() (answer, error) { return answer{status: http.StatusNoContent}, nil }

func (c *call) write(a answer) {
	maps.Copy(c.w.Header(), a.header)
	if a.body == nil {
		c.w.WriteHeader(a.status)
		return
	}
	if m, ok := a.body.(members); ok && c.generation == v3 && a.status < http.StatusBadRequest {
		m["request_id"] = c.requestID
	}
	body, err := json.Marshal(a.body)
	if err != nil { // What the handlers answer can be written; this is for a mistake in one of them.
		c.Logger.Error("encode answer", slog.Any("error", err), slog.String("request_id", c.requestID))
		c.refuse(&refusal{http.StatusInternalServerError, codeInternal, "The answer could not be written."})
		return
	}
	c.w.Header().Set("Content-Type", "application/json;charset=utf-8")
	c.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	c.w.WriteHeader(a.status)
	_, _ = c.w.Write(body) // A client that has gone needs no answer.
}

// passed is the answer to a dry run that went well.
func (c *call) passed() (answer, error) {
	return c.ok(http.StatusAccepted, members{
		"error_code": "SYS.0202", "error_msg": "Request validation has been passed with dry run...",
	})
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
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}
