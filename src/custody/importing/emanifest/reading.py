"""Can a manifest be taken for what it says? All that is wrong with it, each with its place."""

from collections import Counter
from collections.abc import Iterator

from pydantic import ValidationError

from custody import codes
from custody.events import complaints
from custody.events.vocabulary import MASS_G_MAX
from custody.importing.emanifest.manifest import Manifest, Waste
from custody.importing.emanifest.quantities import grams
from custody.terms import FieldError, Refused


def read(text: str) -> Manifest:
    """Read a manifest's text. Raises Refused, field by field."""
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise complaints.refused(error) from None
    errors = [*_of_lines(manifest), *_of_the_whole(manifest)]
    if errors:
        raise Refused("invalid_fields", *errors[: complaints.ERRORS_MAX])
    return manifest


def mass_of(waste: Waste) -> int | None:
    """Return the grams of a waste line, if it was weighed."""
    said = waste.quantity
    if said is None or said.quantity is None or said.unit_of_measurement is None:
        return None
    return grams(said.quantity, said.unit_of_measurement.code)


def un_number_of(waste: Waste) -> str | None:
    """Return a waste line's UN number; NA numbers are North America's own. Raises CodeError."""
    named = waste.dot_information.id_number.code if waste.dot_information else ""
    return codes.un_number(named.removeprefix("UN")) if named.startswith("UN") else None


def _of_lines(manifest: Manifest) -> Iterator[FieldError]:
    numbers = Counter[int]()
    for index, waste in enumerate(manifest.wastes):
        place = f"/wastes/{index}"
        numbers[waste.line_number] += 1
        if numbers[waste.line_number] > 1:
            yield _told(
                f"{place}/lineNumber",
                "line_twice",
                f"there are two waste lines {waste.line_number}; number each line once",
                f"废物行 {waste.line_number} 重复；每行编号须唯一",
            )
        said = waste.quantity
        if said and said.quantity is not None and said.unit_of_measurement is None:
            yield FieldError(f"{place}/quantity/unitOfMeasurement", "required")
        if (mass_of(waste) or 0) > MASS_G_MAX:
            yield _too_heavy(f"{place}/quantity/quantity")
        try:
            un_number_of(waste)
        except codes.CodeError as error:
            place += "/dotInformation/idNumber/code"
            yield _told(place, error.code, error.detail, error.detail_zh)


def _of_the_whole(manifest: Manifest) -> Iterator[FieldError]:
    for field, parts in (("transporters", manifest.transporters), ("wastes", manifest.wastes)):
        if not parts:
            yield FieldError(f"/{field}", "too_few", {"bound": 1})
    if manifest.rejection and manifest.rejection_info is None:
        yield FieldError("/rejectionInfo", "required")
    if sum(mass_of(waste) or 0 for waste in manifest.wastes) > MASS_G_MAX:
        yield _too_heavy("/wastes")


def _too_heavy(place: str) -> FieldError:
    tonnes = MASS_G_MAX // 1_000_000
    return _told(
        place,
        "too_heavy",
        f"a consignment weighs at most {tonnes} tonnes; check quantity and unit",
        f"一批最多 {tonnes} 吨；请核对数量和单位",
    )


def _told(place: str, code: str, detail: str, detail_zh: str) -> FieldError:
    return FieldError(place, code, {"detail": detail, "detail_zh": detail_zh})
