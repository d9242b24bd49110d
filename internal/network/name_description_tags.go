package network

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on texts, in characters: names and descriptions (NET-20), tags (NET-21).
const (
	maxName        = 64
	maxDescription = 255
	maxTags        = 20
	maxTagKey      = 128
	maxTagValue    = 255
)

func validateName(name, code string) Problems {
	const rule = "A name has 1 to 64 characters: letters, digits, '_', '-' and '.'."
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return Problems{invalid(At("name"), code, "Missing name", "The name is empty. %s", rule)}
	case n > maxName:
		return Problems{invalid(At("name"), code, "Name too long", "The name %q has %d characters. %s", name, n, rule)}
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-.", r) {
			return Problems{invalid(At("name"), code, "Invalid character in name",
				"The name %q contains %q. %s", name, string(r), rule)}
		}
	}
	return nil
}

func validateDescription(path Path, description, code string) Problems {
	if n := utf8.RuneCountInString(description); n > maxDescription {
		return Problems{invalid(path, code, "Description too long",
			"The description has %d characters; the cloud accepts at most %d.", n, maxDescription)}
	}
	if strings.ContainsAny(description, "<>") {
		return Problems{invalid(path, code, "Invalid character in description",
			"The description %q contains '<' or '>', which the cloud refuses. Leave them out.", description)}
	}
	return nil
}

func validateTags(tags map[string]string) Problems {
	var out Problems
	if len(tags) > maxTags {
		out = append(out, invalid(At("tags"), "VPC.1801", "Too many tags",
			"There are %d tags; an object has at most %d.", len(tags), maxTags))
	}
	for _, key := range sortedKeys(tags) {
		path := At("tags").Key(key)
		if n := utf8.RuneCountInString(key); n == 0 || n > maxTagKey {
			out = append(out, invalid(path, "VPC.1801", "Invalid tag key",
				"The tag key %q has %d characters; a key has 1 to %d.", key, n, maxTagKey))
		}
		if n := utf8.RuneCountInString(tags[key]); n > maxTagValue {
			out = append(out, invalid(path, "VPC.1801", "Invalid tag value",
				"The value of tag %q has %d characters; a value has at most %d.", key, n, maxTagValue))
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
