package cloudapi

import (
	"net/http"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// virsubnetCIDRReservationRoutesV3 are the blocks of a subnet's addresses that are set aside.
var virsubnetCIDRReservationRoutesV3 = routeGroup{
	generation: v3, kind: network.KindReservation, invalidCode: "VPC.9901",
	routes: []route{
		{"POST /v3/{project_id}/vpc/virsubnet-cidr-reservations", createReservation},
		{"GET /v3/{project_id}/vpc/virsubnet-cidr-reservations", listReservations},
		{"GET /v3/{project_id}/vpc/virsubnet-cidr-reservations/{id}", getReservation},
		{"PUT /v3/{project_id}/vpc/virsubnet-cidr-reservations/{id}", updateReservation},
		{"DELETE /v3/{project_id}/vpc/virsubnet-cidr-reservations/{id}", deleteObject[*network.Reservation]},
	},
}

func reservationV3(r *network.Reservation) jsonObject {
	return jsonObject{
		"id": r.ID, "virsubnet_id": r.SubnetID, "vpc_id": r.VPCID, "ip_version": r.IPVersion, "cidr": r.CIDR, "name": r.Name,
		"description": r.Description, "project_id": r.Project,
		"created_at": timeV3(r.CreatedAt), "updated_at": timeV3(r.UpdatedAt),
	}
}

type reservationRequest struct {
	SubnetID    string  `json:"virsubnet_id"`
	IPVersion   *number `json:"ip_version"`
	CIDR        string  `json:"cidr"`
	Mask        *number `json:"mask"`
	Name        *string `json:"name"`
	Description *string `json:"description"`
}

func (c *requestContext) reservationRequest() (q *reservationRequest, dryRun bool, err error) {
	body, err := decode[struct {
		Reservation *reservationRequest `json:"virsubnet_cidr_reservation"`
		DryRun      bool                `json:"dry_run"`
	}](c)
	if err != nil {
		return nil, false, err
	}
	q, err = required(c, body.Reservation, "virsubnet_cidr_reservation")
	return q, body.DryRun, err
}

// createReservation sets aside a block (NET-18): the one that is named or, for a mask, one the cloud chooses.
func createReservation(c *requestContext) (response, error) {
	q, dryRun, err := c.reservationRequest()
	if err != nil {
		return response{}, err
	}
	if (q.CIDR == "") == (q.Mask == nil) {
		return response{}, c.invalidRequest("virsubnet_cidr_reservation needs a cidr or a mask, and not both.")
	}
	var created *network.Reservation
	err = c.runOrValidate(dryRun, func(cloud *emulator.Cloud) error {
		s, err := get[*network.Subnet](c, cloud, q.SubnetID)
		if emulator.IsNotFound(err) {
			return c.subnetNotFound(q.SubnetID)
		}
		if err != nil {
			return err
		}
		r := &network.Reservation{
			SubnetID: s.ID, VPCID: s.VPCID, IPVersion: valueOr(q.IPVersion.integer(), 4), CIDR: q.CIDR,
			Name: valueOr(q.Name, ""), Description: valueOr(q.Description, ""),
		}
		if q.Mask != nil {
			block, err := cloud.FreeBlock(c.r.Context(), s.ID, r.IPVersion, int(*q.Mask))
			if err != nil {
				return err
			}
			r.CIDR = block.String()
		}
		created, err = create(c, cloud, r)
		return err
	})
	switch {
	case err != nil:
		return response{}, err
	case dryRun:
		return dryRunPassed()
	default:
		return respond(http.StatusCreated, jsonObject{"virsubnet_cidr_reservation": reservationV3(created)})
	}
}

func listReservations(c *requestContext) (response, error) {
	type reservation = *network.Reservation
	f := c.ownFilter()
	if ids := c.r.URL.Query()["virsubnet_id"]; len(ids) == 1 && ids[0] != "" {
		f.Attribute, f.Target = "subnet_id", ids[0]
	}
	p, err := selectPage(c, f, queryFilters[reservation]{
		"id":                    byID[reservation],
		"virsubnet_id":          func(r reservation, s string) bool { return r.SubnetID == s },
		"cidr":                  func(r reservation, s string) bool { return r.CIDR == s },
		"ip_version":            func(r reservation, s string) bool { return strconv.Itoa(r.IPVersion) == s },
		"name":                  func(r reservation, s string) bool { return r.Name == s },
		"description":           func(r reservation, s string) bool { return r.Description == s },
		"enterprise_project_id": byEnterpriseProject[reservation],
	})
	if err != nil {
		return response{}, err
	}
	return respondPage(c, "virsubnet_cidr_reservations", p, reservationV3)
}

func getReservation(c *requestContext) (response, error) {
	r, err := get[*network.Reservation](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"virsubnet_cidr_reservation": reservationV3(r)})
}

func updateReservation(c *requestContext) (response, error) {
	q, dryRun, err := c.reservationRequest()
	if err != nil {
		return response{}, err
	}
	r, err := changeOrValidate(c, dryRun, c.path("id"), func(_ *emulator.Cloud, r *network.Reservation) error {
		setIfPresent(&r.Name, q.Name)
		setIfPresent(&r.Description, q.Description)
		return nil
	})
	switch {
	case err != nil:
		return response{}, err
	case dryRun:
		return dryRunPassed()
	default:
		return respond(http.StatusOK, jsonObject{"virsubnet_cidr_reservation": reservationV3(r)})
	}
}
