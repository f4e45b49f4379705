"""What households spend in each district; the result is a log."""
import argparse

import numpy as np

from knock.areas import area_fit, benchmark, shrink_districts
from knock.direct import district_means, smooth_variances
from knock.helpers import load_config, say
from knock.pipeline import district_columns, take_survey
from knock.world import make_town


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    town = make_town(cfg.world)
    survey = take_survey(town, cfg)
    value, weight, district = survey.value, survey.weight, survey.district
    mean, size = district_means(value, weight, district)
    mass = np.bincount(district, weights=weight)
    influence = weight * (value - mean[district]) / mass[district]
    raw = np.array([survey.variance(influence * (district == d)) for d in range(len(mean))])
    smooth = smooth_variances(raw, size)
    columns, share = district_columns(town)
    slopes, apart = area_fit(mean, smooth, columns)
    shrunken, error = shrink_districts(mean, smooth, columns @ slopes, apart)
    final = benchmark(shrunken, error, share, weight @ value / weight.sum())
    say(f"{len(value)} answers in {len(mean)} districts")
    for d, line in enumerate(zip(mean, final, error)):
        print(f"district {d}: direct {line[0]:.3f} final {line[1]:.3f} error {line[2]:.3f}")
    print(f"between districts: {float(apart)!r}")
    print(f"slope: {float(slopes[1])!r}")
    print(f"lowest: {float(final.min())!r} range {float(np.ptp(final))!r}")
    print(f"mean error: {float(error.mean())!r}")
    print(f"benchmark: moved {float((final - shrunken).max())!r}")


if __name__ == "__main__":
    main()
