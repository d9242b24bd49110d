package command

import (
	"errors"
	"fmt"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
)

// resetCommand are the flags of `reset`.
type resetCommand struct {
	storeFlag

	Yes bool `help:"Do it without asking."`
}

// Help is what --help says about reset.
func (*resetCommand) Help() string {
	return `All objects of all projects go, and all memory of them: ids are issued as in a new lab. A Terraform ` +
		`configuration that made them plans to make them again. At a terminal the command asks first; anywhere else ` +
		`it does nothing without --yes.`
}

// Run empties the lab.
func (c *resetCommand) Run(r *run) error {
	return c.present(func(cloud *emulator.Cloud) error {
		if !c.Yes {
			if err := c.ask(r, cloud); err != nil {
				return err
			}
		}
		p := newProgress(r.Stderr, "Removing")
		objects, err := cloud.Reset(r.ctx, p.tell)
		p.clear()
		if err != nil {
			return err
		}
		return r.say("Removed %s from %s.", counted(objects), cloud.Location())
	})
}

func (*resetCommand) ask(r *run, cloud *emulator.Cloud) error {
	objects, err := cloud.Size(r.ctx)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("%s from %s", counted(objects), cloud.Location())
	ok, asked, err := r.confirm(fmt.Sprintf("This removes %s for good. `%s snapshot NAME` would save them first.", what, program))
	switch {
	case err != nil:
		return err
	case !asked:
		return fmt.Errorf("this would remove %s, and there is no terminal to ask at; say --yes to do it", what)
	case !ok:
		return errors.New("nothing was removed")
	}
	return nil
}
