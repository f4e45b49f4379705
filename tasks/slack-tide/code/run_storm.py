"""Follow the intervals through a storm; the result goes to a file."""
import argparse
from pathlib import Path

import numpy as np

from slack.helpers import as_json, load_config, say
from slack.pipeline import run_stream
from slack.report import basin_gap, gauge_score
from slack.world import make_world


def settling(width: np.ndarray, days_since: np.ndarray) -> float:
    """Slope of log2 width (M,) on log2 of the days since the storm (M,), counted from one."""
    time = np.log2(1.0 + days_since)
    return float(np.polyfit(time, np.log2(width), 1)[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    done = run_stream(make_world(cfg.world), cfg)
    alpha, storm = cfg.split.alpha, cfg.world.storm
    after = done.day >= storm
    scores = [
        gauge_score(done.residual[part], done.margin[part], done.gauge[part], alpha)
        for part in (~after, after)
    ]
    budget = done.levels.sum(axis=2)
    result = {
        "swell_bits": np.log2(done.width[after].mean() / done.width[~after].mean()),
        "score_rise": scores[1] - scores[0],
        "gap_after": basin_gap(done.residual[after], done.margin[after], done.basin[after], alpha),
        "settling": settling(done.width[after], done.day[after] - storm),
        "final_budget": budget[-1].mean() / alpha,
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
