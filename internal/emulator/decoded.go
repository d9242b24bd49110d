package emulator

import (
	"bytes"
	"context"
	"reflect"
	"sync"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// maxDecoded bounds how many objects decoded remembers; a lab of ten thousand fits, and takes some twenty megabytes.
const maxDecoded = 20_000

// decoded remembers what the documents of a store say, because reading a large list again and again is mostly decoding.
// A document is taken for one that was decoded before only if it is the same byte for byte, so nothing needs to be told
// of changes.
type decoded struct {
	mu      sync.RWMutex
	objects map[string]decodedObject
}

type decodedObject struct {
	body   []byte
	object network.Object
}

// object decodes a document. The object is the caller's, but what its lists and maps hold is shared and must not be
// changed in place.
func (m *decoded) object(d store.Document) (network.Object, error) {
	m.mu.RLock()
	known, ok := m.objects[d.ID]
	m.mu.RUnlock()
	if !ok || string(known.object.Kind()) != d.Kind || !bytes.Equal(known.body, d.Body) {
		o, err := network.Decode(network.Kind(d.Kind), d.Body)
		if err != nil {
			return nil, err
		}
		known = decodedObject{d.Body, o}
		m.mu.Lock()
		if m.objects == nil || len(m.objects) >= maxDecoded {
			m.objects = map[string]decodedObject{}
		}
		m.objects[d.ID] = known
		m.mu.Unlock()
	}
	own := reflect.New(reflect.TypeOf(known.object).Elem())
	own.Elem().Set(reflect.ValueOf(known.object).Elem())
	o, _ := own.Interface().(network.Object) // It has the type of one.
	identify(o, d)
	return o, nil
}

// forget makes room: the document with an id is being deleted.
func (m *decoded) forget(id string) {
	m.mu.Lock()
	delete(m.objects, id)
	m.mu.Unlock()
}

// erase deletes one document. Only what is remembered of it goes at once; should the deletion be undone, it is decoded
// anew.
func (c *Cloud) erase(ctx context.Context, w store.Writer, id string) error {
	c.decoded.forget(id)
	return w.Delete(ctx, id)
}
