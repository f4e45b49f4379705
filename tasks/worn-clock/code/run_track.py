"""The drift of one series' season."""
import argparse

import numpy as np

from clock.helpers import as_json, load_config, say
from clock.level import pair_scale
from clock.pipeline import take_apart
from clock.world import make_series


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    series = make_series(cfg.world)
    parts = take_apart(series.value, cfg)
    drifted = np.arange(len(parts.shift)) * (1.0 / cfg.world.period - 1.0 / parts.period)
    off = series.shift - parts.shift - drifted
    off = off - np.angle(np.mean(np.exp(2j * np.pi * off))) / (2.0 * np.pi)
    off = off - np.round(off)
    say(f"{len(parts.swell)} blocks, {np.count_nonzero(np.diff(parts.level))} jumps")
    print(
        as_json(
            {
                "period": parts.period,
                "shift_error": np.sqrt(np.mean(off**2)),
                "leftover": np.sqrt(np.nanmean(parts.rest**2)),
                "swell_range": np.ptp(parts.swell),
                "swell_scale": pair_scale(parts.swell),
                "scale": parts.scale,
            }
        )
    )


if __name__ == "__main__":
    main()
