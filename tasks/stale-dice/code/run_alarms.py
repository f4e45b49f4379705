"""What alarms are worth: a season with and without them; the result is a file."""
import argparse
from pathlib import Path

import numpy as np

from dice.helpers import as_json, load_config, say
from dice.measures import alarm_lag
from dice.oracle import worth
from dice.season import play
from dice.world import make_world


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    world = make_world(cfg.world)
    awake = play(world, cfg)
    cfg.watch.bar = np.inf
    asleep = play(world, cfg)
    gains = [
        worth(world.mean, log.path, cfg.oracle.cost, cfg.oracle.early) for log in (awake, asleep)
    ]
    lag, idle = alarm_lag(awake.alarms, world.changes, 3 * cfg.world.longest)
    say(f"changes {world.changes}, alarms {awake.alarms}")
    result = {
        "gain": gains[0] - gains[1],
        "lag": lag,
        "false_share": idle,
        "surprise": np.sqrt(np.mean(np.square(awake.surprises))),
        "spread": awake.stack("spread").mean(),
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
