"""How many are poor, and how spending is spread; the result goes to a file."""
import argparse
from pathlib import Path

import numpy as np

from knock.helpers import as_json, load_config, say
from knock.pipeline import take_survey
from knock.shape import poverty, quantile, quantile_limits
from knock.world import make_town


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    survey = take_survey(make_town(cfg.world), cfg)
    value, weight = survey.value, survey.weight
    share, influence = poverty(value, weight, cfg.report.part)
    low, high = quantile_limits(value, weight, cfg.report.level, survey.variance, cfg.report.z)
    first, last = (quantile(value, weight, level) for level in (0.1, 0.9))
    result = {
        "poor": share,
        "poor_error": np.sqrt(survey.variance(influence)),
        "lower_limit": low,
        "limits_range": high - low,
        "decile_bits": np.log2(last / first),
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
