// The provider vpclab: virtual private clouds against a local emulated cloud, with reachability proved at plan. With a
// command as its argument it serves the emulated cloud's REST API, or saves, restores and empties a lab instead.
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/vpclab/terraform-provider-vpclab/internal/command"
	"github.com/vpclab/terraform-provider-vpclab/internal/parentprocess"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider"
)

// version is set when a release is built.
var version = "dev"

func main() {
	if command.Wants(os.Args[1:]) {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		// The second Ctrl-C ends the process, should the first have to wait.
		context.AfterFunc(ctx, stop)
		code := command.Run(ctx, command.Process{
			Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Version: version,
		})
		stop()
		os.Exit(code)
	}
	debug := flag.Bool("debug", false, "run so that a debugger can be attached")
	flag.Parse()
	quietSDK()
	relaxGarbageCollector()
	var opts []tf6server.ServeOpt
	if *debug {
		opts = append(opts, tf6server.WithManagedDebug())
	} else {
		ignoreSIGTERM()
		go exitWithTerraform()
	}
	err := tf6server.Serve("registry.terraform.io/vpclab/vpclab",
		func() tfprotov6.ProviderServer { return provider.NewServer(version) }, opts...)
	if err != nil {
		log.Fatal(err)
	}
	// Terraform waits two seconds for the end of a provider.
	ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
	defer cancel()
	if err := provider.Settle(ctx); err != nil {
		log.Printf("[WARN] what this run created is not settled: %v", err)
	}
}

// ignoreSIGTERM leaves it to Terraform when the provider ends, also when somebody tells the whole group of processes to:
// Terraform then lets what is under way end and writes it down. The plugin library does so for SIGINT only.
func ignoreSIGTERM() { signal.Notify(make(chan os.Signal, 1), syscall.SIGTERM) }

// exitWithTerraform ends this process soon after the one that started it. Terraform ends its providers itself, unless it
// was killed; they would then wait for it forever, with the store open.
func exitWithTerraform() {
	if err := parentprocess.Wait(); err != nil {
		log.Printf("[WARN] this provider will not notice should Terraform be killed: %v", err)
		return
	}
	os.Exit(1)
}

// quietSDK turns off the trace log of the plugin SDK unless somebody asked for a log. The SDK writes it always, and
// Terraform parses it always: about a third of what a plan costs on the provider's side.
func quietSDK() {
	for _, entry := range os.Environ() {
		if strings.HasPrefix(entry, "TF_LOG") {
			return
		}
	}
	if err := os.Setenv("TF_LOG_SDK", "off"); err != nil {
		log.Printf("[WARN] the SDK log stays on: %v", err)
	}
}

// relaxGarbageCollector lets the heap grow to five times what is in use before it is collected. The provider lives for
// one plan or apply and keeps little of what it allocates; with Go's default a fifth of its processor time went into
// collecting. GOGC in the environment has the last word.
func relaxGarbageCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}
