package emulator_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func export(t *testing.T, c *emulator.Cloud) string {
	t.Helper()
	var b bytes.Buffer
	n, err := c.Export(t.Context(), &b)
	if err != nil {
		t.Fatal(err)
	}
	if size, err := c.Size(t.Context()); err != nil || size != n {
		t.Errorf("exported %d of %d objects, %v", n, size, err)
	}
	return b.String()
}

// lived is a store with a history: objects that were changed, renamed, deleted, and made again.
func lived(t *testing.T) *house {
	t.Helper()
	h := build(t)
	ctx := t.Context()
	for range 2 {
		gone := create(t, h.cloud, &network.VPC{Name: "gone", CIDR: "10.9.0.0/16", Description: "a & b ü"})
		if err := h.cloud.Delete(ctx, network.KindVPC, gone.ID); err != nil {
			t.Fatal(err)
		}
	}
	renamed := create(t, h.cloud, &network.VPC{Name: "first", CIDR: "10.8.0.0/16"})
	renamed.Name = "later"
	if _, err := h.cloud.Update(ctx, renamed); err != nil {
		t.Fatal(err)
	}
	create(t, h.cloud, &network.VPC{Name: "first", CIDR: "10.7.0.0/16"})
	return h
}

func TestExportRestoresByteForByte(t *testing.T) {
	t.Parallel()
	h := lived(t)
	before := export(t, h.cloud)
	if again := export(t, h.cloud); again != before {
		t.Error("two exports of one store differ")
	}

	// A fresh store, and one that held something else before.
	other := newCloud(t)
	create(t, other, &network.VPC{Name: "other", CIDR: "10.0.0.0/16"})
	for name, c := range map[string]*emulator.Cloud{"fresh": newCloud(t), "replaced": other} {
		var told []int
		n, err := c.Restore(t.Context(), strings.NewReader(before), emulator.Restoration{
			Name: "lab.json", Replace: name == "replaced", Progress: func(done, _ int) { told = append(told, done) },
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if after := export(t, c); after != before {
			t.Errorf("%s: exported again:\n%s\ninstead of\n%s", name, after, before)
		}
		if len(told) == 0 || told[len(told)-1] != n {
			t.Errorf("%s: of %d objects progress was told as %v", name, n, told)
		}
		// The memory of what is gone came along: the same plan promises the same id in both stores.
		for _, name := range []string{"gone", "first", "new"} {
			key := network.DefaultProject + "/" + name
			want, err := h.cloud.NextID(t.Context(), network.KindVPC, key)
			got, gotErr := c.NextID(t.Context(), network.KindVPC, key)
			if err != nil || gotErr != nil || got != want {
				t.Errorf("the next VPC %q is %s instead of %s: %v, %v", name, got, want, err, gotErr)
			}
		}
		// The copy goes on living: rules between objects find what they look for.
		if err := c.Delete(t.Context(), network.KindVPC, h.vpc.ID); !emulator.HasClass(err, network.InUse) {
			t.Errorf("%s: deleting a VPC in use: %v", name, err)
		}
	}
}

func TestExportOfNothing(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const want = "{\n  \"format\": \"vpclab\",\n  \"version\": 1,\n  \"objects\": [],\n  \"counts\": []\n}\n"
	if got := export(t, c); got != want {
		t.Errorf("%q", got)
	}
	if n, err := c.Restore(t.Context(), strings.NewReader(want), emulator.Restoration{Name: "x"}); n != 0 || err != nil {
		t.Error(n, err)
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	h := lived(t)
	size, err := h.cloud.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n, err := h.cloud.Reset(t.Context(), nil); err != nil || n != size {
		t.Errorf("removed %d of %d objects, %v", n, size, err)
	}
	if got, want := export(t, h.cloud), export(t, newCloud(t)); got != want {
		t.Errorf("left: %s", got)
	}
	if v := create(t, h.cloud, &network.VPC{Name: "a", CIDR: "10.0.0.0/16"}); v.ID != h.vpc.ID {
		t.Errorf("the first VPC a is %s again, not %s", h.vpc.ID, v.ID)
	}
}

// A file with anything wrong in it changes nothing, and the error says where.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	h := lived(t)
	sound := export(t, h.cloud)
	lineOf := func(text, part string) int {
		before, _, found := strings.Cut(text, part)
		if !found {
			t.Fatalf("no %q in\n%s", part, text)
		}
		return 1 + strings.Count(before, "\n")
	}
	subnet := `"kind":"subnet"`
	inVPC := func(id string) string { return `"vpc_id":"` + id + `","name":"s"` }
	for name, c := range map[string]struct {
		old, new string
		line     int // 0 is that of old.
		want     string
	}{
		"another format":       {`"format": "vpclab"`, `"format": "tfstate"`, 0, "this is no export of a lab"},
		"later version":        {`"version": 1`, `"version": 2`, 0, "use a newer one"},
		"no version":           {"  \"version\": 1,\n", "", -1, `has no member "version"`},
		"unknown member":       {`"counts"`, `"tallies"`, 0, `unknown member "tallies"`},
		"member twice":         {`"counts"`, `"version"`, 0, "there twice"},
		"cut off":              {sound[len(sound)/2:], "", strings.Count(sound[:len(sound)/2], "\n") + 1, "the file ends too early"},
		"more after it":        {"\n}\n", "\n}\n{}", strings.Count(sound, "\n") + 1, "more after the end"},
		"not a list":           {`"objects": [`, `"objects": {`, 0, "objects is a list"},
		"not JSON":             {subnet, `"kind":subnet`, 0, "this is not JSON"},
		"not text":             {`"kind":"subnet"`, "\"kind\":\"\xff\"", 0, "not text in UTF-8"},
		"unknown kind":         {subnet, `"kind":"subnets"`, 0, `no kind of object "subnets"`},
		"no kind":              {subnet + ",", "", 0, "the object has no kind"},
		"no object":            {`"object":{"id":"` + h.subnet.ID, `"objects":{"id":"` + h.subnet.ID, 0, `unknown field "objects"`},
		"no key":               {subnet + `,"key":`, subnet + `,"x":`, 0, `unknown field "x"`},
		"wrong type":           {subnet + `,"key":"`, subnet + `,"generation":"0","key":"`, 0, "it must be a int64"},
		"mistyped member":      {`"cidr":"10.0.1.0/24"`, `"cird":"10.0.1.0/24"`, 0, `unknown field "cird"`},
		"invalid object":       {`"cidr":"10.0.1.0/24"`, `"cidr":"10.0.1.5/24"`, 0, "cidr: "},
		"reference nowhere":    {inVPC(h.vpc.ID), inVPC(h.route.ID), 0, "vpc_id: "},
		"reference to a group": {inVPC(h.vpc.ID), inVPC(h.group.ID), 0, "the id of a VPC belongs here"},
		"reference to itself":  {inVPC(h.vpc.ID), inVPC(h.subnet.ID), 0, "refer to itself"},
		"no default table": {
			`{"id":"` + h.far.DefaultRouteTableID, `{"id":"` + network.IssueID(network.KindVPC, "x", 0),
			lineOf(sound, `{"id":"`+h.far.ID), "default_route_table_id: ",
		},
		"strange id": {`{"id":"` + h.subnet.ID, `{"id":"subnet-1`, 0, "version 5"},
		"id twice":   {`{"id":"` + h.far.ID, `{"id":"` + h.vpc.ID, 0, "on line"},
		"negative": {
			subnet + `,"key":"` + h.vpc.ID + `/10.0.1.0/24","generation":0`, subnet + `,"key":"k","generation":-1`,
			0, "a number from 0",
		},
		"count of nothing": {`"counts": [`, `"counts": [{"kind":"vpc","key":"k","count":0},`, 0, "a number from 1"},
		"count too low": {
			`"counts": [`, `"counts": [{"kind":"vpc","key":"` + network.DefaultProject + `/first","count":1},`,
			0, "there is an object of generation 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.line == 0 {
				c.line = lineOf(sound, c.old)
			}
			text := strings.Replace(sound, c.old, c.new, 1)
			if text == sound {
				t.Fatalf("no %q in\n%s", c.old, sound)
			}
			target := newCloud(t)
			create(t, target, &network.VPC{Name: "keep", CIDR: "10.0.0.0/16"})
			before := export(t, target)
			_, err := target.Restore(t.Context(), strings.NewReader(text), emulator.Restoration{Name: "lab.json", Replace: true})
			where := fmt.Sprintf("lab.json, line %d: ", c.line)
			if c.line < 0 {
				where = "lab.json "
			}
			if err == nil || !strings.HasPrefix(err.Error(), where) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s...%s", err, where, c.want)
			}
			if export(t, target) != before {
				t.Error("the store was changed")
			}
		})
	}
	_, err := h.cloud.Restore(t.Context(), strings.NewReader(sound), emulator.Restoration{Name: "lab.json"})
	if !errors.Is(err, emulator.ErrNotEmpty) || export(t, h.cloud) != sound {
		t.Errorf("restoring over a store that holds objects: %v", err)
	}
}

// Whatever is restored is exported as what restores to the same.
func FuzzRestore(f *testing.F) {
	f.Add("{}")
	f.Add(`{"format": "vpclab", "version": 1, "objects": [], "counts": [{"kind":"vpc","key":"k","count":3}]}`)
	f.Add(`{"format": "vpclab", "version": 1, "objects": [{"kind":"security_group","key":"k","generation":1,` +
		`"created_at":"2026-01-01T00:00:00.5+01:00","updated_at":"2026-01-01T00:00:00Z","object":` +
		`{"id":"5b1ba3a5-2f5f-5d5c-8e5a-1f1b2f3c4d5e","project_id":"p","name":"g","description":"<>"}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		c := newCloud(t)
		if _, err := c.Restore(t.Context(), strings.NewReader(text), emulator.Restoration{Name: "x"}); err != nil {
			if size, sizeErr := c.Size(t.Context()); size != 0 || sizeErr != nil {
				t.Fatalf("%d objects after %v, %v", size, err, sizeErr)
			}
			return
		}
		first, copied := export(t, c), newCloud(t)
		if _, err := copied.Restore(t.Context(), strings.NewReader(first), emulator.Restoration{Name: "x"}); err != nil {
			t.Fatalf("%v\n%s", err, first)
		}
		if second := export(t, copied); second != first {
			t.Fatalf("%s\n%s", first, second)
		}
	})
}
