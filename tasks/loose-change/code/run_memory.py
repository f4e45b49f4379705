"""Which discs and contacts a rocked packing keeps from cycle to cycle."""
import argparse

import numpy as np

from loose.helpers import note, read_config, write_json
from loose.memory import (
    cage_relative,
    loose_clusters,
    loose_discs,
    stretched_half_life,
    survival,
)
from loose.path import rocking_path
from loose.run import run_box
from loose.world import make_packing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = read_config(args.config)
    packing = make_packing(cfg.world)
    strain = rocking_path(**vars(cfg.rocking))
    ends = run_box(packing, strain, cfg.law, cfg.run.dt, cfg.rocking.steps).moments
    jumps = []
    for before, after in zip(ends, ends[1:]):
        moved = after.state.travel - before.state.travel
        beside = cage_relative(moved, before.contacts.pair, packing.radius)
        jumps.append(np.hypot(*beside.T) / packing.radius)
    loose = loose_discs(np.array(jumps))
    clusters = [loose_clusters(row, end.contacts.pair) for row, end in zip(loose, ends[1:])]
    sizes = np.concatenate(clusters)
    share = survival([end.contacts.pair for end in ends], [end.push for end in ends])
    half_life, exponent = stretched_half_life(share)
    note(f"{len(ends)} cycles, {len(sizes)} clusters")
    result = {
        "jump": np.mean(jumps[-1]),
        "loose_jump": np.mean(np.array(jumps)[loose]),
        "cluster_size": np.sum(sizes**2) / np.sum(sizes),
        "largest": np.mean([some[0] for some in clusters]),
        "half_life": half_life,
        "exponent": exponent,
    }
    write_json(result, args.out)


if __name__ == "__main__":
    main()
