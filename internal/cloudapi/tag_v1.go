package cloudapi

import "strings"

// tagsV1 reads the form in which v1 takes tags at creation: "key*value".
func tagsV1(list []string) map[string]string {
	if len(list) == 0 {
		return nil
	}
	out := make(map[string]string, len(list))
	for _, item := range list {
		key, value, _ := strings.Cut(item, "*")
		out[key] = value
	}
	return out
}
