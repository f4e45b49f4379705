"""Forecasts of several series; the result goes to a file."""
import argparse
from pathlib import Path

import numpy as np

from clock.helpers import as_json, load_config, say
from clock.measures import interval_score, scaled_error
from clock.pipeline import look_ahead, take_apart
from clock.world import make_series


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    ahead = cfg.report.ahead
    errors, scores, widths, signed = [], [], [], []
    for number in range(cfg.report.series):
        value = make_series(cfg.world, number).value
        past, coming = value[:-ahead], value[-ahead:]
        parts = take_apart(past, cfg)
        said, low, high = look_ahead(parts, cfg, ahead)
        errors.append(scaled_error(coming, said, past, int(round(parts.period))))
        scores.append(interval_score(coming, low, high, cfg.report.level))
        widths.append(high[-1] - low[-1])
        signed.append(np.nanmean(coming - said))
        say(f"series {number}: error {errors[-1]:.3f}, score {scores[-1]:.3f}")
    result = {
        "error": np.exp(np.mean(np.log(errors))),
        "worst_error": max(errors),
        "score": np.mean(scores),
        "last_width": np.mean(widths),
        "bias": np.mean(signed),
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
