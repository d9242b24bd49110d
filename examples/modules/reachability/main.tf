# Asks one question during the plan, even where the caller refers to resources directly: what comes in through a variable
# is known to Terraform as a value, not as a reference to a resource with a pending change. Do not put depends_on on the
# module: Terraform would put the question off to the apply again.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "network" {
  description = "What the question is decided on: whole resources, their refs, module outputs, nested in any way."
  type        = any
}

variable "from" {
  description = "Where the traffic comes from: an object with instance_id, subnet_id, address or internet."
  type = object({
    instance_id        = optional(string)
    subnet_id          = optional(string)
    security_group_ids = optional(list(string))
    address            = optional(string)
    vpc_id             = optional(string)
    internet           = optional(bool)
  })
}

variable "to" {
  description = "Where the traffic goes to."
  type = object({
    instance_id        = optional(string)
    subnet_id          = optional(string)
    security_group_ids = optional(list(string))
    address            = optional(string)
    vpc_id             = optional(string)
    internet           = optional(bool)
  })
}

variable "protocol" {
  description = "tcp, udp, icmp, icmpv6, a protocol number or any."
  type        = string
  default     = "tcp"
}

variable "ports" {
  description = "Destination ports and ranges; null for every port."
  type        = list(string)
  default     = null
}

variable "expect" {
  description = "reachable or blocked."
  type        = string
  default     = "reachable"
}

variable "on_failure" {
  description = "error, warning or report."
  type        = string
  default     = "error"
}

data "vpclab_reachability" "this" {
  network     = var.network
  source      = var.from
  destination = var.to
  protocol    = var.protocol
  ports       = var.ports
  expect      = var.expect
  on_failure  = var.on_failure
}

output "verdict" {
  description = "reachable, partial, blocked or undetermined."
  value       = data.vpclab_reachability.this.verdict
}

output "satisfied" {
  description = "Whether the verdict is the expected one."
  value       = data.vpclab_reachability.this.satisfied
}

output "report" {
  description = "The whole explanation."
  value       = data.vpclab_reachability.this.report
}

output "findings" {
  description = "Every cause on the way."
  value       = data.vpclab_reachability.this.findings
}
