package report

import (
	"fmt"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// misses says how a rule of a hint fails to do what its author meant.
func misses(how string) func(words) string {
	return func(w words) string {
		if w.Layer == reach.LayerACL {
			return fmt.Sprintf("The %s of the network ACL %s (%s) %s.", w.position, w.Name, w.rule, how)
		}
		return fmt.Sprintf("The rule %s of the security group %s %s.", w.rule, w.Name, how)
	}
}

var aclSentences = map[string]func(words) string{
	reach.CodeACLExplicitDeny: func(w words) string {
		return fmt.Sprintf("At %s, %s of the network ACL %s denies %s: %s.", w.at, w.position, w.Name, w.flow, w.rule)
	},
	reach.CodeACLDefaultDeny: func(w words) string {
		return fmt.Sprintf("At %s, no %s rule of the network ACL %s matches %s, and what none matches is denied.", w.at,
			w.direction, w.Name, w.flow)
	},
	reach.CodeACLDisabledDeniesAll: func(w words) string {
		if w.Side == "" {
			return fmt.Sprintf("The network ACL %s is disabled but still bound to subnets; it denies everything that crosses "+
				"their borders.", w.Name)
		}
		return fmt.Sprintf("At %s, the network ACL %s is disabled but still bound to the subnet; it denies everything that "+
			"crosses its border.", w.at, w.Name)
	},
	reach.CodeACLWrongDirection: misses("would match in the other direction"),
	reach.CodeACLWrongProtocol:  misses("matches but for the protocol"),
	reach.CodeACLWrongPort:      misses("matches but for the port"),
	reach.CodeACLRuleDisabled:   misses("would decide, but is switched off"),
	reach.CodeACLExempt: func(w words) string {
		return fmt.Sprintf("At %s, the network ACL %s does not filter this traffic; it is exempt.", w.at, w.Name)
	},
	reach.CodeACLRuleShadowed: func(w words) string {
		return fmt.Sprintf("The %s of the network ACL %s (%s) decides nothing: before it, the opposite is done by %s. "+
			"Reorder or delete it.", w.position, w.Name, w.rule, w.others)
	},
	reach.CodeACLRuleRedundant: func(w words) string {
		return fmt.Sprintf("The %s of the network ACL %s (%s) changes nothing: the same is done already by %s.", w.position, w.Name,
			w.rule, w.others)
	},
	reach.CodeACLRuleUnmatchable: func(w words) string {
		return fmt.Sprintf("The %s of the network ACL %s (%s) can match no packet.", w.position, w.Name, w.rule)
	},
	reach.CodeACLDenyNotEffective: func(w words) string {
		return fmt.Sprintf("The %s of the network ACL %s (%s) denies nothing: %s.", w.position, w.Name, w.rule,
			reasons[w.Reason])
	},
	reach.CodeACLUnassociated: func(w words) string {
		return fmt.Sprintf("The network ACL %s is bound to no subnet, so it filters nothing.", w.Name)
	},
	reach.CodeACLRuleOutsideSubnet: func(w words) string {
		return fmt.Sprintf("The %s of the network ACL %s (%s) names addresses that none of its subnets has.", w.position,
			w.Name, w.rule)
	},
	reach.CodeACLSGConflict: func(w words) string {
		return fmt.Sprintf("At %s, the security group allows %s (%s: %s), but the network ACL %s denies it. The ACL wins.",
			w.at, w.flow, w.other, w.otherRule, w.Name)
	},
	reach.CodeConflictPartial: func(w words) string {
		return fmt.Sprintf("At %s, the security group %s allows more than the network ACL %s: the ACL denies %s. Both let "+
			"through %s.", w.at, w.other, w.Name, w.flow, w.contrast)
	},
	reach.CodeSGBlocksACLAllow: func(w words) string {
		return fmt.Sprintf("The %s of the network ACL %s allows %s, but the security groups (%s) do not, so it opens nothing.",
			w.position, w.Name, w.flow, w.other)
	},
}

// reasons say why a deny rule does not act.
var reasons = map[string]string{
	reach.ReasonUnbound:    "the ACL is bound to no subnet",
	reach.ReasonDisabled:   "the ACL or the rule is switched off",
	reach.ReasonShadowed:   "rules before it decide all it could match",
	reach.ReasonSameSubnet: "its traffic stays inside one subnet, where no ACL acts",
	reach.ReasonExempt:     "its traffic is exempt from every ACL",
}

var groupSentences = map[string]func(words) string{
	reach.CodeSGNoMatch: func(w words) string {
		return fmt.Sprintf("At %s, no %s rule of the security group %s allows %s.", w.at, w.direction, w.Name, w.flow)
	},
	reach.CodeSGNoRules: func(w words) string {
		if w.ID == "" {
			return fmt.Sprintf("At %s, there is no security group, so everything is denied.", w.at)
		}
		return fmt.Sprintf("At %s, there is no %s rule in the security group %s at all, so everything is denied.", w.at,
			w.direction, w.Name)
	},
	reach.CodeSGExplicitDeny: func(w words) string {
		return fmt.Sprintf("At %s, a rule of the security group %s denies %s: %s.", w.at, w.Name, w.flow, w.rule)
	},
	reach.CodeSGWrongDirection: misses("would match in the other direction"),
	reach.CodeSGWrongProtocol:  misses("matches but for the protocol"),
	reach.CodeSGWrongPort:      misses("matches but for the port or the ICMP type"),
	reach.CodeSGWrongPeer:      misses("matches but for the peer"),
	reach.CodeSGRuleDisabled:   misses("would decide, but is switched off"),
	reach.CodeSGRemoteNotPreserved: func(w words) string {
		return fmt.Sprintf("At %s, the rule %s of the security group %s names a group, but a forwarder on the way takes the "+
			"place of its member. Name a block of addresses.", w.at, w.rule, w.Name)
	},
	reach.CodeSGOrderSurprise: func(w words) string {
		return fmt.Sprintf("The order of the security groups of %s (%s) decides about %s: one allows it, another denies it.",
			w.Name, w.other, w.flow)
	},
	reach.CodeSGRuleShadowed: func(w words) string {
		return fmt.Sprintf("The rule %s of the security group %s decides nothing: rules that rank higher do the opposite (%s). "+
			"Reorder or delete it.", w.rule, w.Name, w.others)
	},
	reach.CodeSGRuleRedundant: func(w words) string {
		return fmt.Sprintf("The rule %s of the security group %s changes nothing: others do the same already (%s).", w.rule,
			w.Name, w.others)
	},
	reach.CodeSGDuplicateRule: func(w words) string {
		return fmt.Sprintf("The security group %s has the rule %s twice. Delete one.", w.Name, w.rule)
	},
	reach.CodeSGUnattached: func(w words) string {
		return fmt.Sprintf("No instance is in the security group %s.", w.Name)
	},
	reach.CodeSGRemoteGroupEmpty: func(w words) string {
		return fmt.Sprintf("The rule %s of the security group %s matches nobody: the group %s has no members.", w.rule, w.Name,
			w.other)
	},
	reach.CodeSGRemoteGroupUnreachable: func(w words) string {
		return fmt.Sprintf("The rule %s of the security group %s matches nobody who gets here: the members of %s are in VPCs "+
			"that are not connected.", w.rule, w.Name, w.other)
	},
	reach.CodeSGRuleOverLimit: func(w words) string {
		return fmt.Sprintf("%s has %s, more than take effect. Merge rules.", w.Name, w.Reason)
	},
	reach.CodeEgressIngressDisjoint: func(w words) string {
		return fmt.Sprintf("%s may send %s, %s accepts %s, and no packet is both.", w.other, w.flow, w.Name, w.contrast)
	},
}
