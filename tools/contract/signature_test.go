package contract

import (
	"net/http"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
	m3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3/model"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
)

// Both clients sign their requests; a server that has the key checks every byte that was signed.
func TestSignatures(t *testing.T) {
	l := newLabWith(t, cloudapi.Options{Strict: true, AccessKey: accessKey, SecretKey: secretKey})
	id := l.newVPC(t, "a", "10.0.0.0/16")
	// A query with several values and signs that have to be escaped, and a path with one.
	call(t, http.StatusOK, l.v3.ListVpcs, m3.ListVpcsRequest{
		Name: &[]string{"b", "a"}, Description: &[]string{"a b/c+d=e&f~ü"},
	})
	call(t, http.StatusNoContent, l.v2.CreateVpcResourceTag, m2.CreateVpcResourceTagRequest{
		VpcId: id, Body: &m2.CreateVpcResourceTagRequestBody{Tag: &m2.ResourceTag{Key: "cost:centre", Value: "ü 7"}},
	})
	call(t, http.StatusNoContent, l.v2.DeleteVpcTag, m2.DeleteVpcTagRequest{VpcId: id, Key: "cost:centre"})

	stranger := l.as(project, "another-secret")
	for _, status := range []int{
		statusOf(t, second(stranger.v2.ListVpcs(&m2.ListVpcsRequest{}))),
		statusOf(t, second(stranger.v3.ListVpcs(&m3.ListVpcsRequest{}))),
		statusOf(t, second(stranger.v2.DeleteVpc(&m2.DeleteVpcRequest{VpcId: id}))),
		statusOf(t, second(stranger.v2.ListVpcPeerings(&m2.ListVpcPeeringsRequest{}))),
	} {
		same(t, "status for a stranger", status, http.StatusUnauthorized)
	}
	if status, _ := l.get("/v1/" + project + "/vpcs"); status != http.StatusUnauthorized {
		t.Errorf("an unsigned request was answered with status %d", status)
	}
	call(t, http.StatusOK, l.v2.ShowVpc, m2.ShowVpcRequest{VpcId: id})
}

func second[T any](_ T, err error) error { return err }
