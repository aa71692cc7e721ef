"""The types of the profile: name, JSON root, XML namespace, content."""

from typing import NamedTuple

import msgspec

from abs_ambulance_bridge.hub_sante import types as t

NAMESPACE = "urn:emergency:eda:1.9:"


class Type(NamedTuple):
    name: str
    root: str
    content: type[msgspec.Struct]
    title: str

    @property
    def namespace(self) -> str:
        """Of its XML: three of them keep the case of their root, the others do not."""
        cased = self.root.startswith("createCase")
        return NAMESPACE + (self.root if cased else self.root.lower())


TYPES = (
    Type("RC-EDA", "createCase", t.CreateCase, "an incident, for every service"),
    Type("RC-RI", "resourcesInfoCisu", t.ResourcesInfoCisu, "vehicles engaged, for every service"),
    Type("RC-REF", "reference", t.Reference, "functional acknowledgement"),
    Type("RS-EDA", "createCaseHealth", t.CreateCaseHealth, "a medical case"),
    Type(
        "RS-EDA-MAJ", "createCaseHealthUpdate", t.CreateCaseHealthUpdate, "what changed in a case"
    ),
    Type("RS-DR", "resourcesRequest", t.ResourcesRequest, "request for a resource"),
    Type("RS-RR", "resourcesResponse", t.ResourcesResponse, "answer to such a request"),
    Type("RS-ER", "resourcesEngagement", t.ResourcesEngagement, "order to engage vehicles"),
    Type("RS-RI", "resourcesInfo", t.ResourcesInfo, "vehicles engaged, with their history"),
    Type("RS-SR", "resourcesStatus", t.ResourcesStatus, "one status of one vehicle"),
    Type("RS-BPV", "interventionReport", t.InterventionReport, "patient report"),
    Type("RS-RPIS", "rpis", t.Rpis, "record of an intervention"),
    Type("RS-SAS-RDV", "appointment", t.Appointment, "appointment for care that is not urgent"),
    Type("RS-URL", "documentLink", t.DocumentLink, "links to documents"),
    Type("RS-ERROR", "error", t.Error, "what could not be done with a message"),
    Type("GEO-POS", "geoPositionsUpdate", t.GeoPositionsUpdate, "where vehicles are"),
    Type("GEO-REQ", "geoResourcesRequest", t.GeoResourcesRequest, "question about vehicles"),
    Type("GEO-RES", "geoResourcesDetails", t.GeoResourcesDetails, "details of vehicles"),
    Type("EMSI", "emsi", t.Emsi, "operations of all services"),
)
BY_ROOT = {each.root: each for each in TYPES}
BY_NAME = {each.name: each for each in TYPES}

NOT_OURS = frozenset({"technical", "technicalNoreq", "customContent", "distributionElement"})
"""Roots of the publisher's model that are no business message: its own tools are tried
with the first two, and the others say nothing."""
HEADERLESS = frozenset({"error", "technicalNoreq", "customContent", "distributionElement"})
"""Roots beside which the model asks for no message header."""
