"""The one-to-one assignment of least cost between many units of which few pairs are worth making.

Units that no worthwhile pair connects do not compete, so each connected group is solved alone.
"""

import numpy as np
import scipy

from autocode.agreement.coefficient import Floats, Ints

# About so many pairs are solved at a time.
_TOGETHER = 64
# Units on either side from which a table of all pairs takes longer than their links.
_LARGE = 400


def cheapest(rows: Ints, columns: Ints, saved: Floats) -> Ints:
    """Which pairs the assignment of least cost makes; all of them save something (are below 0)."""
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    height, width = int(rows.max()) + 1, int(columns.max()) + 1
    links = scipy.sparse.coo_array(
        (np.ones(len(rows)), (rows, columns + height)), (height + width,) * 2
    )
    group = scipy.sparse.csgraph.connected_components(links, directed=False)[1][rows]
    order = np.argsort(group, kind="stable")
    cuts = np.flatnonzero(np.diff(group[order])) + 1
    # Groups are solved some at a time: one by one they would take longer to start than to solve.
    sizes = np.diff(np.concatenate([[0], cuts, [len(order)]]))
    batch = np.cumsum(sizes) // _TOGETHER
    parts = np.split(order, np.flatnonzero(np.diff(np.repeat(batch, sizes))) + 1)
    return np.concatenate([part[_solved(rows[part], columns[part], saved[part])] for part in parts])


def _solved(rows: Ints, columns: Ints, saved: Floats) -> Ints:
    ours, row = np.unique(rows, return_inverse=True)
    theirs, column = np.unique(columns, return_inverse=True)
    shape = len(ours), len(theirs)
    places = scipy.sparse.coo_array((np.arange(len(rows)) + 1, (row, column)), shape).tocsr()
    if min(shape) < _LARGE:
        costs = np.zeros(shape)
        costs[row, column] = saved
        made = scipy.optimize.linear_sum_assignment(costs)
    else:
        made = _by_links(row, column, saved, shape)
    chosen = np.asarray(places[made]).ravel() - 1
    return chosen[chosen >= 0]


def _by_links(row: Ints, column: Ints, saved: Floats, shape: tuple[int, int]) -> tuple[Ints, Ints]:
    """The assignment where most pairs save nothing: every unit may also stay alone, for 0.

    To stay alone a unit takes a stand-in, and the stand-ins of a pair take each other. All costs
    are raised alike, since none may be 0 or less.
    """
    height, width = shape
    alone, other = np.arange(height), np.arange(width)
    from_ = [row, alone, height + other, height + column]
    to = [column, width + alone, other, width + row]
    costs = np.concatenate([saved, np.zeros(height + width + len(row))]) + 1 - saved.min()
    graph = scipy.sparse.coo_array((costs, (np.concatenate(from_), np.concatenate(to))))
    taken, by = scipy.sparse.csgraph.min_weight_full_bipartite_matching(graph.tocsr())
    kept = (taken < height) & (by < width)
    return taken[kept].astype(np.int64), by[kept].astype(np.int64)
