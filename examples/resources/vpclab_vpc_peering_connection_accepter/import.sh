# By id. An import block takes it as id or, from
# Terraform 1.12 on, identity = { id = "..." }.
terraform import vpclab_vpc_peering_connection_accepter.example 866904bf-d85f-57d8-85b9-85723862d80b
