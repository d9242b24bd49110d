package report

import "github.com/vpclab/terraform-provider-vpclab/internal/reach"

// titles are the headlines by code.
var titles = func() map[string]string {
	out := map[string]string{}
	for _, e := range reach.Catalogue() {
		out[e.Code] = e.Title
	}
	return out
}()

// causeOrder is the order in which layers give the headline: what keeps two ends apart altogether comes first.
var causeOrder = []reach.Layer{
	reach.LayerQuestion, reach.LayerVPC, reach.LayerRoute, reach.LayerACL, reach.LayerSG, reach.LayerHost,
}

// Headline is the title of an answer: its first cause, or its verdict.
func Headline(a reach.Answer) string {
	for _, layer := range causeOrder {
		if a.Verdict == reach.Undetermined && layer != reach.LayerQuestion {
			break // What was found so far decided nothing.
		}
		code := ""
		for _, f := range a.Findings {
			if f.Layer != layer || f.Severity != reach.Blocker && f.Severity != reach.Failure {
				continue
			}
			if code == "" || f.Code == reach.CodeACLSGConflict {
				code = f.Code
			}
		}
		if title, ok := titles[code]; ok {
			return title
		}
	}
	switch a.Verdict {
	case reach.Reachable:
		return "Network reachable"
	case reach.Undetermined:
		return "Reachability not decided"
	default:
		return "Network unreachable"
	}
}
