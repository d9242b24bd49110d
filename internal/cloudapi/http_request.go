package cloudapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
)

// requestContext is one request on its way to a response.
type requestContext struct {
	*api
	// routeHandler is the route of the request. Until one is chosen it is an empty one of the gateway's generation.
	*routeHandler
	w    *responseRecorder
	r    *http.Request
	body []byte
	// signedURL is the URL as it was sent: a signature is over the client's spelling.
	signedURL url.URL
	requestID string
	// project is whom the request belongs to.
	project string
	// cloud is what the handler works on: for a request that only reads, one state of the lab.
	cloud *emulator.Cloud
	// related are objects that the response is not about but tells of.
	related relatedObjects
}

// path is the value of a part of the path.
func (c *requestContext) path(name string) string { return c.r.PathValue(name) }

// readBody takes the request's body in whole: its signature covers every byte of it.
func (c *requestContext) readBody() error {
	if c.r.Body == nil {
		return nil
	}
	defer c.r.Body.Close() //nolint:errcheck // It was only read.
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, c.MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return &apiError{
			http.StatusRequestEntityTooLarge, "APIGW.0201",
			fmt.Sprintf("The request body is larger than %d bytes.", c.MaxBody),
		}
	case err != nil:
		return &apiError{http.StatusBadRequest, "APIGW.0201", "The request body could not be read: " + err.Error() + "."}
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
