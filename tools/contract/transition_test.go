package contract

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
	m3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3/model"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
)

// Clients wait for a new VPC and a new subnet. What they wait for has other words in each generation.
func TestNewObjectsAreShownInTransition(t *testing.T) {
	var later atomic.Int64
	l := newLabWith(t, cloudapi.Options{
		Strict: true, TransitionDelay: time.Hour,
		Clock: func() time.Time { return time.Now().Add(time.Duration(later.Load())) },
	})
	vpc := call(t, http.StatusOK, l.v2.CreateVpc, m2.CreateVpcRequest{Body: &m2.CreateVpcRequestBody{
		Vpc: &m2.CreateVpcOption{Name: new("a"), Cidr: new("10.0.0.0/16")},
	}}).Vpc
	subnet := l.newSubnet(t, vpc.Id, "s", "10.0.1.0/24")
	same(t, "status of a new VPC", vpc.Status.Value(), "CREATING")
	same(t, "status of a new subnet", subnet.Status.Value(), "UNKNOWN")
	states := func() []string {
		t.Helper()
		return []string{
			call(t, http.StatusOK, l.v2.ShowVpc, m2.ShowVpcRequest{VpcId: vpc.Id}).Vpc.Status.Value(),
			call(t, http.StatusOK, l.v3.ShowVpc, m3.ShowVpcRequest{VpcId: vpc.Id}).Vpc.Status,
			call(t, http.StatusOK, l.v2.ShowSubnet, m2.ShowSubnetRequest{SubnetId: subnet.Id}).Subnet.Status.Value(),
		}
	}
	same(t, "states before", states(), []string{"CREATING", "PENDING", "UNKNOWN"})
	later.Store(int64(2 * time.Hour))
	same(t, "states after", states(), []string{"OK", "ACTIVE", "ACTIVE"})
}
