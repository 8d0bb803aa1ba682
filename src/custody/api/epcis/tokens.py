"""What if a page's token is given back? Nothing was held for it, so all is released."""

from typing import Annotated

from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api.auth import asks
from custody.api.epcis import pages, spoken
from custody.api.epcis.spoken import discoverable

routes = spoken.router()


@routes.delete(
    "/nextPageToken/{token}",
    status_code=204,
    response_class=Response,
    responses=spoken.problems("epcis_token_invalid"),
)
def release_page(
    request: Request, _: Annotated[Subject, asks("read_epcis")], token: str
) -> Response:
    """Release what is held for the next page: nothing is, for its token tells all there is.

    So it is answered as often as it is asked, before and after the token expires.
    """
    spoken.only(request)
    pages.read_token(token)
    return Response(status_code=204, headers=spoken.VERSIONS)


discoverable(routes, "/nextPageToken/{token}", ["DELETE"])
