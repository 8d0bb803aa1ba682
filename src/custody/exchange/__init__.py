"""What do partners tell us, and ask us, in the words of EPCIS 2.0?

What they tell is a record of the ledger. What they ask is answered from an index that follows the
ledger and can be made again: their events as they sent them, and our own facts told as events.
"""
