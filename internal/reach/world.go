package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// World is a network made ready for questions. It never changes and may be used by several goroutines at once.
type World struct{ n *network.Network }

// Compile makes a network ready for questions. nil is an empty network.
func Compile(n *network.Network) *World {
	if n == nil {
		n = network.NewBuilder().Network()
	}
	return &World{n: n}
}

// With is the world with some objects added, or put in the place of those with their ids.
func (w *World) With(objects ...network.Object) *World { return w.edit(objects, nil) }

// Without is the world without the objects that have these ids.
func (w *World) Without(ids ...string) *World { return w.edit(nil, ids) }

func (w *World) edit(objects []network.Object, without []string) *World {
	b := network.NewBuilder()
	for _, kind := range network.Kinds() {
		for _, o := range w.n.OfKind(kind) {
			if !slices.Contains(without, o.Base().ID) {
				b.Add(o)
			}
		}
	}
	for _, o := range objects {
		b.Add(o)
	}
	return Compile(b.Network())
}
