package reach

import "slices"

// orderFindings puts the findings in the order of the path: what is between the ends, source, destination, host, the answers'
// path, then cautions. What explains a blocker comes after it.
func orderFindings(out []Finding) {
	slices.SortStableFunc(out, func(a, b Finding) int { return causeRank(&a) - causeRank(&b) })
	for i := range out {
		for j := range out {
			a, b := &out[i], &out[j]
			if b.Code != a.Code && b.Layer == a.Layer && b.ID == a.ID && b.Side == a.Side && !slices.Contains(a.Related, b.Code) {
				a.Related = append(a.Related, b.Code)
			}
		}
	}
}

func causeRank(f *Finding) int {
	layer := 0
	switch f.Layer {
	case LayerQuestion:
	case LayerVPC:
		layer = 10
	case LayerRoute:
		layer = 20
	case LayerSG:
		layer = 30
	case LayerACL:
		layer = 40
	case LayerHost:
		layer = 50
	}
	if f.Side == AtDestination && layer > 20 {
		layer += 100
		if f.Layer == LayerACL {
			layer -= 20
		}
	}
	switch {
	case f.Severity == Warning:
		return layer + 2000
	case f.Severity == Info:
		return layer + 3000
	case f.Leg == Return:
		layer += 1000
	}
	if f.Severity != Blocker {
		layer++
	}
	return layer
}
