package cloudapi

import "github.com/vpclab/terraform-provider-vpclab/internal/network"

// networkACLStatus is ACTIVE while a subnet is associated (ACL-24).
func networkACLStatus(acl *network.NetworkACL) string {
	if len(acl.SubnetIDs) == 0 {
		return "INACTIVE"
	}
	return "ACTIVE"
}
