package cloudapi

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// canSee reports whether the caller can see an object: his own, and a peering connection that asks him.
func (c *requestContext) canSee(o network.Object) bool {
	if p, ok := o.(*network.Peering); ok && p.PeerProjectID == c.project {
		return true
	}
	return o.Base().Project == c.project
}

// get returns the caller's object of type T with an id. Other people's objects are not there.
func get[T network.Object](c *requestContext, cloud *emulator.Cloud, id string) (T, error) {
	var zero T
	o, err := emulator.Get[T](c.r.Context(), cloud, id)
	if err != nil {
		return zero, err
	}
	if !c.canSee(o) {
		return zero, emulator.NotFound(zero.Kind(), id)
	}
	return o, nil
}

// create makes an object of the caller's.
func create[T network.Object](c *requestContext, cloud *emulator.Cloud, o T) (T, error) {
	o.Base().Project = c.project
	created, err := cloud.Create(c.r.Context(), o)
	if err != nil {
		var zero T
		return zero, err
	}
	return created.(T), nil //nolint:forcetypeassert // Create returns what it was given.
}

// createOrValidate makes an object of the caller's, or only finds out for a dry run whether that would go well.
func createOrValidate[T network.Object](c *requestContext, dryRun bool, o T) (created T, err error) {
	err = c.runOrValidate(dryRun, func(cloud *emulator.Cloud) error {
		created, err = create(c, cloud, o)
		return err
	})
	return created, err
}

// change reads the caller's object with an id, lets edit change it, and writes it, with nobody else between.
func change[T network.Object](c *requestContext, id string, edit func(cloud *emulator.Cloud, o T) error) (T, error) {
	return changeOrValidate(c, false, id, edit)
}

// changeOrValidate is change, or only finds out for a dry run whether that would go well.
func changeOrValidate[T network.Object](
	c *requestContext, dryRun bool, id string, edit func(cloud *emulator.Cloud, o T) error,
) (changed T, err error) {
	err = c.runOrValidate(dryRun, func(cloud *emulator.Cloud) error {
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
	return changed, err
}

func update[T network.Object](c *requestContext, cloud *emulator.Cloud, o T) (T, error) {
	updated, err := cloud.Update(c.r.Context(), o)
	if err != nil {
		var zero T
		return zero, err
	}
	return updated.(T), nil //nolint:forcetypeassert // Update returns what it was given.
}

// deleteObject is the handler that deletes the caller's object the path names.
func deleteObject[T network.Object](c *requestContext) (response, error) {
	err := c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		o, err := get[T](c, cloud, c.path("id"))
		if err != nil {
			return err
		}
		return cloud.Delete(c.r.Context(), o.Kind(), o.Base().ID)
	})
	if err != nil {
		return response{}, err
	}
	return noContent()
}

// runOrValidate runs commands, or only finds out for a dry run whether they would go well.
func (c *requestContext) runOrValidate(dryRun bool, commands func(*emulator.Cloud) error) error {
	if dryRun {
		return c.cloud.Rehearse(c.r.Context(), commands)
	}
	return c.cloud.Atomically(c.r.Context(), commands)
}
