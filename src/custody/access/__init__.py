"""Who may do what? One function decides, and whoever serves asks it.

Pure: what it must know of a thing (whose it is, where it lies) comes in with the question. What one
may see of a list is told as a `Scope`, which the projections turn into a condition of their query.
"""

from custody.access.actions import ACTIONS, ALLOWED, MOVEMENTS, Action
from custody.access.deciding import Decision, can, may_post
from custody.access.resource import WHOLE, Resource
from custody.access.scope import EVERYTHING, Place, Scope, prefix
from custody.access.subject import ROLES, How, Role, Subject

__all__ = [
    "ACTIONS",
    "ALLOWED",
    "EVERYTHING",
    "MOVEMENTS",
    "ROLES",
    "WHOLE",
    "Action",
    "Decision",
    "How",
    "Place",
    "Resource",
    "Role",
    "Scope",
    "Subject",
    "can",
    "may_post",
    "prefix",
]
