"""How strong a hidden motive would have to be; the result goes to a file."""
import argparse
from pathlib import Path

from wind.helpers import as_json, load_config, say
from wind.pipeline import Study, study
from wind.world import make_panel


def breaking_strength(done: Study) -> float:
    """Least strength, in bits, at which the lower bound is no longer positive."""
    low, high = 0.0, 10.0
    while high - low > 1e-12:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if done.bounds(2.0**middle)[0] > 0.0 else (low, middle)
    return high


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    done = study(make_panel(cfg.world), cfg, cfg.report.horizon)
    least, most = done.bounds(cfg.report.doubt)
    _, high = done.interval(cfg.report.level)
    neutral, _ = done.bounds(1.0)
    result = {
        "breaking_bits": breaking_strength(done),
        "lower_bound": least,
        "stretched_upper": high + most - neutral,
        "pooling_gap": done.pooled.effect - neutral,
        "weakest_school": done.pooled.shrunken.min(),
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
