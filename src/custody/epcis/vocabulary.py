"""Which words does the Core Business Vocabulary 2.0 have, and how long are they written?"""

from typing import Final

_CBV: Final = "https://ref.gs1.org/cbv/"
_VOC: Final = "https://gs1.org/voc/"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEPS: Final = _words("""
    accepting arriving assembling collecting commissioning consigning creating_class_instance
    cycle_counting decommissioning departing destroying disassembling dispensing encoding
    entering_exiting holding inspecting installing killing loading other packing picking receiving
    removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting
    shipping staging_outbound stock_taking stocking storing transporting unloading unpacking
    void_shipping
""")
DISPOSITIONS: Final = _words("""
    active available completeness_inferred completeness_verified conformant container_closed
    container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit
    inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement
    no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved
    retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown
""")
TRANSACTION_TYPES: Final = _words(
    "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"
)
PARTY_TYPES: Final = _words("owning_party possessing_party location")
ERROR_REASONS: Final = _words("did_not_occur incorrect_data")
COMPONENTS: Final = _words("""
    x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting
    northing latitude longitude altitude
""")
ALERTS: Final = _words("ALARM_CONDITION ERROR_CONDITION")
MEASUREMENTS: Final = _words("""
    AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area
    Capacitance Conductance Conductivity Count Density Dimensionless DoseEquivalent
    DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent ElectricCurrentDensity
    ElectricFieldStrength Energy Exposure Force Frequency Illuminance Inductance Irradiance
    KinematicViscosity Length LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux
    MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
    MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power
    Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity Resistance Resistivity
    SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage
    Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber
""")

LISTS: Final[dict[str, tuple[frozenset[str], str]]] = {
    "bizStep": (BIZ_STEPS, f"{_CBV}BizStep-"),
    "disposition": (DISPOSITIONS, f"{_CBV}Disp-"),
    "transaction": (TRANSACTION_TYPES, f"{_CBV}BTT-"),
    "party": (PARTY_TYPES, f"{_CBV}SDT-"),
    "reason": (ERROR_REASONS, f"{_CBV}ER-"),
    "component": (COMPONENTS, f"{_CBV}Comp-"),
    "alert": (ALERTS, _VOC),
    "measurement": (MEASUREMENTS, _VOC),
}
"""What a word stands for → the words there are, and what stands before one written as a URI."""

_SHORT: Final = {"cbv:": _CBV, "gs1:": _VOC}


def _spellings(word: str, before: str) -> list[str]:
    uri = before + word
    short = [prefix + uri.removeprefix(at) for prefix, at in _SHORT.items() if uri.startswith(at)]
    return [word, uri, *short]


_OLDER: Final = {
    "bizStep": "bizstep",
    "disposition": "disp",
    "transaction": "btt",
    "party": "sdt",
    "reason": "er",
}
"""How the lists are called in the URNs that EPCIS 1 had for words, and XML still has."""

_SPELT: Final = {
    kind: {spelling: word for word in words for spelling in _spellings(word, before)}
    for kind, (words, before) in LISTS.items()
}
_BARE: Final = {
    kind: {
        **spellings,
        **{f"urn:epcglobal:cbv:{_OLDER[kind]}:{one}": one for one in LISTS[kind][0]},
    }
    if kind in _OLDER
    else spellings
    for kind, spellings in _SPELT.items()
}
_FULL: Final = {
    kind: {spelling: LISTS[kind][1] + word for spelling, word in spellings.items()}
    for kind, spellings in _SPELT.items()
}


def bare(kind: str, value: str) -> str:
    """Return the bare word of a list for any of its spellings; what is none of it stays."""
    return _BARE[kind].get(value, value)


def full(kind: str, value: str) -> str:
    """Write a word of a list out as its URI; what is none of it stays."""
    return _FULL[kind].get(value, value)
