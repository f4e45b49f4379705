"""Which form of growth the dated surfaces speak for."""
import argparse

import numpy as np

from thaw.evidence import model_weights
from thaw.helpers import as_json, load_config, say
from thaw.model import FORMS
from thaw.pipeline import fit
from thaw.summary import leave_surface_out
from thaw.world import make_survey


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    survey = make_survey(cfg.world)
    fits = {}
    for form in FORMS:
        fits[form] = fit(form, survey, cfg)
        say(f"{form}: {sum(len(island.warmth) for island in fits[form].islands)} stages")
    level = np.array([one.pooled.log_evidence for one in fits.values()])
    error = np.array([one.pooled.error for one in fits.values()])
    left_out = [
        leave_surface_out(one.model.surface_terms(one.theta), one.weight) for one in fits.values()
    ]
    hysteresis = np.array([island.hysteresis for one in fits.values() for island in one.islands])
    print(
        as_json(
            {
                "slowing_over_steady": level[1] - level[0],
                "phased_over_slowing": level[2] - level[1],
                "phased_weight": model_weights(level, error)[2],
                "hysteresis": hysteresis.mean(),
                "surprise_gap": (left_out[2] - left_out[1]).sum(),
            }
        )
    )


if __name__ == "__main__":
    main()
