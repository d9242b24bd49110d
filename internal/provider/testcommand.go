package provider

import (
	"strings"
	"sync"

	"github.com/vpclab/terraform-provider-vpclab/internal/parentprocess"
)

// startedByTest reports whether the program that started this provider is `terraform test` or `tofu test`. As of
// Terraform 1.14, and not yet in 1.11, that command configures a provider once for all runs of a file and plans and
// applies each of them with it; nothing in the protocol tells where one ends. Every other command starts a provider anew
// for each plan and each apply. Where the system does not tell, it is taken for another command.
var startedByTest = sync.OnceValue(func() bool {
	arguments, err := parentprocess.CommandLine()
	return err == nil && commandOf(arguments) == "test"
})

// commandOf is the subcommand of a command line: its first argument that is no option.
func commandOf(arguments []string) string {
	for i, argument := range arguments {
		if i > 0 && !strings.HasPrefix(argument, "-") {
			return argument
		}
	}
	return ""
}
