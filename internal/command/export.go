package command

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
)

// exportCommand are the flags of `export`.
type exportCommand struct {
	storeFlag

	File  string `arg:"" optional:"" default:"-" help:"File to write; - is standard output, and the default."`
	Force bool   `help:"Replace a file that exists."`
}

// Help is what --help says about export.
func (*exportCommand) Help() string {
	return `The document has one line for each object, so that two exports can be compared line by line. Equal labs have ` +
		`equal exports, byte for byte: also the ids that were ever issued are in it, so that a plan proves the same thing ` +
		`in the lab and in its copy.

  ` + program + ` export lab.json
  ` + program + ` export | gzip > lab.json.gz

The file is written as a whole or not at all. "restore" and "emulator --seed" read it.`
}

// Run writes the export.
func (c *exportCommand) Run(r *run) error {
	return c.present(func(cloud *emulator.Cloud) error {
		text, objects, err := take(r, cloud)
		switch {
		case err != nil:
			return err
		case c.File == standard:
			_, err = r.Stdout.Write(text)
			return err
		}
		if err := save(r, c.File, text, c.Force); err != nil {
			return err
		}
		return r.say("Exported %s from %s to %s.", counted(objects), cloud.Location(), c.File)
	})
}

// take makes the export of a lab.
func take(r *run, cloud *emulator.Cloud) ([]byte, int, error) {
	p := newProgress(r.Stderr, "Exporting")
	defer p.clear()
	var text bytes.Buffer
	objects, err := cloud.Export(r.ctx, &text)
	return text.Bytes(), objects, err
}

// save writes a file, which is there as a whole or not at all. Only its owner can read it, as with the lab itself.
func save(r *run, path string, text []byte, replace bool) error {
	target := path
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("cannot write %s: %w", path, cause(err))
	case !info.Mode().IsRegular():
		return fmt.Errorf("cannot write %s: it is not a file", path)
	case !replace:
		return fmt.Errorf("%s exists; --force replaces it", path)
	default:
		// What a link leads to is replaced, not the link.
		if target, err = filepath.EvalSymlinks(path); err != nil {
			return fmt.Errorf("cannot write %s: %w", path, cause(err))
		}
	}
	file, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+"-*")
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot write %s: there is no directory %s; make it first", path, filepath.Dir(target))
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, cause(err))
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close(), r.ctx.Err())
	if err == nil {
		err = os.Rename(file.Name(), target)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("cannot write %s: %w", path, err), os.Remove(file.Name()))
	}
	return nil
}
