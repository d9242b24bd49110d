package cloudapi

import "github.com/vpclab/terraform-provider-vpclab/internal/network"

// allProjects is the enterprise project that stands for all of them.
const allProjects = "all_granted_eps"

// enterpriseProject is the cost centre of an object; "0" is the default one.
func enterpriseProject(o network.Object) string {
	if id := o.Base().EnterpriseProjectID; id != "" {
		return id
	}
	return "0"
}

// byEnterpriseProject reports whether an object belongs to the enterprise project that is wanted, or any is.
func byEnterpriseProject[T network.Object](o T, wanted string) bool {
	return wanted == allProjects || enterpriseProject(o) == wanted
}
