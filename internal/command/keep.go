package command

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
)

// exportCommand are the flags of `emulator export`.
type exportCommand struct {
	storeFlag

	File  string `arg:"" optional:"" help:"File to write; without one, standard output."`
	Force bool   `help:"Replace a file that exists."`
}

// Run writes the export.
func (c *exportCommand) Run(r *run) error {
	return c.with(func(cloud *emulator.Cloud) error {
		if c.File == "" {
			_, err := cloud.Export(r.ctx, r.stdout)
			return err
		}
		objects, err := save(r, cloud, c.File, c.Force)
		if err == nil {
			_, err = fmt.Fprintf(r.stdout, "Exported %s of %s to %s.\n", counted(objects), cloud.Location(), c.File)
		}
		return err
	})
}

// restoreCommand are the flags of `emulator restore`.
type restoreCommand struct {
	storeFlag

	File      string `arg:"" optional:"" help:"File that export wrote." type:"existingfile" xor:"from"`
	Snapshot  string `help:"Name of a snapshot to restore instead of a file." placeholder:"NAME" xor:"from"`
	Directory string `help:"Directory of the snapshots; by default \"snapshots\" beside the store's file." placeholder:"DIR"`
	Force     bool   `help:"Replace what is in the lab."`
}

// Run restores the lab.
func (c *restoreCommand) Run(r *run) error {
	path := c.File
	switch {
	case c.Snapshot != "":
		if err := checkName(c.Snapshot); err != nil {
			return err
		}
		path = snapshotFile(snapshotDirectory(c.Directory, c.Store), c.Snapshot)
	case path == "":
		return errors.New("name the file to restore, or a snapshot with --snapshot")
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && c.Snapshot != "" {
		return fmt.Errorf("there is no snapshot %q in %s; `emulator snapshot` lists those there are", c.Snapshot,
			filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer file.Close() //nolint:errcheck // It is only read.
	return c.with(func(cloud *emulator.Cloud) error {
		p := newProgress(r.stderr, "Restoring")
		objects, err := cloud.Restore(r.ctx, file, emulator.Restoration{Name: path, Replace: c.Force, Progress: p.tell})
		p.clear()
		if errors.Is(err, emulator.ErrNotEmpty) {
			return fmt.Errorf("%w; --force replaces them", err)
		}
		if err == nil {
			_, err = fmt.Fprintf(r.stdout, "Restored %s from %s into %s.\n", counted(objects), path, cloud.Location())
		}
		return err
	})
}

// snapshotCommand are the flags of `emulator snapshot`.
type snapshotCommand struct {
	storeFlag

	Name      string `arg:"" optional:"" help:"Name to save the lab under; without one, the snapshots there are."`
	Directory string `help:"Directory of the snapshots; by default \"snapshots\" beside the store's file." placeholder:"DIR"`
	Force     bool   `help:"Replace a snapshot of this name."`
}

// Run saves or lists.
func (c *snapshotCommand) Run(r *run) error {
	directory := snapshotDirectory(c.Directory, c.Store)
	if c.Name == "" {
		return listSnapshots(r, directory)
	}
	if err := checkName(c.Name); err != nil {
		return err
	}
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return c.with(func(cloud *emulator.Cloud) error {
		objects, err := save(r, cloud, snapshotFile(directory, c.Name), c.Force)
		if err == nil {
			_, err = fmt.Fprintf(r.stdout, "Saved %s of %s as %s. `emulator restore --snapshot %s --force` brings them back.\n",
				counted(objects), cloud.Location(), c.Name, c.Name)
		}
		return err
	})
}

// resetCommand are the flags of `emulator reset`.
type resetCommand struct {
	storeFlag

	Yes bool `help:"Do it. Without this, reset only says what it would remove."`
}

// Run empties the lab.
func (c *resetCommand) Run(r *run) error {
	return c.with(func(cloud *emulator.Cloud) error {
		if !c.Yes {
			objects, err := cloud.Size(r.ctx)
			if err != nil {
				return err
			}
			return fmt.Errorf("this would remove %s from %s; say --yes to do it", counted(objects), cloud.Location())
		}
		objects, err := cloud.Reset(r.ctx)
		if err == nil {
			_, err = fmt.Fprintf(r.stdout, "Removed %s from %s.\n", counted(objects), cloud.Location())
		}
		return err
	})
}

func counted(objects int) string {
	if objects == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", objects)
}

// save writes an export to a file, which is there as a whole or not at all. Only its owner can read it.
func save(r *run, cloud *emulator.Cloud, path string, replace bool) (objects int, err error) {
	if _, err := os.Lstat(path); err == nil && !replace {
		return 0, fmt.Errorf("%s exists; --force replaces it", path)
	}
	var text bytes.Buffer
	if objects, err = cloud.Export(r.ctx, &text); err != nil {
		return 0, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return 0, fmt.Errorf("write %s: %w", path, err)
	}
	_, err = file.Write(text.Bytes())
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return 0, errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(file.Name()))
	}
	return objects, nil
}

// snapshotDirectory is where snapshots of a store are. A database has no place of its own on this machine.
func snapshotDirectory(directory, store string) string {
	switch {
	case directory != "":
		return directory
	case strings.Contains(store, "://"):
		return filepath.Join(".vpclab", "snapshots")
	default:
		return filepath.Join(filepath.Dir(store), "snapshots")
	}
}

const snapshotSuffix = ".json"

func snapshotFile(directory, name string) string { return filepath.Join(directory, name+snapshotSuffix) }

var snapshotName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

func checkName(name string) error {
	if !snapshotName.MatchString(name) {
		return fmt.Errorf("the snapshot name %q is not 1 to 64 letters, digits, '_', '-' and '.', with a letter or digit first", name)
	}
	return nil
}

func listSnapshots(r *run, directory string) error {
	entries, err := os.ReadDir(directory)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("snapshots: %w", err)
	}
	found := false
	for _, entry := range entries {
		name, isSnapshot := strings.CutSuffix(entry.Name(), snapshotSuffix)
		info, err := entry.Info()
		if !isSnapshot || !snapshotName.MatchString(name) || err != nil || !info.Mode().IsRegular() {
			continue
		}
		found = true
		if _, err := fmt.Fprintf(r.stdout, "%s  %s\n", info.ModTime().UTC().Format(time.RFC3339), name); err != nil {
			return err
		}
	}
	if !found {
		_, err = fmt.Fprintf(r.stdout, "There are no snapshots in %s. `emulator snapshot NAME` makes one.\n", directory)
		return err
	}
	return nil
}
