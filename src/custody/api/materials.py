"""What went into processing at a site, what came of it, and does it add up?"""

from typing import Annotated, Any, Literal

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api import asking
from custody.api.answers import Answer
from custody.api.answers import Moment as When
from custody.api.asking import Edge
from custody.api.auth import asks
from custody.api.ledger_answers import Stretch
from custody.api.parameters import Cursor, Limit, Moment, Projected
from custody.api.routes import problems, router
from custody.books import Sources, material_lines, materials, weighing
from custody.events.vocabulary import SiteId
from custody.terms import Position

routes = router("materials")


class Dismantling(Answer):
    """What was put into dismantling against what came out, in grams."""

    pieces: int
    mass_g: int
    mass_unknown_pieces: int
    input_min_g: int
    input_max_g: int
    output_g: int
    loss_g: int
    difference_min_g: int
    difference_max_g: int
    tolerance_g: int
    verdict: Literal["balanced", "short", "over"]


class FractionStock(Answer):
    """A fraction that dismantling brings, and recovery and disposal use up."""

    fraction: str
    opening_g: int
    produced_g: int
    recovered_g: int
    disposed_g: int
    closing_g: int


class MaterialMade(Answer):
    """A recovered material."""

    material: str
    mass_g: int


class Metal(Answer):
    """What there can have been of a metal, and what can be in the materials recovered."""

    metal: Literal["li", "ni", "co", "mn", "fe", "cu", "al"]
    contained_min_g: int
    contained_max_g: int
    recovered_min_g: int
    recovered_max_g: int
    verdict: Literal["balanced", "short", "over"]


class MaterialLine(Answer):
    """One dismantling, or one batch of a recovery."""

    type: Literal["dismantle", "recover"]
    occurred_at: When
    movement: str
    position: int
    batteries: list[str]
    dismantling: Dismantling | None
    inputs: list[dict[str, Any]]
    outputs: list[dict[str, Any]]
    metals: list[Metal]


class Materials(Stretch):
    """The mass and material balance of a site; `items` are its dismantlings and recoveries."""

    dismantling: Dismantling
    fractions: list[FractionStock]
    materials: list[MaterialMade]
    metals: list[Metal]
    items: list[MaterialLine]


@routes.get(
    "/v1/sites/{site}/materials",
    response_model=Materials,
    responses=problems(404),
)
def tell_materials(
    request: Request,
    asker: Annotated[Subject, asks("read_books")],
    site: SiteId,
    _: Projected,
    from_: Annotated[Edge | None, Query(alias="from")] = None,
    to: Edge | None = None,
    known_at: Moment | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Balance what was put into processing at a site against what came out of it, in grams."""

    def read(sources: Sources, position: Position) -> Response:
        page = asking.page_of(request, position, site, (from_, to), known_at, cursor)
        lines = material_lines.lines(sources, page.asked, page.after, limit + 1)
        out = materials.fractions(sources, page.asked)
        told = {
            **asking.told(page),
            "dismantling": material_lines.dismantling(
                weighing.dismantled(sources, page.asked),
                sum(row["produced_g"] for row in out),
                materials.loss(sources, page.asked),
            ),
            "fractions": out,
            "materials": materials.materials(sources, page.asked),
            "metals": material_lines.metals(*materials.recoveries(sources, page.asked)),
            "items": [line.row for line in lines[:limit]],
        }
        more = lines[limit - 1].place if len(lines) > limit else None
        return asking.paged(request, page, told, more)

    response: Response = asking.read_at_one_moment(request, asker, site, read)
    return response
