terraform import vpclab_address_group.example 5397769f-3234-5b06-973c-871d8b1a2e82
