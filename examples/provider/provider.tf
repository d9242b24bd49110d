terraform {
  required_providers {
    vpclab = {
      source = "vpclab/vpclab"
    }
  }
}

# Everything is optional: the lab lives in .vpclab/lab.db below the working directory.
provider "vpclab" {
  store = ".vpclab/lab.db"
}
