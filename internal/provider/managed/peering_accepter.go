package managed

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// accepterOperations are those of a decision about a peering connection. Its id is the connection's.
type accepterOperations struct{}

func (accepterOperations) decision(doc Document) (*network.PeeringAccepter, error) {
	a := &network.PeeringAccepter{}
	return a, decode(doc, a)
}

func (accepterOperations) document(a *network.PeeringAccepter) Document {
	doc := Document{"kind": string(network.KindPeeringAccepter), "status": string(a.Decision())}
	doc["accept"] = a.Accept == nil || *a.Accept
	if a.PeeringID != "" {
		doc["vpc_peering_connection_id"], doc["id"] = a.PeeringID, a.PeeringID
		doc["ref"] = Ref(network.KindPeeringAccepter, a.PeeringID)
	}
	return doc
}

func (p accepterOperations) validate(doc Document) (network.Problems, error) {
	a, err := p.decision(doc)
	if err != nil {
		return nil, err
	}
	return a.Validate(), nil
}

func (p accepterOperations) plan(ctx context.Context, data *ProviderData, in planRequest) (Document, network.Problems, error) {
	a, err := p.decision(in.doc)
	if err != nil {
		return nil, nil, err
	}
	if in.unknown["vpc_peering_connection_id"] || in.unknown["accept"] {
		return p.document(a), nil, nil
	}
	problems, err := data.Draft.Decide(ctx, a, data.Project)
	return p.document(a), problems, err
}

func (accepterOperations) drop(context.Context, *ProviderData, string) (network.Problems, error) {
	return nil, nil
}

func (accepterOperations) replace(*ProviderData, string) {}

func (p accepterOperations) create(ctx context.Context, data *ProviderData, doc Document) (Document, error) {
	a, err := p.decision(doc)
	if err != nil {
		return nil, err
	}
	if _, err := data.Cloud.DecidePeering(ctx, a.PeeringID, data.Project, a.Decision()); err != nil {
		return nil, err
	}
	return p.document(a), nil
}

func (p accepterOperations) read(ctx context.Context, data *ProviderData, id string) (Document, error) {
	c, err := emulator.Get[*network.Peering](ctx, data.Cloud, id)
	if emulator.IsNotFound(err) || err == nil && c.Status == network.PeeringPending {
		return nil, nil //nolint:nilnil // Nothing has been decided, or there is nothing to decide about.
	}
	if err != nil {
		return nil, err
	}
	return p.document(&network.PeeringAccepter{
		PeeringID: id, Accept: new(c.Status != network.PeeringRejected),
	}), nil
}

func (p accepterOperations) update(ctx context.Context, data *ProviderData, _ string, doc Document) (Document, error) {
	return p.create(ctx, data, doc)
}

// delete forgets the decision. The cloud has no call to take one back; the connection stays as it is.
func (accepterOperations) delete(context.Context, *ProviderData, string) error { return nil }
