# By id, or by the connection's name. An import block takes either as id or, from
# Terraform 1.12 on, identity = { id = "..." }.
terraform import vpclab_vpc_peering_connection.example 5397769f-3234-5b06-973c-871d8b1a2e82
terraform import vpclab_vpc_peering_connection.example shop-office
