"""Topics over the months; the result goes to a file."""
import argparse
from pathlib import Path

from letters.helpers import as_json, load_config, say
from letters.months import drift, monthly_shares, pulse
from letters.pipeline import find_topics, kept_counts
from letters.quality import match_topics
from letters.reading import read_letters
from letters.world import draw_letters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = load_config(args.config)
    bundle = draw_letters(cfg.world)
    counts, words = kept_counts(bundle.counts, cfg)
    found = find_topics(counts, words, cfg)
    share = read_letters(
        counts, found.topics, found.usual, cfg.reading.strength, cfg.reading.rounds
    )
    shares = monthly_shares(
        share, counts.sum(axis=1), bundle.month, bundle.n_months, cfg.report.strength
    )
    truth = bundle.truth[words] / bundle.truth[words].sum(axis=0)
    slopes, pulses = drift(shares), pulse(shares)
    result = {
        "leading_drift": slopes[0],
        "slope_spread": slopes.std(),
        "largest_pulse": pulses.max(),
        "mean_pulse": pulses.mean(),
        "likeness_to_truth": match_topics(found.topics, truth)[1].mean(),
        "last_month": shares[-1].max(),
    }
    out = Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_json(result) + "\n", encoding="utf-8")
    say(f"wrote {out}")


if __name__ == "__main__":
    main()
