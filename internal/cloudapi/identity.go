package cloudapi

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
)

// registerIdentity adds what clients ask of the identity service before their first call of another one.
func (a *api) registerIdentity() {
	on := func(pattern string, open bool, handle func(*call) (answer, error)) {
		a.mux.Handle(pattern, &endpoint{generation: gateway, open: open, handle: handle})
	}
	on("POST /v3/auth/tokens", true, issueToken)
	on("GET /v3/auth/catalog", false, func(c *call) (answer, error) {
		return c.ok(http.StatusOK, members{"catalog": c.catalog(c.project), "links": members{}})
	})
	on("GET /v3/auth/domains", false, func(c *call) (answer, error) {
		return c.ok(http.StatusOK, members{
			"domains": []members{{"id": c.DomainID, "name": labName, "enabled": true}}, "links": members{},
		})
	})
	on("GET /v3/auth/projects", false, listProjects)
	on("GET /v3/projects", false, listProjects)
	on("GET /v3/users", false, func(c *call) (answer, error) {
		name := c.r.URL.Query().Get("name")
		if name == "" {
			name = labName
		}
		return c.ok(http.StatusOK, members{
			"users": []members{{"id": userID, "name": name, "domain_id": c.DomainID, "enabled": true}}, "links": members{},
		})
	})
	version := func(c *call) (answer, error) {
		return c.ok(http.StatusOK, members{"versions": []members{{
			"id": "v2.0", "status": "CURRENT", "links": []members{{"rel": "self", "href": c.origin() + "/v2.0/"}},
		}}})
	}
	on("GET /{$}", true, version)
	on("GET /v2.0", true, version)
}

// What the lab's only domain is called, and the id of its only user.
const (
	labName = "lab"
	userID  = "7670636c61620000000000000000a5e0"
)

// listProjects answers with one project, under the name that is asked for: a client looks for the project of its
// region, and a lab has one for all regions.
func listProjects(c *call) (answer, error) {
	name := c.r.URL.Query().Get("name")
	if name == "" {
		name = c.Region
	}
	return c.ok(http.StatusOK, members{
		"projects": []members{{
			"id": c.project, "name": name, "domain_id": c.DomainID, "enabled": true, "is_domain": false,
			"parent_id": c.DomainID, "description": "",
		}},
		"links": members{},
	})
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
func issueToken(c *call) (answer, error) {
	var q tokenRequest
	// Ways to log in have many members, which differ by client; even a strict API ignores those it has no use for.
	if err := json.Unmarshal(c.body, &q); err != nil {
		return answer{}, c.unreadable(err)
	}
	if q.Auth == nil {
		return answer{}, c.malformed("The request body has no object %q.", "auth")
	}
	if !c.admits(&q) {
		return answer{}, &refusal{
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
		return answer{}, badRequest("IAM.0011", "The project id %q is not one.", project)
	}
	if name == "" {
		name = c.Region
	}
	now := c.Clock().UTC()
	expires := now.Add(tokenLife)
	domain := members{"id": c.DomainID, "name": labName}
	const form = "2006-01-02T15:04:05.000000Z"
	return answer{
		status: http.StatusCreated,
		header: http.Header{"X-Subject-Token": {c.tokens.issue(claims{project, expires})}},
		body: members{"token": members{
			"issued_at": now.Format(form), "expires_at": expires.Format(form), "methods": list(q.Auth.Identity.Methods),
			"roles":   []members{},
			"project": members{"id": project, "name": name, "domain": domain},
			"user":    members{"id": userID, "name": labName, "domain": domain},
			"catalog": c.catalog(project),
		}},
	}, nil
}

// admits says whether a request for a token shows that its sender has the keys, when there are any.
func (c *call) admits(q *tokenRequest) bool {
	if c.AccessKey == "" || c.SecretKey == "" {
		return true
	}
	i := q.Auth.Identity
	if _, valid := c.tokens.read(i.Token.ID, c.Clock()); valid {
		return true
	}
	same := func(name, secret string) bool {
		return subtle.ConstantTimeCompare([]byte(name), []byte(c.AccessKey))&
			subtle.ConstantTimeCompare([]byte(secret), []byte(c.SecretKey)) == 1
	}
	return same(i.Password.User.Name, i.Password.User.Password) || same(i.Keys.Access.Key, i.Keys.Secret.Key)
}

// catalog says where the services are: all of them here.
func (c *call) catalog(project string) []members {
	origin := c.origin()
	var out []members
	for _, service := range []struct{ kind, name, path string }{
		{"network", "neutron", "/"},
		{"vpc", "vpc", "/v1/" + project},
		{"vpcv2.0", "vpcv2.0", "/v2.0/" + project},
		{"vpcv3", "vpcv3", "/v3/" + project},
		{"identity", "iam", "/v3"},
		{"dns", "dns", "/"},
		{"compute", "nova", "/v2.1/" + project},
	} {
		out = append(out, members{
			"type": service.kind, "name": service.name, "id": service.kind,
			"endpoints": []members{{
				"id": service.kind, "interface": "public", "region": c.Region, "region_id": c.Region,
				"url": origin + service.path,
			}},
		})
	}
	return out
}
