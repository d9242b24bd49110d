package cloudapi

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// jsonObject is a JSON object whose members are few and known where it is made.
type jsonObject = map[string]any

// nullIfEmpty is a JSON string, or null for an empty one.
func nullIfEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// emptyIfNil is items, or an empty list: clients take a null for a broken response.
func emptyIfNil[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// valueOr is the value that p points to, or the fallback for nil.
func valueOr[T any](p *T, fallback T) T {
	if p == nil {
		return fallback
	}
	return *p
}

// setIfPresent puts a value that the request carries where it belongs; an absent one leaves it as it is.
func setIfPresent[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

// splitList splits a list at its commas.
func splitList(s string) []string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// number is an integer that clients write as a number or as a string of digits.
type number int

type notNumberError struct{ text string }

// Error implements error.
func (e *notNumberError) Error() string { return e.text + " is not a whole number" }

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(b []byte) error {
	s := string(b)
	if s == "null" {
		return nil
	}
	if unquoted, err := strconv.Unquote(s); err == nil {
		s = unquoted
	}
	i, err := strconv.Atoi(s)
	if err != nil {
		return &notNumberError{string(b)}
	}
	*n = number(i)
	return nil
}

// integer is the number a request carries, or nil for none.
func (n *number) integer() *int {
	if n == nil {
		return nil
	}
	i := int(*n)
	return &i
}

// optional tells a member that is null from one that is absent. Null is a value to some calls.
type optional[T any] struct {
	present bool
	value   *T
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *optional[T]) UnmarshalJSON(b []byte) error {
	o.present = true
	return json.Unmarshal(b, &o.value)
}

// timeV1 is how v1 and v2.0 write a time, which is in UTC; timeV3 is v3's form (API-04).
func timeV1(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

func timeV3(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
