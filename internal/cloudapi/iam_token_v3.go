package cloudapi

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
)

var iamTokenRoutesV3 = routeGroup{
	generation: gateway, open: true,
	routes: []route{{"POST /v3/auth/tokens", issueToken}},
}

type tokenRequest struct {
	Auth *struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password struct {
				User struct {
					Name     string `json:"name"`
					Password string `json:"password"`
				} `json:"user"`
			} `json:"password"`
			Token struct {
				ID string `json:"id"`
			} `json:"token"`
			Keys struct {
				Access struct {
					Key string `json:"key"`
				} `json:"access"`
				Secret struct {
					Key string `json:"key"`
				} `json:"secret"`
			} `json:"hw_ak_sk"`
		} `json:"identity"`
		Scope struct {
			Project struct {
				ID   string `json:"id"`
				Name string `json:"name"`
			} `json:"project"`
		} `json:"scope"`
	} `json:"auth"`
}

// issueToken answers with a token. When keys are set, they are the user's name and password.
func issueToken(c *requestContext) (response, error) {
	var q tokenRequest
	// Ways to log in have many members, which differ by client; even a strict API ignores those it has no use for.
	if err := json.Unmarshal(c.body, &q); err != nil {
		return response{}, c.decodeError(err)
	}
	if q.Auth == nil {
		return response{}, c.invalidRequest("The request body has no object %q.", "auth")
	}
	if !c.hasCredentials(&q) {
		return response{}, &apiError{
			http.StatusUnauthorized, "IAM.0001",
			"The name and password, or the keys, or the token are not those of this lab: its user is named as its access " +
				"key, and the password is its secret key.",
		}
	}
	project, name := q.Auth.Scope.Project.ID, q.Auth.Scope.Project.Name
	if project == "" {
		project = c.Project
	}
	if !projectForm.MatchString(project) {
		return response{}, badRequest("IAM.0011", "The project id %q is not one.", project)
	}
	if name == "" {
		name = c.Region
	}
	now := c.Clock().UTC()
	expires := now.Add(tokenLife)
	domain := jsonObject{"id": c.DomainID, "name": domainName}
	const form = "2006-01-02T15:04:05.000000Z"
	return response{
		status: http.StatusCreated,
		header: http.Header{"X-Subject-Token": {c.tokens.issue(claims{project, expires})}},
		body: jsonObject{"token": jsonObject{
			"issued_at": now.Format(form), "expires_at": expires.Format(form), "methods": emptyIfNil(q.Auth.Identity.Methods),
			"roles":   []jsonObject{},
			"project": jsonObject{"id": project, "name": name, "domain": domain},
			"user":    jsonObject{"id": userID, "name": domainName, "domain": domain},
			"catalog": c.catalog(project),
		}},
	}, nil
}

// hasCredentials reports whether a request for a token shows that its sender has the keys, when there are any.
func (c *requestContext) hasCredentials(q *tokenRequest) bool {
	if c.AccessKey == "" || c.SecretKey == "" {
		return true
	}
	i := q.Auth.Identity
	if _, valid := c.tokens.verify(i.Token.ID, c.Clock()); valid {
		return true
	}
	same := func(name, secret string) bool {
		return subtle.ConstantTimeCompare([]byte(name), []byte(c.AccessKey))&
			subtle.ConstantTimeCompare([]byte(secret), []byte(c.SecretKey)) == 1
	}
	return same(i.Password.User.Name, i.Password.User.Password) || same(i.Keys.Access.Key, i.Keys.Secret.Key)
}
