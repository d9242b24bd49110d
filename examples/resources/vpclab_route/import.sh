# By id, or by the name of the VPC and the destination. An import block takes either as id or, from
# Terraform 1.12 on, identity = { id = "..." }.
terraform import vpclab_route.example 5397769f-3234-5b06-973c-871d8b1a2e82
terraform import vpclab_route.example shop/172.16.0.0/16
