"""The messages of the profile, one module each."""

from abs_ambulance_bridge.hub_sante.types.emsi import Emsi
from abs_ambulance_bridge.hub_sante.types.geo_pos import GeoPositionsUpdate
from abs_ambulance_bridge.hub_sante.types.geo_req import GeoResourcesRequest
from abs_ambulance_bridge.hub_sante.types.geo_res import GeoResourcesDetails
from abs_ambulance_bridge.hub_sante.types.rc_eda import CreateCase
from abs_ambulance_bridge.hub_sante.types.rc_ref import Reference
from abs_ambulance_bridge.hub_sante.types.rc_ri import ResourcesInfoCisu
from abs_ambulance_bridge.hub_sante.types.rs_bpv import InterventionReport
from abs_ambulance_bridge.hub_sante.types.rs_dr import ResourcesRequest
from abs_ambulance_bridge.hub_sante.types.rs_eda import CreateCaseHealth
from abs_ambulance_bridge.hub_sante.types.rs_eda_maj import CreateCaseHealthUpdate
from abs_ambulance_bridge.hub_sante.types.rs_er import ResourcesEngagement
from abs_ambulance_bridge.hub_sante.types.rs_error import Error
from abs_ambulance_bridge.hub_sante.types.rs_ri import ResourcesInfo
from abs_ambulance_bridge.hub_sante.types.rs_rpis import Rpis
from abs_ambulance_bridge.hub_sante.types.rs_rr import ResourcesResponse
from abs_ambulance_bridge.hub_sante.types.rs_sas_rdv import Appointment
from abs_ambulance_bridge.hub_sante.types.rs_sr import ResourcesStatus
from abs_ambulance_bridge.hub_sante.types.rs_url import DocumentLink

__all__ = [
    "Appointment",
    "CreateCase",
    "CreateCaseHealth",
    "CreateCaseHealthUpdate",
    "DocumentLink",
    "Emsi",
    "Error",
    "GeoPositionsUpdate",
    "GeoResourcesDetails",
    "GeoResourcesRequest",
    "InterventionReport",
    "Reference",
    "ResourcesEngagement",
    "ResourcesInfo",
    "ResourcesInfoCisu",
    "ResourcesRequest",
    "ResourcesResponse",
    "ResourcesStatus",
    "Rpis",
]
