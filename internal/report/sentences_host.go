package report

import (
	"fmt"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

var hostSentences = map[string]func(words) string{
	reach.CodeServiceNotListening: func(w words) string {
		return fmt.Sprintf("Nothing on %s listens for %s.", w.Name, w.flow)
	},
	reach.CodeGuestFirewallDeny: func(w words) string {
		return fmt.Sprintf("Rule %d of the firewall inside %s denies %s.", w.Rule.Position, w.Name, w.flow)
	},
	reach.CodeGuestUnverifiable: func(w words) string {
		return fmt.Sprintf("The network lets the traffic reach %s; whether a service listens and what a firewall inside does, "+
			"no configuration here says. There, check the listener (ss -ltnu), then the firewall (nft list ruleset).", w.Name)
	},
	reach.CodeHighRiskPort: func(w words) string {
		return fmt.Sprintf("Some carriers block port %s on the Internet. Use another port for the service.",
			w.Affected.DestinationPorts(traffic.AnyProtocol))
	},
	reach.CodeSMTP25Blocked: func(words) string {
		return "Port 25 towards the Internet is blocked by default. Use port 465."
	},
}

var intentSentences = map[string]func(words) string{
	reach.CodeIntentViolatedBlocked: func(w words) string {
		return fmt.Sprintf("Against the intent %q, %s does not get through to %s.", w.Name, w.flow, w.other)
	},
	reach.CodeIntentViolatedReachable: func(w words) string {
		return fmt.Sprintf("Against the intent %q, %s gets through to %s.", w.Name, w.flow, w.other)
	},
	reach.CodeIntentVacuous: func(w words) string {
		switch w.Reason {
		case "":
			return fmt.Sprintf("The intent %q is about nothing: a selector matches no end, or there is no such traffic between "+
				"them. Correct the selector.", w.Name)
		case reach.ReasonOneEnd:
			return fmt.Sprintf("The intent %q is about one end only: both its selectors name %s and nothing else, and an end is not "+
				"asked to reach itself. Name a second end, or drop the intent.", w.Name, w.other)
		}
		return fmt.Sprintf("The intent %q names what is not in the network: %s. Correct the selector.", w.Name, w.Reason)
	},
	reach.CodeIntentContradictory: func(w words) string {
		return fmt.Sprintf("The intents %q and %q demand opposite things of %s.", w.Name, w.other, w.flow)
	},
}
