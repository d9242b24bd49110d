package cloudapi

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// belongs says whether the caller can see an object: his own, and a peering connection that asks him.
func (c *call) belongs(o network.Object) bool {
	if p, ok := o.(*network.Peering); ok && p.PeerProjectID == c.project {
		return true
	}
	return o.Base().Project == c.project
}

// get returns the caller's object of type T with an id. Other people's objects are not there.
func get[T network.Object](c *call, cloud *emulator.Cloud, id string) (T, error) {
	var zero T
	o, err := emulator.Get[T](c.r.Context(), cloud, id)
	if err != nil {
		return zero, err
	}
	if !c.belongs(o) {
		return zero, emulator.NotFound(zero.Kind(), id)
	}
	return o, nil
}

// create makes an object of the caller's.
func create[T network.Object](c *call, cloud *emulator.Cloud, o T) (T, error) {
	o.Base().Project = c.project
	created, err := cloud.Create(c.r.Context(), o)
	if err != nil {
		var zero T
		return zero, err
	}
	return created.(T), nil //nolint:forcetypeassert // Create returns what it was given.
}

// createOr makes an object of the caller's, or only rehearses that when the client asks for a dry run.
func createOr[T network.Object](c *call, dryRun bool, o T) (created T, rehearsed bool, err error) {
	rehearsed, err = c.perform(dryRun, func(cloud *emulator.Cloud) error {
		created, err = create(c, cloud, o)
		return err
	})
	return created, rehearsed, err
}

// change reads the caller's object with an id, lets edit change it, and writes it, with nobody else between.
func change[T network.Object](c *call, id string, edit func(cloud *emulator.Cloud, o T) error) (T, error) {
	changed, _, err := changeOr(c, false, id, edit)
	return changed, err
}

// changeOr is change, or only its rehearsal when the client asks for a dry run.
func changeOr[T network.Object](
	c *call, dryRun bool, id string, edit func(cloud *emulator.Cloud, o T) error,
) (changed T, rehearsed bool, err error) {
	rehearsed, err = c.perform(dryRun, func(cloud *emulator.Cloud) error {
		o, err := get[T](c, cloud, id)
		if err != nil {
			return err
		}
		if err := edit(cloud, o); err != nil {
			return err
		}
		changed, err = update(c, cloud, o)
		return err
	})
	return changed, rehearsed, err
}

func update[T network.Object](c *call, cloud *emulator.Cloud, o T) (T, error) {
	updated, err := cloud.Update(c.r.Context(), o)
	if err != nil {
		var zero T
		return zero, err
	}
	return updated.(T), nil //nolint:forcetypeassert // Update returns what it was given.
}

// remove is the handler that deletes the caller's object the path names.
func remove[T network.Object](c *call) (answer, error) {
	err := c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		o, err := get[T](c, cloud, c.path("id"))
		if err != nil {
			return err
		}
		return cloud.Delete(c.r.Context(), o.Kind(), o.Base().ID)
	})
	if err != nil {
		return answer{}, err
	}
	return gone()
}

// perform runs commands, or only rehearses them when the client asks for a dry run.
func (c *call) perform(dryRun bool, commands func(*emulator.Cloud) error) (rehearsed bool, err error) {
	if dryRun {
		return true, c.cloud.Rehearse(c.r.Context(), commands)
	}
	return false, c.cloud.Atomically(c.r.Context(), commands)
}
