package cloudapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// decode reads the request's body. Members the API does not know are ignored (API-08), or refused by a strict API.
func decode[T any](c *requestContext) (T, error) {
	var into T
	d := json.NewDecoder(bytes.NewReader(c.body))
	if c.Strict {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(&into); err != nil {
		return into, c.decodeError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return into, c.invalidRequest("The request body goes on after its JSON object.")
	}
	return into, nil
}

// required reads a body whose only obligatory member is the object the call is about.
func required[T any](c *requestContext, body *T, wrapper string) (*T, error) {
	if body == nil {
		return nil, c.invalidRequest("The request body has no object %q.", wrapper)
	}
	return body, nil
}

// invalidRequest is the error for a request that is no valid one, with the code its route has for that.
func (c *requestContext) invalidRequest(format string, args ...any) error {
	code := c.invalidCode
	if code == "" {
		code = "APIGW.0201"
	}
	return &apiError{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

// decodeError says what is wrong with a body, in terms of the body and not of this program.
func (c *requestContext) decodeError(err error) error {
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	var number *notNumberError
	switch {
	case errors.Is(err, io.EOF):
		return c.invalidRequest("The request has no body; this call needs one.")
	case errors.As(err, &wrongType):
		where := wrongType.Field
		if where == "" {
			where = "The request body"
		}
		return c.invalidRequest("%s is a JSON %s, which is not what this call takes there.", where, wrongType.Value)
	case errors.As(err, &syntax):
		return c.invalidRequest("The request body is not JSON: %s, at byte %d.", syntax, syntax.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return c.invalidRequest("The request body is not JSON: it ends before its object does.")
	case errors.As(err, &number):
		return c.invalidRequest("%s.", number)
	default:
		// An unknown member, whose name the decoder gives in its text only.
		return c.invalidRequest("The request body is refused: %s.", strings.TrimPrefix(err.Error(), "json: "))
	}
}
