"""How often does something go wrong in the made-up weeks?"""

from typing import Final

# Of requests.
LATE = 0.03  # the terminal of a point was out of reach for hours or days
LATE_ELSEWHERE = 0.001  # larger sites are better connected, and send all day long
DUPLICATE = 0.01  # the answer got lost, so the terminal sends the same again

# Of consignments.
OUT_OF_ORDER = 0.02  # the receiver reports before the sender does
WRONG = 0.03  # entered, but the truck never took it; voided soon after

# Of the batteries in a consignment.
MISSING = 0.005  # on the list, not on the truck
EXTRA = 0.004  # on the truck, not on the list; the receiver counts it
STRAY = 0.004  # the same, but the receiver only notices when it is put away
REJECTED = 0.006  # the receiver sends it back

# Of those missing: half had been left behind. Whoever answers for them may say what became of them.
LEFT_BEHIND = 0.5
TOLD = 0.7
TURNS_UP = 0.4  # what had been on the truck all the time, and comes to its receiver after all

# Of all batteries.
UNCODED = 0.12  # no legible code of the maker: the point sticks a tag on
UNREADABLE = 0.025  # the label comes off later: a tag, linked to the code it had
SECOND_DROP_OFF = 0.01  # the same code is dropped off again elsewhere
AFTER_THE_END = 0.03  # a dismantled battery's code is scanned once more
HIDDEN = 0.03  # broken in a way that only a closer look shows
HIGHLY_CHARGED = 0.10  # to be discharged before it is packed
NEARLY_NEW = 0.003  # retired within weeks of having been made
WITH_MODULES = 0.12  # taken apart into modules that have codes of their own
APART_AT_THE_RECYCLER = 0.5  # of the packs that come there; the others go in whole

ONE_IN: Final = {
    # of drop-offs
    "mass_mistyped": 300,
    "day_mistyped": 400,
    "entered_twice": 450,
    "channel_mistaken": 120,  # of those under an order
    "order_mistyped": 150,
    "other_pack": 4,  # of second drop-offs: another pack bears the same code
    # of orders
    "sale_not_named": 40,
    "not_scheduled": 25,
    "cancelled": 15,
    "nobody_there": 8,
    # of tags
    "borrowed": 60,  # from the neighbour's book
    "old_code_read": 3,  # under the tag, at the next measurement
    # of what is measured, stored and packed
    "code_mistyped": 350,
    "passed_all_the_same": 40,  # of those beyond a limit
    "kept_too_mildly": 30,  # of those damaged
    "never_treated": 60,
    "packed_too_weakly": 20,  # of consignments of damaged ones
    # of consignments
    "item_mistaken": 25,
    "received_twice": 150,
    "carrier_not_registered": 30,  # of those handed on
    "hand_on_forgotten": 12,
    "handed_on_first": 50,  # reported before the sender reports that it left
    "seal_misread": 200,
    "plate_misread": 300,
    "unloaded_elsewhere": 150,
    "not_weighed_right": 150,
    # of the rounds to a site that is suspended
    "not_told": 3,
    "straight_on": 2,  # of the others: a tier higher at once
    # of batteries taken apart
    "fraction_forgotten": 150,
    "scale_not_reset": 200,
}
"""What is rarer still happens once in so many times."""
