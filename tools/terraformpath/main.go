// Command terraformpath prints the path of the Terraform or OpenTofu to use: what is on PATH, or else a pinned
// Terraform, installed into the directory given as the argument.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// pinned is the release that is installed where there is none.
const pinned = "1.11.4"

func main() {
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			fmt.Println(path)
			return
		}
	}
	path, err := install()
	if err != nil {
		fmt.Fprintf(os.Stderr, "There is no terraform or tofu on PATH, and Terraform %s could not be installed: %v\n",
			pinned, err)
		os.Exit(1)
	}
	fmt.Println(path)
}

func install() (string, error) {
	dir := ".cache"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if path := filepath.Join(dir, "terraform"); isFile(path) {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	fmt.Fprintf(os.Stderr, "Installing Terraform %s into %s.\n", pinned, dir)
	return (&releases.ExactVersion{
		Product: product.Terraform, Version: version.Must(version.NewVersion(pinned)), InstallDir: dir,
	}).Install(context.Background())
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
