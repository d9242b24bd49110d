# By id, or by the names of VPC and subnet. An import block takes either as id or, from
# Terraform 1.12 on, identity = { id = "..." }.
terraform import vpclab_subnet.example 5397769f-3234-5b06-973c-871d8b1a2e82
terraform import vpclab_subnet.example shop/front
