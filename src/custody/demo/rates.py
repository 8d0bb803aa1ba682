"""How often does something go wrong in the made-up weeks?"""

# Of requests.
LATE = 0.03  # the terminal was out of reach for hours or days
DUPLICATE = 0.01  # the answer got lost, so the terminal sends the same again

# Of consignments.
OUT_OF_ORDER = 0.04  # the receiver reports before the sender does
WRONG = 0.03  # entered, but the truck never took it; voided soon after

# Of the batteries in a consignment.
MISSING = 0.005  # on the list, not on the truck
EXTRA = 0.004  # on the truck, not on the list; the receiver counts it
STRAY = 0.004  # the same, but the receiver only notices when it is put away
REJECTED = 0.006  # the receiver sends it back

# Of all batteries.
UNCODED = 0.12  # no legible code of the maker: the point sticks a tag on
SECOND_DROP_OFF = 0.01  # the same code is dropped off again elsewhere
AFTER_THE_END = 0.03  # a dismantled battery's code is scanned once more
