package cloudapi

import (
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
)

// response is the status and body to send. A nil body sends none.
type response struct {
	status int
	body   any
	header http.Header
}

func respond(status int, body any) (response, error) {
	return response{status: status, body: body}, nil
}

// noContent is the response to a deletion, and to other calls that have nothing to say.
func noContent() (response, error) { return response{status: http.StatusNoContent}, nil }

func (c *requestContext) writeResponse(resp response) {
	maps.Copy(c.w.Header(), resp.header)
	if resp.body == nil {
		c.w.WriteHeader(resp.status)
		return
	}
	if m, ok := resp.body.(jsonObject); ok && c.generation == v3 && resp.status < http.StatusBadRequest {
		m["request_id"] = c.requestID
	}
	body, err := json.Marshal(resp.body)
	if err != nil { // What the handlers return can be written; this is for a mistake in one of them.
		c.Logger.Error("encode response", slog.Any("error", err), slog.String("request_id", c.requestID))
		c.writeError(&apiError{http.StatusInternalServerError, codeInternal, "The answer could not be written."})
		return
	}
	c.w.Header().Set("Content-Type", "application/json;charset=utf-8")
	c.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	c.w.WriteHeader(resp.status)
	_, _ = c.w.Write(body) // A client that has gone needs no answer.
}

// dryRunPassed is the response to a dry run that went well (API-02).
func dryRunPassed() (response, error) {
	return respond(http.StatusAccepted, jsonObject{
		"error_code": "SYS.0202", "error_msg": "Request validation has been passed with dry run...",
	})
}

// responseRecorder keeps the status and the length of a response for the log.
type responseRecorder struct {
	http.ResponseWriter
	status, bytes int
}

// WriteHeader implements http.ResponseWriter.
func (r *responseRecorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *responseRecorder) Write(b []byte) (int, error) {
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}
