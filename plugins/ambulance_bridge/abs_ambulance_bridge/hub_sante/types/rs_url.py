"""RS-URL: links to documents."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from abs_ambulance_bridge.hub_sante.scalars import CaseId, Part, PatientId


class Document(Part, frozen=True, kw_only=True):
    document_type: str | UnsetType = UNSET
    url: str


class DocumentLink(Part, frozen=True, kw_only=True):
    case_id: CaseId
    patient_id: PatientId | UnsetType = UNSET
    code: str | UnsetType = UNSET
    document: Annotated[tuple[Document, ...], Meta(min_length=1)]
