package provider_test

import (
	"os"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

func TestMain(m *testing.M) { os.Exit(labtest.Run(m)) }
