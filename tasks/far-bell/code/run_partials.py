"""Partials and strike note of a bell, heard by one microphone."""
import argparse

import numpy as np

from bell.helpers import numbers, settings, tell
from bell.partials import strike_note
from bell.pipeline import clean, find_partials, find_tracks
from bell.world import make_recording


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = settings(parser.parse_args().config)
    recording = make_recording(cfg.world)
    pure = clean(recording, cfg)
    tracks, floor = find_tracks(pure.signal[0], cfg)
    partials = find_partials(tracks, floor, recording.rate, cfg)
    note, score = strike_note(partials, np.array(cfg.note.ratios), cfg.note.blur)
    for tone, fading, weight in zip(partials.tone, partials.fading, partials.weight):
        tell(f"{tone:8.2f} Hz {fading:6.3f} /s {weight:8.2f}")
    mended = pure.signal[0, pure.wrong[0]]
    print(
        numbers(
            {
                "note_cents": 1200.0 * np.log2(note / cfg.note.reference),
                "score": score,
                "mended_level": np.sqrt(np.mean(mended**2)),
                "hum_level": np.sqrt(np.mean(pure.hum[0] ** 2)),
                "mean_fading": np.average(partials.fading, weights=np.sqrt(partials.weight)),
                "top_fading": partials.fading[-1],
                "top_cents": 1200.0 * np.log2(partials.tone[-1] / note),
                "heaviest": partials.weight.max(),
            }
        )
    )


if __name__ == "__main__":
    main()
