"""What is asked about, as far as it decides who may?"""

from dataclasses import dataclass

from custody.access.scope import Place, Scope


@dataclass(frozen=True, slots=True)
class Resource:
    """A thing: the sites that it concerns, where it came from, who carries it, and whose it is."""

    places: tuple[Place, ...] = ()
    left: tuple[Place, ...] = ()
    """Sites that it is on its way from."""
    carriers: tuple[str, ...] = ()
    organisation: str | None = None
    """Of an organisation itself: which."""

    def within(self, scope: Scope) -> bool:
        """Tell whether a scope reaches any part of it."""
        return (
            scope.everything
            or any(map(scope.covers, self.places))
            or (scope.follows and any(map(scope.covers, self.left)))
            or (scope.carrier is not None and scope.carrier in self.carriers)
            or (scope.organisation is not None and scope.organisation == self.organisation)
        )


WHOLE = Resource()
"""Of a list that names no site: all that its asker may see, and its query is narrowed to that."""
