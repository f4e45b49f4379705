"""What the particles do on the way from the anchor; the result goes to a file."""
import argparse
from pathlib import Path

import numpy as np

from thaw.anchor import Anchor
from thaw.helpers import as_json, load_config, say
from thaw.pipeline import fit
from thaw.summary import weighted_quantile
from thaw.world import make_survey


def laplace(anchor: Anchor, top: float) -> float:
    """Log evidence by Laplace's approximation at the anchor's point, of log target `top`."""
    _, volume = np.linalg.slogdet(anchor.axes)
    return top + 0.5 * len(anchor.at) * np.log(2.0 * np.pi) + volume


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    done = fit(cfg.report.form, make_survey(cfg.world), cfg)
    model, islands = done.model, done.islands
    anchor = Anchor.fit(model.log_terms, model.table[:, 0], cfg.anchor.steps)
    top = float(model.log_target(anchor.at[None, :])[0])
    last = done.theta[:, -1]
    low, high = (weighted_quantile(last, done.weight, level) for level in (0.25, 0.75))
    result = {
        "laplace_gap": done.pooled.log_evidence - laplace(anchor, top),
        "error": done.pooled.error,
        "mean_warmth": np.mean([np.mean(island.warmth) for island in islands]),
        "mean_angle": np.mean([np.mean(island.angle) for island in islands]),
        "last_taken": np.mean([island.taken[-1] for island in islands]),
        "quartile_range": high - low,
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
