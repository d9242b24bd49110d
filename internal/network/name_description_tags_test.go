package network_test

import "github.com/vpclab/terraform-provider-vpclab/internal/network"

// nameRows are the rules of names (NET-20), which all objects with a name share. The limit counts characters, not bytes.
func nameRows[T any](code string, set func(T, string)) []row[T] {
	name := func(text string) func(T) { return func(o T) { set(o, text) } }
	return []row[T]{
		{"no name", name(""), refused("name", code, "The name is empty")},
		{"name of one character", name("a"), nil},
		{"name of 64 characters", name(long(64)), nil},
		{"name of 65 characters", name(long(65)), refused("name", code, "has 65 characters")},
		{"name of every accepted kind of character", name("Äz09_-.网"), nil},
		{"name with a blank", name("a b"), refused("name", code, `The name "a b" contains " "`)},
		{"name with a slash", name("a/b"), refused("name", code, `The name "a/b" contains "/"`)},
	}
}

// descriptionRows are the rules of descriptions.
func descriptionRows[T any](code, path string, set func(T, string)) []row[T] {
	description := func(text string) func(T) { return func(o T) { set(o, text) } }
	return []row[T]{
		{"no description", description(""), nil},
		{"description of 255 characters", description(long(255)), nil},
		{"description of 256 characters", description(long(256)), refused(path, code, "has 256 characters")},
		{"description with <", description("a < b"), refused(path, code, `"a < b" contains '<' or '>'`)},
		{"description with >", description("a > b"), refused(path, code, `"a > b" contains '<' or '>'`)},
	}
}

// tagRows are the rules of tags.
func tagRows[T any](path string, set func(T, map[string]string)) []row[T] {
	tags := func(tags map[string]string) func(T) { return func(o T) { set(o, tags) } }
	const code = "VPC.1801"
	return []row[T]{
		{"20 tags", tags(numbered(20, "key")), nil},
		{"21 tags", tags(numbered(21, "key")), refused(path, code, "There are 21 tags")},
		{"tag key of 128 characters", tags(map[string]string{long(128): ""}), nil},
		{
			"tag key of 129 characters", tags(map[string]string{long(129): ""}),
			refused(path+network.Path{}.Key(long(129)).String(), code, "has 129 characters"),
		},
		{"empty tag key", tags(map[string]string{"": "value"}), refused(path+`[""]`, code, `The tag key "" has 0 characters`)},
		{"tag value of 255 characters", tags(map[string]string{"key": long(255)}), nil},
		{
			"tag value of 256 characters", tags(map[string]string{"key": long(256)}),
			refused(path+`["key"]`, code, `The value of tag "key" has 256 characters`),
		},
		{"problems in the order of the keys", tags(map[string]string{"b": long(256), "a": long(256)}), []want{
			{path: path + `["a"]`, code: code, part: `tag "a"`},
			{path: path + `["b"]`, code: code, part: `tag "b"`},
		}},
	}
}
