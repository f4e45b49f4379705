"""How old undated surfaces are, whatever the form of growth; the result is a log."""
import argparse

import numpy as np

from thaw.evidence import model_weights
from thaw.helpers import load_config, say
from thaw.pipeline import fit
from thaw.summary import age_chances, weighted_quantile
from thaw.world import make_survey


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    survey = make_survey(cfg.world)
    fits = [fit(form, survey, cfg) for form in cfg.report.forms]
    weights = model_weights(
        np.array([one.pooled.log_evidence for one in fits]),
        np.array([one.pooled.error for one in fits]),
    )
    for form, weight in zip(cfg.report.forms, weights):
        print(f"model {form}: weight {float(weight)!r}")
    ages = np.arange(cfg.report.oldest) + 1.0
    for number, reading in enumerate(survey.undated):
        chances = np.array(
            [
                age_chances(one.model.form, one.theta, one.weight, reading, survey.limit, ages)
                for one in fits
            ]
        )
        middle, early, late = (
            weighted_quantile(ages, weights @ chances, level) for level in (0.5, 0.05, 0.95)
        )
        say(f"surface {number}: {len(reading)} readings")
        print(f"surface {number}: median {middle!r} from {early!r} to {late!r}")
        apart = [weighted_quantile(ages, chance, 0.5) for chance in chances]
        print(f"surface {number}: forms differ by {max(apart) - min(apart)!r}")


if __name__ == "__main__":
    main()
