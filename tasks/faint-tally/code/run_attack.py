"""What a release gives away about households; the result goes to a file."""
import argparse
from pathlib import Path

import numpy as np

from tally.account import epsilon_of, typical_budget
from tally.attack import exposure, ghost_scores, threshold_advantage
from tally.helpers import as_json, load_config, say
from tally.register import make_register
from tally.release import release


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    register = make_register(cfg.world)
    persons = register.persons
    done = release(register, cfg, cfg.budget.rho, cfg.noise.key)
    distance = exposure(register.members, done.rounds)
    error = done.table - register.totals
    real, ghost = ghost_scores(register.tree, register.members, error, done.variance)
    usual = typical_budget(distance, persons, cfg.report.level)
    result = {
        "promised_epsilon": epsilon_of(cfg.budget.rho, cfg.report.delta),
        "usual_epsilon": epsilon_of(usual, cfg.report.delta),
        "evidence": np.mean(real - ghost),
        "advantage": threshold_advantage(real, ghost, persons),
        "uncounted": 1.0 - done.main.weight @ persons / persons.sum(),
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
