// Package command is the command line beside the provider: `emulator` serves the lab's REST API and web page, and saves
// and brings back what is in the lab.
//
// The room imports cloudapi, console, emulator and store. It holds flags, listening and stopping, files and progress;
// what a request means, the rooms below know.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
)

// commands are the commands of `emulator`; without one, it serves.
type commands struct {
	Serve    serveCommand    `cmd:"" default:"withargs" help:"Serve the REST API and the web page (the default)."`
	Export   exportCommand   `cmd:"" help:"Write everything in the lab as one JSON document."`
	Restore  restoreCommand  `cmd:"" help:"Put what export or snapshot wrote into the lab."`
	Snapshot snapshotCommand `cmd:"" help:"Save the lab under a name, or list the names."`
	Reset    resetCommand    `cmd:"" help:"Remove everything from the lab."`
}

const description = `Serves the lab's REST API, so that the real cloud's own clients run against it, and a web page that ` +
	`draws the network and answers reachability questions.

  terraform-provider-vpclab emulator --listen 127.0.0.1:9797

Point clients at http://127.0.0.1:9797 and a browser at the same address; GET /healthz says whether it works. It stops on ` +
	`Ctrl-C, when the answers under way are given. The other commands work on the lab whether it is being served or not.`

// storeFlag is the flag that every command has.
type storeFlag struct {
	Store string `default:".vpclab/lab.db" env:"VPCLAB_STORE" help:"Path of the lab's SQLite file, or URL of a PostgreSQL database; created by the first write."`
}

// run is one run of a command.
type run struct {
	ctx            context.Context
	stdout, stderr io.Writer
}

// interrupted is the exit code of a command that the user ended, as shells have it for SIGINT.
const interrupted = 130

// Emulator runs `emulator` with its arguments until it is done or ctx ends, and returns the exit code of the process.
func Emulator(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c, kong.Name("terraform-provider-vpclab emulator"), kong.Description(description),
		kong.Vars{"project": network.DefaultProject}, kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exit = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	var parsed *kong.Context
	if err == nil {
		parsed, err = parser.Parse(args)
	}
	if exit >= 0 {
		return exit
	}
	if err == nil {
		err = parsed.Run(&run{ctx, stdout, stderr})
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		_, _ = fmt.Fprintln(stderr, "vpclab emulator: interrupted; nothing was changed")
		return interrupted
	default:
		_, _ = fmt.Fprintln(stderr, "vpclab emulator:", err)
		return 1
	}
}

// with opens the lab for a command that reads or changes it as a whole.
func (f storeFlag) with(work func(*emulator.Cloud) error) error {
	store, err := open.Store(f.Store)
	if err != nil {
		return fmt.Errorf("--store: %w", err)
	}
	err = work(emulator.New(store))
	return errors.Join(err, store.Close())
}
