package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

var queryTests = map[string]func(*testing.T, NewDatabase){
	"Empty":   testEmpty,
	"Filters": testFilters,
	"Paging":  testPaging,
	"Order":   testOrder,
}

func testEmpty(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	check := func() {
		t.Helper()
		same(t, "ids", l.ids(store.Query{}), nil)
		same(t, "filtered ids", l.ids(store.Query{Kind: "vpc", Target: "t", After: "a", Limit: 1}), nil)
		same(t, "count", l.count(store.Query{}), 0)
		same(t, "tally", l.tally(store.Query{Field: "vpc_id"}), map[string]int{})
		same(t, "generation", l.generation("vpc", "key"), int64(0))
	}
	check()
	l.insert(document("a"))
	l.update(deleteID("a"))
	same(t, "ids", l.ids(store.Query{}), nil)
	same(t, "count", l.count(store.Query{}), 0)
}

// testFilters asks every combination of restrictions on documents of every combination of fields, and compares with
// the filter in plain words.
func testFilters(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	var all []store.Document
	for _, kind := range []string{"k1", "k2"} {
		for _, project := range []string{"p1", "p2"} {
			for _, field := range []string{"", "f1", "f2"} {
				for _, target := range []string{"t1", "t2"} {
					d := store.Document{
						Kind: kind, Project: project, Key: "key" + target, ID: fmt.Sprint(kind, project, field, target), Body: []byte("{}"),
					}
					if field != "" {
						d.References = []store.Reference{
							{Field: "f3", Target: "t3"}, {Field: field, Target: target}, {Field: field, Target: target},
						}
					}
					d.Generation = int64(len(filter(all, store.Query{Kind: d.Kind, Key: d.Key})))
					l.insert(d)
					all = append(all, d)
				}
			}
		}
	}
	any1 := func(values ...string) []string { return append(values, "") }
	for _, kind := range any1("k1", "k3") {
		for _, project := range any1("p2", "p3") {
			for _, key := range any1("keyt1", "key") {
				for _, field := range any1("f1", "f3", "f4") {
					for _, target := range any1("t1", "t3", "t4") {
						q := store.Query{Kind: kind, Project: project, Key: key, Field: field, Target: target}
						want := idsOf(filter(all, q))
						same(t, fmt.Sprintf("%+v", q), l.ids(q), want)
						q.After, q.Limit = all[5].ID, 2
						same(t, fmt.Sprintf("count of %+v", q), l.count(q), len(want))
						same(t, fmt.Sprintf("%+v", q), l.ids(q), idsOf(filter(all, q)))
						same(t, fmt.Sprintf("tally of %+v", q), l.tally(q), tally(all, q))
						checkBare(t, l, q)
					}
				}
			}
		}
	}
}

// checkBare compares a list with the same list without references.
func checkBare(t *testing.T, l lab, q store.Query) {
	t.Helper()
	whole := l.list(q)
	for i := range whole {
		whole[i].References = nil
	}
	q.Bare = true
	same(t, fmt.Sprintf("%+v", q), l.list(q), whole)
}

// tally counts in plain words what documents refer to.
func tally(all []store.Document, q store.Query) map[string]int {
	out := map[string]int{}
	for _, d := range filter(all, store.Query{Kind: q.Kind, Project: q.Project}) {
		seen := map[string]bool{}
		for _, r := range d.References {
			if r.Field == q.Field && !seen[r.Target] {
				seen[r.Target] = true
				out[r.Target]++
			}
		}
	}
	return out
}

// filter returns what a query selects from documents in the order of their creation.
func filter(all []store.Document, q store.Query) []store.Document {
	if q.After != "" {
		at := slices.IndexFunc(all, func(d store.Document) bool { return d.ID == q.After })
		if at < 0 {
			return nil
		}
		all = all[at+1:]
	}
	var out []store.Document
	for _, d := range all {
		if q.Limit > 0 && len(out) == q.Limit {
			break
		}
		if (q.Kind == "" || d.Kind == q.Kind) && (q.Project == "" || d.Project == q.Project) &&
			(q.Key == "" || d.Key == q.Key) && refers(d, q) {
			out = append(out, d)
		}
	}
	return out
}

func refers(d store.Document, q store.Query) bool {
	return q.Target == "" && q.Field == "" || slices.ContainsFunc(d.References, func(r store.Reference) bool {
		return (q.Target == "" || r.Target == q.Target) && (q.Field == "" || r.Field == q.Field)
	})
}

func testPaging(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	var all []string
	for i := range 10 {
		d := document(fmt.Sprint("d", 9-i), "a", "b", "c") // Ids run against the order of creation.
		if i%2 == 1 {
			d.Kind = "subnet"
		}
		l.insert(d)
		all = append(all, d.ID)
	}
	for limit := range 12 {
		want := all
		if limit > 0 {
			want = all[:min(limit, len(all))]
		}
		same(t, fmt.Sprint("limit ", limit), l.ids(store.Query{Limit: limit}), want)
	}
	for i, id := range all {
		same(t, "after "+id, l.ids(store.Query{After: id}), all[i+1:])
	}
	same(t, "after an unknown id", l.ids(store.Query{After: "nothing"}), nil)
	// d8 is a subnet: the order of creation counts, whether or not the query selects the document.
	same(t, "after a document of another kind", l.ids(store.Query{Kind: "vpc", After: "d8", Limit: 2}), []string{"d7", "d5"})

	var pages []string
	for after := ""; ; {
		page := l.ids(store.Query{Limit: 3, After: after})
		if len(page) == 0 {
			break
		}
		pages = append(pages, page...)
		after = page[len(page)-1]
	}
	same(t, "pages", pages, all)
}

// testOrder inserts many documents in one transaction and by several stores.
func testOrder(t *testing.T, newDatabase NewDatabase) {
	open := newDatabase(t)
	one, two := closing(t, open()), closing(t, open())
	var want []string
	for i := range 60 {
		from := []lab{one, two}[i%2]
		batch := []store.Document{document(fmt.Sprintf("%c%d", 'z'-i%26, i)), document(fmt.Sprintf("%c%d'", 'a'+i%26, i))}
		from.update(insertAll(batch...))
		want = append(want, idsOf(batch)...)
	}
	same(t, "ids", one.ids(store.Query{}), want)
	same(t, "ids", two.ids(store.Query{Kind: "vpc"}), want)
}
