"""A packing that is sheared once and slowly let back a little; the result is a log."""
import argparse

import numpy as np

from loose.blocks import blocked_error
from loose.helpers import note, read_config
from loose.path import release_path
from loose.run import run_box
from loose.texture import backbone, bond_order, crowding, fabric
from loose.world import make_packing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = read_config(parser.parse_args().config)
    packing, rise = make_packing(cfg.world), cfg.release.rise
    strain = release_path(**vars(cfg.release))
    record = run_box(packing, strain, cfg.law, cfg.run.dt, rise)
    shear = record.stress[:, 1]
    note(f"{len(strain) - 1} steps, {len(record.moments)} moments")
    print(f"stress: peak {float(shear.max())!r} late error {blocked_error(shear[rise:])!r}")
    edges = np.array(cfg.report.edges)
    for number, moment in enumerate(record.moments):
        contacts, push = moment.contacts, moment.push
        bears = backbone(contacts.pair, push, len(packing.radius))
        uneven, heading = fabric(contacts, push)
        order = float(np.nanmean(bond_order(contacts, packing.radius)))
        sheared = float(strain[(number + 1) * rise - 1])
        place = moment.state.position
        dense = crowding(place, packing.radius, packing.side, sheared, edges)
        borne = float(push[bears[contacts.pair].all(axis=1)].sum() / bears.sum())
        print(f"moment {number}: borne {borne!r} uneven {uneven!r} heading {heading!r}")
        print(f"moment {number}: order {order!r} crowding {float(dense[0])!r} {float(dense[1])!r}")


if __name__ == "__main__":
    main()
