// Package command is the command line beside the provider: `emulator` serves the lab's REST API, the other commands save
// what is in a lab, bring it back and empty it.
//
// The package imports cloudapi, emulator and store. It holds flags, listening and stopping, files and progress; what a
// request means, and what is in an export, these packages know.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
)

// program is what the binary is called in the texts people copy commands from.
const program = "terraform-provider-vpclab"

// commands are the commands and their flags.
type commands struct {
	Emulator emulatorCommand `cmd:"" help:"Serve the lab to clients of the real cloud's API."`
	Export   exportCommand   `cmd:"" help:"Write everything in the lab as one JSON document."`
	Restore  restoreCommand  `cmd:"" help:"Put what export or snapshot wrote into the lab."`
	Snapshot snapshotCommand `cmd:"" help:"Save the lab under a name, or list the names there are."`
	Reset    resetCommand    `cmd:"" help:"Remove everything from the lab."`

	Version kong.VersionFlag `help:"Show the version."`
}

const description = `Virtual private clouds against an emulated cloud of your own. Terraform starts this program without ` +
	`arguments, as the provider vpclab; the commands below are for people and for CI jobs. All of them work on the ` +
	`lab that --store names, whether it is in use or not.`

// Process is a run of the program: its arguments without the program's name, its standard streams, and its version.
type Process struct {
	Args           []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Version        string
}

// interrupted is the exit code of a command that the user ended, as shells have it for SIGINT.
const interrupted = 130

// Wants reports whether arguments are for the command line. Without any, or with a flag such as -debug, the program is
// the provider, as Terraform starts it.
func Wants(args []string) bool {
	return len(args) > 0 && (!strings.HasPrefix(args[0], "-") || isHelp(args[0]) || args[0] == "--version")
}

func isHelp(arg string) bool { return slices.Contains([]string{"-h", "-help", "--help", "help"}, arg) }

// Run runs a command until it is done or ctx ends, and returns the exit code of the process.
func Run(ctx context.Context, p Process) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c, kong.Name(program), kong.Description(description),
		kong.Vars{"project": network.DefaultProject, "store": defaultStore, "version": p.Version}, kong.Writers(p.Stdout, p.Stderr),
		kong.Exit(func(code int) { exit = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return p.fail(err)
	}
	args := slices.Clone(p.Args)
	if len(args) > 0 && isHelp(args[0]) {
		args[0] = "--help"
	}
	parsed, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		return p.fail(fmt.Errorf("%w; `%s --help` says what there is", err, program))
	}
	return p.fail(parsed.Run(&run{ctx, p}))
}

// fail tells how a run ended, and returns its exit code.
func (p Process) fail(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		_, _ = fmt.Fprintln(p.Stderr, "vpclab: interrupted; nothing was changed")
		return interrupted
	default:
		_, _ = fmt.Fprintln(p.Stderr, "vpclab:", err)
		return 1
	}
}

// run is one run of a command.
type run struct {
	ctx context.Context
	Process
}

// say tells what was done.
func (r *run) say(format string, args ...any) error {
	_, err := fmt.Fprintf(r.Stdout, format+"\n", args...)
	return err
}

// defaultStore is where the provider keeps a lab that nobody named.
const defaultStore = ".vpclab/lab.db"

// storeFlag is the flag that every command has.
type storeFlag struct {
	Store string `default:"${store}" env:"VPCLAB_STORE" placeholder:"PATH|URL" help:"Path of the lab's SQLite file (default: ${default}), or URL of a PostgreSQL database."`
}

// AfterApply makes of an empty VPCLAB_STORE what it is to the provider: none.
func (f *storeFlag) AfterApply() error {
	if f.Store == "" {
		f.Store = defaultStore
	}
	return nil
}

// with opens the lab for work on the whole of it.
func (f storeFlag) with(work func(*emulator.Cloud) error) error {
	store, err := open.Store(f.Store)
	if err != nil {
		return fmt.Errorf("--store: %w", err)
	}
	return errors.Join(work(emulator.New(store)), store.Close())
}

// present is with for a lab that is there already. A mistyped path is no empty lab.
func (f storeFlag) present(work func(*emulator.Cloud) error) error {
	if !f.isURL() {
		if _, err := os.Stat(f.Store); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no lab at %s; name one that is there with --store", f.Store)
		}
	}
	return f.with(work)
}

func (f storeFlag) isURL() bool { return strings.Contains(f.Store, "://") }

func counted(objects int) string {
	if objects == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", objects)
}
