"""A search with and without screening; the result is a file."""
import argparse
from pathlib import Path

import numpy as np

from compass.helpers import as_json, load_config, say
from compass.measures import crowding, straightness, toll
from compass.search import advised, search
from compass.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    world = make_world(cfg.world)
    logs = [search(world, cfg, screened) for screened in (True, False)]
    hours = [np.array(log.hours) for log in logs]
    tolls = [toll(spent, advised(world, log)) for spent, log in zip(hours, logs)]
    for spent, log in zip(hours, logs):
        say(f"{len(log.fired)} firings, {spent.sum():.0f} hours")
    result = {
        "price": tolls[0] - tolls[1],
        "haste": hours[0].sum() / hours[1].sum(),
        "crowding": crowding(logs[0].fired),
        "straightness": straightness(logs[1].centres),
        "mean_debt": np.mean(logs[0].debts),
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
