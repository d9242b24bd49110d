// Package report words what package reach finds: as text for a terminal, as JSON, and as diagrams. It is the only
// package with prose about verdicts, and imports reach, network and traffic.
package report
