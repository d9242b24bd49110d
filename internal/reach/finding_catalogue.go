package reach

import "slices"

// The topics codes are listed under, in the order of the layers.
const (
	topicQuestion = "The question"
	topicVPC      = "VPCs and peering connections"
	topicRoute    = "Routes"
	topicACL      = "Network ACLs"
	topicSG       = "Security groups"
	topicBetween  = "Between the layers"
	topicHost     = "Internet and host"
	topicIntent   = "Intents and differences"
)

// Explanation is what the documentation says about a code: the page of every finding is made of it.
type Explanation struct {
	Code string
	// Title is the headline of a diagnostic, the same for every occurrence.
	Title string
	// Topic is the heading the code is listed under.
	Topic string
	// Severities are those a finding with this code can have. One code can have two: what blocks a question is an error or a
	// warning where nobody asked. Empty for a Change, which is neither good nor bad.
	Severities []Severity
	// Meaning and Repair are sentences. Repair is empty where there is nothing to repair.
	Meaning, Repair string
}

// Catalogue explains every code, those of changes included, in the order of the layers.
func Catalogue() []Explanation { return slices.Concat(pathCatalogue, filterCatalogue) }

// Codes lists every code a finding can have, in the order of the layers.
func Codes() []string {
	var out []string
	for _, e := range Catalogue() {
		if len(e.Severities) > 0 {
			out = append(out, e.Code)
		}
	}
	return out
}
