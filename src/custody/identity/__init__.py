"""How else than by a key of ours may somebody show who they are?

A person by the token of an identity provider; a machine by a request signed with its registered
key, or by a certificate that a proxy has checked.
"""
