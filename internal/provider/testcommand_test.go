package provider

import "testing"

func TestCommandOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want      string
		arguments []string
	}{
		{"test", []string{"/usr/bin/terraform", "test"}},
		{"test", []string{"tofu", "-chdir=module", "test", "-filter=a.tftest.hcl"}},
		{"plan", []string{"terraform", "plan", "-var", "command=test"}},
		{"", []string{"terraform"}},
		{"", nil},
	} {
		if got := commandOf(c.arguments); got != c.want {
			t.Errorf("the command of %q is %q instead of %q", c.arguments, got, c.want)
		}
	}
}
