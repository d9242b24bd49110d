package report

import (
	"fmt"
	"maps"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Sentence says what a finding found, in whole sentences.
func Sentence(f reach.Finding) string {
	say, ok := sentences[f.Code]
	if !ok {
		return f.Code + " " + f.Name + "."
	}
	return say(newWords(&f))
}

// words are the parts sentences are made of.
type words struct {
	*reach.Finding
	// flow is the traffic the finding is about, contrast what it is set against.
	flow, contrast string
	// at is the end it is at, rule the rule at fault.
	at, rule string
	// position is "ingress rule 2", direction "ingress".
	position, direction string
	// other is the second object, otherRule its rule.
	other, otherRule string
	// target is what a route is missing for.
	target string
	// others are the rules a finding names besides.
	others string
}

func newWords(f *reach.Finding) words {
	w := words{Finding: f, at: "the " + string(f.Side), target: f.Target, flow: list(f.Affected), contrast: list(f.Contrast)}
	if f.Rule != nil {
		w.rule, w.direction = ruleText(f.Rule), string(f.Rule.Direction)
		w.position = fmt.Sprintf("%s rule %d", f.Rule.Direction, f.Rule.Position)
	}
	if f.With != nil {
		w.other = f.With.Name
		if f.With.Rule != nil {
			w.otherRule = ruleText(f.With.Rule)
		}
	}
	if w.target == "" {
		w.target = "the destination"
	}
	texts := make([]string, len(f.Others))
	for i, r := range f.Others {
		texts[i] = ruleText(r)
		if r.Position > 0 {
			texts[i] = fmt.Sprintf("rule %d", r.Position)
		}
	}
	w.others = enumerate(texts)
	return w
}

func ruleText(r *reach.RuleRef) string {
	if r.Name != "" && !strings.HasPrefix(r.Summary, r.Name) {
		return fmt.Sprintf("%q (%s)", r.Name, r.Summary)
	}
	return r.Summary
}

// longEnumeration is the number of items beyond which the rest are counted.
const longEnumeration = 8

// enumerate is "a, b and c".
func enumerate(items []string) string {
	if n := len(items); n > longEnumeration {
		items = append(items[:longEnumeration-1:longEnumeration-1], fmt.Sprintf("%d more", n-longEnumeration+1))
	}
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

func list(s traffic.Set) string {
	if s.IsEmpty() {
		return ""
	}
	return enumerate(Flows(s))
}

// sentences are the wordings, by code. A test holds them and the codes together.
var sentences = merge(questionSentences, routeSentences, aclSentences, groupSentences, hostSentences, intentSentences)

func merge(parts ...map[string]func(words) string) map[string]func(words) string {
	out := map[string]func(words) string{}
	for _, p := range parts {
		maps.Copy(out, p)
	}
	return out
}
