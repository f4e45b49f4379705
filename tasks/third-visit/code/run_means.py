"""What a household spends, and what later visits add."""
import argparse

import numpy as np

from knock.direct import district_means
from knock.helpers import as_json, load_config, say
from knock.pipeline import take_survey
from knock.world import make_town


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    survey = take_survey(make_town(cfg.world), cfg)
    value, weight, visit = survey.value, survey.weight, survey.visit
    everywhere = np.zeros(len(value), dtype=np.intp)
    (mean,), (size,) = district_means(value, weight, everywhere)
    means, _ = district_means(value, weight, visit - 1)
    again = survey.jackknife(lambda weight: district_means(value, weight, everywhere)[0][0])
    say(f"{len(value)} answers in {len(survey.chance)} blocks")
    print(
        as_json(
            {
                "mean": mean,
                "error": np.sqrt(survey.variance(weight * (value - mean) / weight.sum())),
                "correction": mean - value.mean(),
                "late_lift": means[-1] - means[0],
                "effective_share": size / len(value),
                "jackknife_error": np.sqrt(again),
            }
        )
    )


if __name__ == "__main__":
    main()
