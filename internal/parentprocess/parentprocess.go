// Package parentprocess is about the process that started this one, which for a provider is Terraform or OpenTofu.
package parentprocess
