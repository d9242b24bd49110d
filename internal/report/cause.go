package report

import "github.com/vpclab/terraform-provider-vpclab/internal/reach"

// Title is the headline of one finding, the same for every occurrence of its code.
func Title(f reach.Finding) string { return titles[f.Code] }

// Cause explains one finding in plain text: the sentence, its code and the repair.
func Cause(f reach.Finding) string {
	text := wrap("", "", Sentence(f)+" ["+f.Code+"]")
	if f.Repair != nil {
		text += "\n" + wrap("Repair: ", "  ", Edit(f.Repair.Edit)+".") + "\n" + wrap("", "", checked(f.Repair))
	}
	return text
}
