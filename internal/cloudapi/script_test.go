package cloudapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/storetest"
)

var rewrite = flag.Bool("update", false, "write the answers into testdata")

// epoch is when everything in the tests happens.
var epoch = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// lab is an API over an empty cloud.
type lab struct {
	tb      testing.TB
	handler http.Handler
	cloud   *emulator.Cloud
}

func newLab(tb testing.TB, options cloudapi.Options) *lab {
	tb.Helper()
	s := sqlite.Open(filepath.Join(tb.TempDir(), "lab.db"))
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	if options.Clock == nil {
		options.Clock = func() time.Time { return epoch }
	}
	// Every transaction runs twice, so that a handler that does not bear it fails here.
	cloud := emulator.New(storetest.Repeating(s), emulator.WithClock(func() time.Time { return epoch }))
	return &lab{tb, cloudapi.New(cloud, options), cloud}
}

// do makes one request and checks what holds for every answer.
func (l *lab) do(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	l.tb.Helper()
	r := httptest.NewRequestWithContext(l.tb.Context(), method, "http://lab.test"+target, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	l.handler.ServeHTTP(w, r)
	if complaint := wellFormed(r, w); complaint != "" {
		l.tb.Errorf("%s %s: %s\n%s", method, target, complaint, w.Body)
	}
	return w
}

// authorsWords are Terraform's, and names that attributes have in its configurations alone. A client of the API has
// neither.
var authorsWords = regexp.MustCompile(`vpclab_|(?i)terraform|create_before_destroy|\bconfiguration|\bapply\b|` +
	`\b(subnet|security_group|policy|rule)_ids\b|\bipv6_(enabled|cidr|address)\b|\bsecondary_cidrs\b|\bicmp_(type|code)\b|` +
	`\b(source|destination)_(cidr|ports)\b|\bpeer_(vpc|project)_id\b|\bdns_servers\b|\bquotas\b`)

// wellFormed says what is wrong with an answer that should be the cloud's, whatever it says; "" is nothing.
func wellFormed(r *http.Request, w *httptest.ResponseRecorder) string {
	if w.Header().Get("X-Request-Id") == "" {
		return "no X-Request-Id"
	}
	if w.Code == http.StatusNoContent {
		if w.Body.Len() > 0 {
			return "204 with a body"
		}
		return ""
	}
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		return "Content-Type " + w.Header().Get("Content-Type")
	}
	var body map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		return "no JSON object: " + err.Error()
	}
	if w.Code < http.StatusBadRequest {
		return ""
	}
	if word := authorsWords.FindString(w.Body.String()); word != "" {
		return fmt.Sprintf("a refusal that speaks of %q to clients of the API", word)
	}
	strings3 := func(m map[string]any, names ...string) bool {
		if len(m) != len(names) {
			return false
		}
		for _, name := range names {
			if s, ok := m[name].(string); !ok || s == "" && name != "detail" {
				return false
			}
		}
		return true
	}
	inner, _ := body["NeutronError"].(map[string]any)
	path := strings.TrimLeft(r.URL.Path, "/")
	switch {
	case strings3(body, "error_code", "error_msg", "request_id"):
		code, _ := body["error_code"].(string)
		if strings.HasPrefix(code, "APIGW.") || strings.HasPrefix(code, "IAM.") || !strings.HasPrefix(path, "v1/") {
			return ""
		}
	case strings3(body, "code", "message") && (strings.HasPrefix(path, "v1/") || strings.HasPrefix(path, "v2.0/")):
		return ""
	case inner != nil && len(body) == 1 && strings3(inner, "type", "message", "detail") && strings.HasPrefix(path, "v2.0/"):
		return ""
	}
	return "an error of no shape the cloud has"
}

// TestScripts runs the conversations in testdata and compares the answers with those written there.
//
//	# a comment
//	> METHOD /path            a request; the lines after it are its body
//	H Name: value             a header of the request
//	= name members.0.member   gives a value of the answer a name, which {name} stands for from then on
//	< 200                     the status expected; the lines after it are the body
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("scripts: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			options := cloudapi.Options{Strict: true}
			if strings.Contains(string(text), "# transitions") {
				options.TransitionDelay = time.Minute
			}
			s := &script{lab: newLab(t, options), names: map[string]string{
				"p": network.DefaultProject, "q": "0123456789abcdef0123456789abcdef",
			}}
			got := s.run(string(text))
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(string(text), got); d != "" {
				t.Errorf("answers differ (-want +got; -update accepts them):\n%s", d)
			}
		})
	}
}

type script struct {
	*lab
	names map[string]string
	order []string
	out   strings.Builder
}

var requestIDForm = regexp.MustCompile(`"request_id": "[0-9a-f]{32}"`)

func (s *script) run(text string) string {
	s.tb.Helper()
	var block []string
	finish := func() {
		if len(block) > 0 {
			s.step(block)
		}
		block = nil
	}
	answered, commented := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "#"):
			finish()
			if s.out.Len() > 0 && !commented {
				s.out.WriteString("\n")
			}
			s.out.WriteString(line + "\n")
			answered, commented = true, true
		case strings.HasPrefix(line, "> "):
			finish()
			if s.out.Len() > 0 && !commented {
				s.out.WriteString("\n")
			}
			block, answered, commented = []string{line}, false, false
		case strings.HasPrefix(line, "< "):
			answered = true
		case !answered && strings.TrimSpace(line) != "":
			block = append(block, line)
		}
	}
	finish()
	return s.out.String()
}

func (s *script) step(lines []string) {
	s.tb.Helper()
	var body []string
	var headers, captures []string
	for _, line := range lines[1:] {
		switch {
		case strings.HasPrefix(line, "H "):
			name, value, _ := strings.Cut(line[2:], ": ")
			headers = append(headers, name, s.expand(value))
		case strings.HasPrefix(line, "= "):
			captures = append(captures, line[2:])
		default:
			body = append(body, line)
		}
	}
	method, target, _ := strings.Cut(lines[0][2:], " ")
	w := s.do(method, s.expand(target), s.expand(strings.Join(body, "\n")), headers...)
	for _, line := range captures {
		name, path, _ := strings.Cut(line, " ")
		s.capture(name, path, w.Body.Bytes())
	}
	fmt.Fprintf(&s.out, "%s\n< %d\n", strings.Join(lines, "\n"), w.Code)
	if w.Body.Len() > 0 {
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, w.Body.Bytes(), "", "  "); err != nil {
			s.tb.Fatal(err)
		}
		s.out.WriteString(s.contract(requestIDForm.ReplaceAllString(pretty.String(), `"request_id": "{request}"`)) + "\n")
	}
}

func (s *script) expand(text string) string {
	for name, value := range s.names {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func (s *script) contract(text string) string {
	for _, name := range append([]string{"p", "q"}, s.order...) {
		text = strings.ReplaceAll(text, s.names[name], "{"+name+"}")
	}
	return text
}

func (s *script) capture(name, path string, body []byte) {
	s.tb.Helper()
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		s.tb.Fatalf("capture %s: %v in %s", name, err, body)
	}
	for part := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[part]
		case []any:
			if i, err := strconv.Atoi(part); err == nil && i < len(v) {
				value = v[i]
			}
		}
	}
	text, ok := value.(string)
	if !ok {
		s.tb.Fatalf("capture %s: no text at %s in %s", name, path, body)
	}
	s.names[name] = text
	s.order = append(s.order, name)
}
