resource "vpclab_security_group" "web" {
  name = "web"
}

# Every project has a group named "default" beside those that were made.
data "vpclab_security_groups" "all" {
  depends_on = [vpclab_security_group.web]
}

output "names" {
  value = data.vpclab_security_groups.all.objects[*].name
}
