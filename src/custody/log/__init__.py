"""How does anyone see that recorded facts are neither changed, removed nor put in between?

By a Merkle tree over all of them, in the forms that the rest of the world reads: RFC 6962 for the
tree, C2SP's tlog-tiles, signed-note, tlog-checkpoint, tlog-cosignature, tlog-witness, tlog-policy
and tlog-proof for what is handed out.
"""
