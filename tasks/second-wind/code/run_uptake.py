"""The effect of a term of tutoring on the mark of the same term."""
import argparse

from wind.helpers import as_json, load_config, say
from wind.pipeline import study
from wind.world import make_panel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    panel = make_panel(cfg.world)
    done = study(panel, cfg, 0)
    low, _ = done.interval(cfg.report.level)
    least, _ = done.bounds(cfg.report.doubt)
    neutral, _ = done.bounds(1.0)
    say(f"{len(done.mark)} rows, {int(done.taken.sum())} with tutoring")
    print(
        as_json(
            {
                "effect": done.pooled.effect,
                "correction": done.pooled.effect - done.naive,
                "augmentation": done.pooled.effect - done.regressed,
                "weakest_school": done.pooled.shrunken.min(),
                "stretched_lower": low + least - neutral,
            }
        )
    )


if __name__ == "__main__":
    main()
