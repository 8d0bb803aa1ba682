"""What may a manifest say? EPA's schema 1.3, strict in what we read and loose in what we do not."""

from typing import Annotated, Any, Literal

from pydantic import Field

from custody.importing.emanifest.parts import (
    CONTAINERS_MAX,
    LINE_NUMBER_MAX,
    LINES_MAX,
    QUANTITY_MAX,
    TRANSPORTERS_MAX,
    ContainerCode,
    EpaSite,
    Part,
    SiteType,
    Status,
    Submission,
    TrackingNumberOrNone,
    TrackingNumbers,
    Unread,
    When,
)
from custody.importing.emanifest.quantities import Unit

Whole = Annotated[int, Field(ge=1)]


class PaperSignature(Part):
    """A signature on paper, as it was typed in."""

    printed_name: str | None = None
    signature_date: When | None = None


class ElectronicSignature(Part):
    """A signature given in the system itself."""

    signer: Unread = None
    signature_date: When | None = None
    human_readable_document: Unread = None
    cromerr_activity_id: str | None = None
    cromerr_document_id: str | None = None
    signer_role: str | None = None
    signature_method: str | None = None
    on_behalf: bool | None = None


class Party(Part):
    """A site that has to do with the waste: its generator, a carrier, a facility."""

    site_type: SiteType | None = None
    epa_site_id: EpaSite
    name: Annotated[str, Field(max_length=80)] | None = None
    mailing_address: Unread = None
    site_address: Unread = None
    contact: Unread = None
    emergency_phone: Unread = None
    paper_signature_info: PaperSignature | None = None
    electronic_signatures_info: tuple[ElectronicSignature, ...] = ()
    order: Whole | None = None
    registered: bool | None = None
    modified: bool | None = None
    limited_esign: bool | None = None
    can_esign: bool | None = None
    site_state: Unread = None
    has_registered_emanifest_user: bool | None = None
    gis_primary: bool | None = None
    signature_type: str | None = None


class Code(Part):
    """A code without its description."""

    code: str


class ContainerType(Part):
    """A kind of container."""

    code: ContainerCode
    description: str | None = None


class UnitOfMeasurement(Part):
    """A unit of mass or volume."""

    code: Unit
    description: str | None = None


class Quantity(Part):
    """How much there is of a waste, in how many containers."""

    container_number: Annotated[int, Field(ge=0, le=CONTAINERS_MAX)] | None = None
    container_type: ContainerType | None = None
    quantity: Annotated[int, Field(ge=0, le=QUANTITY_MAX)] | None = None
    unit_of_measurement: UnitOfMeasurement | None = None


class DotInformation(Part):
    """How the waste is named in transport."""

    id_number: Code
    printed_dot_information: Annotated[str, Field(max_length=500)]


class Discrepancy(Part):
    """What the facility found otherwise in a waste line."""

    waste_quantity: bool = False
    waste_type: bool = False
    discrepancy_comments: str | None = None
    residue: bool = False
    residue_comments: str | None = None


class AdditionalInfo(Part):
    """References, and which manifests this one carries on."""

    original_manifest_tracking_numbers: TrackingNumbers = ()
    new_manifest_destination: str | None = None
    consent_number: str | None = None
    comments: tuple[dict[str, Any], ...] = ()
    handling_instructions: str | None = None
    pcb_alternate_designated_facility: Unread = None


class Waste(Part):
    """A waste line."""

    dot_hazardous: bool
    dot_information: DotInformation | None = None
    waste_description: str | None = None
    quantity: Quantity | None = None
    br_info: Unread = None
    br: bool
    hazardous_waste: Unread = None
    pcb: bool
    pcb_infos: tuple[dict[str, Any], ...] | None = None
    discrepancy_residue_info: Discrepancy | None = None
    management_method: Unread = None
    additional_info: AdditionalInfo | None = None
    line_number: Annotated[int, Field(ge=1, le=LINE_NUMBER_MAX)]
    epa_waste: bool


class RejectionInfo(Part):
    """What the facility turned away, and where that goes."""

    transporter_on_site: bool = False
    rejection_type: Literal["FullReject", "PartialReject"]
    alternate_designated_facility_type: Literal["Generator", "Tsdf"] | None = None
    generator_paper_signature: PaperSignature | None = None
    generator_electronic_signature: ElectronicSignature | None = None
    alternate_designated_facility: Party | None = None
    new_manifest_tracking_numbers: TrackingNumbers = ()
    rejection_comments: str | None = None


class Manifest(Part):
    """A whole manifest."""

    created_date: str | None = None
    updated_date: str | None = None
    manifest_tracking_number: TrackingNumberOrNone = None
    status: Status | None = None
    is_public: bool | None = None
    submission_type: Submission | None = None
    signature_status: bool | None = None
    origin_type: str | None = None
    shipped_date: When | None = None
    potential_ship_date: str | None = None
    received_date: When | None = None
    certified_date: str | None = None
    certified_by: Unread = None
    last_updated_by: Unread = None
    generator: Party
    transporters: Annotated[tuple[Party, ...], Field(max_length=TRANSPORTERS_MAX)]
    designated_facility: Party
    broker: Unread = None
    wastes: Annotated[tuple[Waste, ...], Field(max_length=LINES_MAX)]
    rejection: bool = False
    rejection_info: RejectionInfo | None = None
    discrepancy: bool | None = None
    residue: bool | None = None
    residue_new_manifest_tracking_numbers: TrackingNumbers = ()
    import_: bool | None = Field(default=None, alias="import")
    import_info: Unread = None
    correction_requests: tuple[dict[str, Any], ...] | None = None
    contains_previous_reject_or_residue: bool | None = None
    printed_document: Unread = None
    form_document: Unread = None
    additional_info: AdditionalInfo | None = None
    correction_info: Unread = None
    ppc_status: str | None = None
    mtn_validation_info: Unread = None
    provide_image_generator_info: bool | None = None
    locked: bool | None = None
    lock_reason: str | None = None
