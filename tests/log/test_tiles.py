import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.log import tiles, tree
from custody.log.tiles import ENTRIES, BadBundle, BadPath, Tile
from tests.log.shared import golden, golden_json
from tests.log.trees import index_and_size, leaves, nodes_of

levels = st.integers(0, tiles.LEVEL_MAX) | st.just(ENTRIES)
all_tiles = st.builds(
    Tile, levels, st.integers(0, tiles.NUMBER_MAX), st.integers(1, tiles.WIDTH_MAX)
)


def test_published_paths_are_written_so() -> None:
    paths = golden_json("tiles/paths.json")
    for level, number, width, expected in paths["tile"]:
        assert tiles.path(level, number, width or tiles.WIDTH_MAX) == expected
    for index, size, expected in paths["entries_for_index"]:
        number = index // tiles.WIDTH_MAX
        assert tiles.path(ENTRIES, number, tiles.width(ENTRIES, number, size)) == expected


def test_published_paths_are_read_so() -> None:
    for level, index, *tile in golden_json("tiles/paths.json")["parse_ok"]:
        wanted_level, number, width = tile
        assert tiles.parse(f"tile/{level}/{index}") == (
            wanted_level,
            number,
            width or tiles.WIDTH_MAX,
        )


def test_published_bad_paths_are_refused() -> None:
    for level, index in golden_json("tiles/paths.json")["parse_bad"]:
        with pytest.raises(BadPath):
            tiles.parse(f"tile/{level}/{index}")


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "/tile/0/000",
        "tile/entries/000/",
        "tile/0/x009/x223/x372/x036/x854/x775/808",
    ],
)
def test_a_path_is_written_in_one_way_only(path: str) -> None:
    with pytest.raises(BadPath):
        tiles.parse(path)


@given(all_tiles)
def test_a_path_reads_back(tile: Tile) -> None:
    assert tiles.parse(tiles.path(*tile)) == tile


@given(st.text("tile/0123456789x.p entries", max_size=40) | st.text())
def test_whatever_is_read_is_written_the_same(text: str) -> None:
    try:
        tile = tiles.parse(text)
    except BadPath:
        return
    assert tiles.path(*tile) == text


def test_published_widths() -> None:
    for case in golden_json("tiles/paths.json")["partial_widths"]["cases"]:
        size = case["size"]
        partial = {tile.level: tile.width for tile in tiles.edge(size)}
        for level in range(3):
            full = tiles.hashes_at(level, size) // tiles.WIDTH_MAX
            assert full == case.get(f"full_l{level}", full)
            assert partial.get(level, 0) == case.get(f"partial_l{level}", partial.get(level, 0))


@given(st.integers(0, 2**40), st.integers(0, 4), st.integers(0, 2**33))
def test_a_tile_is_full_or_at_the_edge_or_not_there(size: int, level: int, number: int) -> None:
    width = tiles.width(level, number, size)
    if 0 < width < tiles.WIDTH_MAX:
        assert Tile(level, number, width) in set(tiles.edge(size))
    elif width:
        assert tiles.hashes_at(level, size) >= (number + 1) * tiles.WIDTH_MAX
    else:
        assert tiles.hashes_at(level, size) <= number * tiles.WIDTH_MAX


def test_nodes_from_tiles_are_the_nodes_of_the_tree() -> None:
    hashes = leaves(2 * 256 + 77)
    direct = nodes_of(hashes)
    upper = [direct(8, 0), direct(8, 1)]
    kept = {(0, 0): hashes[:256], (0, 1): hashes[256:512], (0, 2): hashes[512:], (1, 0): upper}
    node = tiles.nodes(lambda level, number: b"".join(kept[level, number]))
    for level in range(10):
        for index in range(len(hashes) >> level):
            assert node(level, index) == direct(level, index)


def test_what_an_edge_holds_is_not_looked_for_in_tiles() -> None:
    hashes = leaves(256 + 77)
    edge = tree.Edge().extend(hashes[:256])
    read = list[tuple[int, int]]()

    def tile(level: int, number: int) -> bytes:
        read.append((level, number))
        return b"".join(hashes[number * 256 : (number + 1) * 256])

    node = tiles.nodes(tile, edge)
    assert node(8, 0) == edge.root()
    assert not read
    assert node(7, 0) == nodes_of(hashes)(7, 0)
    assert read == [(0, 0)]


@given(index_and_size())
def test_a_proof_is_the_same_with_its_edge_at_hand(asked: tuple[int, int]) -> None:
    index, size = asked
    hashes = leaves(size)
    tile = b"".join(hashes)
    nodes = tiles.nodes(lambda _level, _number: tile, tree.Edge().extend(hashes))
    assert tree.inclusion(index, size, nodes) == tree.inclusion(index, size, nodes_of(hashes))


@given(st.integers(1, 1 << 40).flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size))))
def test_what_proofs_of_a_leaf_need_lies_over_it_or_at_the_edge(asked: tuple[int, int]) -> None:
    old, size = asked
    needed = set()

    def node(level: int, index: int) -> bytes:
        if index + 1 << level <= size - size % (2 << level):  # it is no peak
            at = tiles.place(level, index)
            needed.add((at.level, at.number))
        return tree.EMPTY

    tree.inclusion(old - 1, size, node)
    tree.consistency(old, size, node)
    assert needed <= {*tiles.over(old - 1, size)}
    assert all(tiles.width(*tile, size) for tile in tiles.over(old - 1, size))


def test_a_node_is_not_made_from_less_than_it_stands_on() -> None:
    node = tiles.nodes(lambda _level, _number: b"".join(leaves(3)))
    with pytest.raises(ValueError, match="lacks hash 3"):
        node(1, 1)
    with pytest.raises(ValueError, match="no row of hashes"):
        tiles.split(b"\0" * 33)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_reads_back(entries: list[bytes]) -> None:
    assert tiles.unbundle(tiles.bundle(entries)) == entries


@given(st.binary())
def test_whatever_bundle_is_read_is_written_the_same(content: bytes) -> None:
    try:
        entries = tiles.unbundle(content)
    except BadBundle:
        return
    assert tiles.bundle(entries) == content


def test_a_bundle_has_its_limits() -> None:
    longest = b"\0" * tiles.ENTRY_BYTES_MAX
    assert tiles.unbundle(tiles.bundle([longest])) == [longest]
    with pytest.raises(ValueError, match="at most 65535"):
        tiles.bundle([longest + b"\0"])
    with pytest.raises(BadBundle, match="at most 256"):
        tiles.unbundle(tiles.bundle([b""] * 257))


def test_a_published_log_is_read_from_its_tiles() -> None:
    log = golden("tiles/tessera_log15")
    for size in range(1, 16):
        entries = (log / tiles.path(ENTRIES, 0, size)).read_bytes()
        hashes = (log / tiles.path(0, 0, size)).read_bytes()
        assert [tree.leaf_hash(e) for e in tiles.unbundle(entries)] == tiles.split(hashes)
