"""Compare campaigns without and with group repulsion in the ranker."""
import argparse
from types import SimpleNamespace

from ebb.helpers import emit, load_config, say
from ebb.pipeline import campaign, interval, measure
from ebb.world import make_world


def with_repulsion(cfg: SimpleNamespace, repulsion: float) -> SimpleNamespace:
    """A copy of the configuration with another repulsion."""
    ranker = SimpleNamespace(**{**vars(cfg.ranker), "repulsion": repulsion})
    return SimpleNamespace(**{**vars(cfg), "ranker": ranker})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = load_config(parser.parse_args().config)
    world = make_world(cfg.world)
    outcome = {}
    for repulsion in (0.0, cfg.ranker.repulsion):
        setting = with_repulsion(cfg, repulsion)
        *_, last = campaign(world, setting)
        outcome[repulsion] = measure(world, last, setting), last.mean_exposure
        say(f"repulsion {repulsion}: {outcome[repulsion]}")
    low, high = interval(world, last, setting)
    (plain, plain_exposure), (eased, eased_exposure) = outcome[0.0], outcome[cfg.ranker.repulsion]
    emit(
        {
            "eased_joint": eased.joint,
            "eased_crossed": eased.crossed,
            "relief": 1.0 - eased.crossed / plain.crossed,
            "eased_width": high - low,
            "exposure_gain": eased_exposure - plain_exposure,
        }
    )


if __name__ == "__main__":
    main()
