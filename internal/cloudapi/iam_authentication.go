package cloudapi

import (
	"net/http"
	"regexp"
)

// projectForm is what a project id may look like. The cloud's own have 32 hexadecimal digits; labs name theirs.
var projectForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// identify finds out whom the request belongs to and, when keys are set, whether its sender has them.
func (c *requestContext) identify() error {
	token, valid := c.tokens.verify(c.r.Header.Get("X-Auth-Token"), c.Clock())
	if err := c.authenticate(valid); err != nil {
		return err
	}
	c.project = c.Project
	for _, claimed := range []string{token.Project, c.r.Header.Get("X-Project-Id"), c.path("project_id")} {
		if claimed == "" {
			continue
		}
		if !projectForm.MatchString(claimed) {
			return c.projectError("The project id %q is not one: it has up to 64 letters, digits, '-' and '_'.", claimed)
		}
		c.project = claimed
	}
	if inPath := c.path("project_id"); inPath != "" {
		for _, own := range []string{token.Project, c.r.Header.Get("X-Project-Id")} {
			if own != "" && own != inPath {
				return c.projectError("The project id %s in the URL is not the caller's, which is "+own+".", inPath)
			}
		}
	}
	return nil
}

func (c *requestContext) projectError(format, project string) error {
	code := "VPC.0007"
	if c.generation == v2 {
		code = "InvalidInput"
	}
	return badRequest(code, format, project)
}

// authenticate refuses a request whose sender does not show that he has the keys.
func (c *requestContext) authenticate(validToken bool) error {
	if c.open || c.AccessKey == "" || c.SecretKey == "" || validToken {
		return nil
	}
	if c.r.Header.Get("X-Auth-Token") != "" {
		code := "VPC.0008"
		if c.generation == v2 {
			code = "Unauthorized"
		}
		return &apiError{http.StatusUnauthorized, code, "The token is not valid or no longer valid. Ask for a new one."}
	}
	if why := c.verifySignature(c.r, &c.signedURL, c.body); why != "" {
		return &apiError{http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information: " + why}
	}
	return nil
}
