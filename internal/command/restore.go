package command

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
)

// restoreCommand are the flags of `restore`.
type restoreCommand struct {
	storeFlag

	File      string `arg:"" optional:"" help:"File that export wrote; - is standard input."`
	Snapshot  string `help:"Restore the snapshot of this name instead of a file." placeholder:"NAME"`
	Directory string `help:"Directory of the snapshots (default: \"snapshots\" beside the lab's file)." placeholder:"DIR"`
	Force     bool   `help:"Replace what is in the lab."`
}

// Help is what --help says about restore.
func (*restoreCommand) Help() string {
	return `The lab gets the same objects with the same ids, so that an export of it is the same document again. A file ` +
		`with anything wrong in it is refused with the line at fault. Whatever happens, the lab holds either what it ` +
		`held before or all of the file.

  ` + program + ` restore lab.json
  ` + program + ` restore --snapshot before-the-change --force`
}

// Run restores the lab.
func (c *restoreCommand) Run(r *run) error {
	var text []byte
	var name string
	var err error
	switch {
	case c.Snapshot != "" && c.File != "":
		return errors.New("restore takes either a file or --snapshot")
	case c.Snapshot != "":
		text, name, err = readSnapshot(snapshotDirectory(c.Directory, c.storeFlag), c.Snapshot)
	case c.File != "":
		text, name, err = r.read(c.File)
	default:
		return errors.New("name the file to restore, - for standard input, or a snapshot with --snapshot")
	}
	if err != nil {
		return err
	}
	return c.with(func(cloud *emulator.Cloud) error {
		objects, err := restore(r, cloud, text, name, c.Force)
		if errors.Is(err, emulator.ErrNotEmpty) {
			return fmt.Errorf("%w; --force replaces them", err)
		}
		if err != nil {
			return err
		}
		return r.say("Restored %s from %s to %s.", counted(objects), name, cloud.Location())
	})
}

func restore(r *run, cloud *emulator.Cloud, text []byte, name string, replace bool) (objects int, err error) {
	p := newProgress(r.Stderr, "Restoring")
	defer p.clear()
	return cloud.Restore(r.ctx, bytes.NewReader(text), emulator.Restoration{Name: name, Replace: replace, Progress: p.tell})
}
