"""Which problems can giving out numbers tell of?"""

from custody.api.refusals.kind import Kind

KINDS: dict[str, Kind] = {
    "numbers_exhausted": Kind(
        409,
        "号段已用尽",
        "Numbers used up",
        (
            "此行政区划在该期间仅余 {left} 个号码。请减少数量；用尽后请待下一年（标签）"
            "或次日（交接单）。"
        ),
        (
            "This division has {left} numbers left for the time. Ask for fewer; once they are used "
            "up, the next year's tags or the next day's consignment numbers follow."
        ),
    ),
}
