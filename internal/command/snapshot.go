package command

import (
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

// snapshotCommand are the flags of `snapshot`.
type snapshotCommand struct {
	storeFlag

	Name      string `arg:"" optional:"" help:"Name to save the lab under. Without one, the snapshots are listed."`
	Directory string `help:"Directory of the snapshots (default: \"snapshots\" beside the lab's file)." placeholder:"DIR"`
	Force     bool   `help:"Replace a snapshot of this name."`
}

// Help is what --help says about snapshot.
func (*snapshotCommand) Help() string {
	return `A snapshot is an export under a name, kept beside the lab; the lab of a PostgreSQL database has its snapshots ` +
		`in .vpclab/snapshots of the current directory.

  ` + program + ` snapshot before-the-change
  ` + program + ` restore --snapshot before-the-change --force`
}

// Run saves or lists.
func (c *snapshotCommand) Run(r *run) error {
	directory := snapshotDirectory(c.Directory, c.storeFlag)
	if c.Name == "" {
		return listSnapshots(r, directory)
	}
	if err := checkName(c.Name); err != nil {
		return err
	}
	return c.present(func(cloud *emulator.Cloud) error {
		text, objects, err := take(r, cloud)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(directory, 0o700); err != nil {
			return fmt.Errorf("cannot make the directory %s of the snapshots: %w; name another with --directory", directory, cause(err))
		}
		if err := save(r, snapshotFile(directory, c.Name), text, c.Force); err != nil {
			return err
		}
		return r.say("Saved %s from %s as %s. `%s restore --snapshot %s --force` brings them back.",
			counted(objects), cloud.Location(), c.Name, program, c.Name)
	})
}

// snapshotDirectory is where snapshots of a lab are. A database has no place of its own on this machine.
func snapshotDirectory(directory string, store storeFlag) string {
	switch {
	case directory != "":
		return directory
	case store.isURL():
		return filepath.Join(".vpclab", "snapshots")
	default:
		return filepath.Join(filepath.Dir(store.Store), "snapshots")
	}
}

const snapshotSuffix = ".json"

func snapshotFile(directory, name string) string {
	return filepath.Join(directory, name+snapshotSuffix)
}

var snapshotName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

func checkName(name string) error {
	if !snapshotName.MatchString(name) {
		return fmt.Errorf("the snapshot name %q is not 1 to 64 letters, digits, '_', '-' and '.', with a letter or digit first", name)
	}
	return nil
}

func readSnapshot(directory, name string) (text []byte, path string, err error) {
	if err := checkName(name); err != nil {
		return nil, "", err
	}
	path = snapshotFile(directory, name)
	text, err = os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, path, fmt.Errorf("there is no snapshot %q in %s; `%s snapshot` lists those there are", name, directory, program)
	case err != nil:
		return nil, path, fmt.Errorf("cannot read %s: %w", path, cause(err))
	}
	return text, path, nil
}

func listSnapshots(r *run, directory string) error {
	entries, err := os.ReadDir(directory)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot list the snapshots in %s: %w", directory, cause(err))
	}
	found := false
	for _, entry := range entries {
		name, isSnapshot := strings.CutSuffix(entry.Name(), snapshotSuffix)
		info, err := entry.Info()
		if !isSnapshot || !snapshotName.MatchString(name) || err != nil || !info.Mode().IsRegular() {
			continue
		}
		found = true
		if err := r.say("%s  %s", info.ModTime().UTC().Format(time.RFC3339), name); err != nil {
			return err
		}
	}
	if !found {
		return r.say("There are no snapshots in %s. `%s snapshot NAME` makes one.", directory, program)
	}
	return nil
}
