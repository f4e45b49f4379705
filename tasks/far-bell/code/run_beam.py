"""A beam of retimed microphones, and what it hears better."""
import argparse
from pathlib import Path

import numpy as np

from bell.beam import agreement, beam_weights
from bell.clocks import clock_line, retime
from bell.helpers import numbers, settings, tell
from bell.pipeline import clean, find_arrivals, find_partials, find_tracks, spectra
from bell.world import make_recording


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    cfg = settings(args.config)
    recording = make_recording(cfg.world)
    signals = clean(recording, cfg).signal
    heard = find_arrivals(signals, recording.rate, cfg)
    aligned = []
    for signal, late in zip(signals, heard.delay.T):
        start, slope = clock_line(heard.time * recording.rate, late, heard.clear)
        aligned.append(retime(signal, start, slope, cfg.beam.half))
    weight = beam_weights(np.array(aligned), cfg.beam.block)
    beam = weight @ np.array(aligned)
    # The lowest bin holds nothing, since frames have no mean.
    before = agreement(*(spectra(one, cfg)[:, 1:] for one in signals[:2]))
    after = agreement(*(spectra(one, cfg)[:, 1:] for one in aligned[:2]))
    loud = np.mean(np.abs(spectra(beam, cfg)[:, 1:]) ** 2, axis=0)
    tracks, floor = find_tracks(beam, cfg)
    partials = find_partials(tracks, floor, recording.rate, cfg)
    steps = np.concatenate([np.diff(np.log2(track[:, 1])) for track in tracks])
    tell(f"{len(heard.time)} strikes, {len(partials.tone)} partials, weights {weight.round(3)}")
    result = {
        "agreement_gain": np.average(after, weights=loud) - np.average(before, weights=loud),
        "agreement": after.mean(),
        "tilt_percent": 100.0 * (weight[0] - weight[-1]),
        "wander_cents": 1200.0 * np.sqrt(np.mean(steps**2)),
        "track_length": np.mean([len(track) for track in tracks]),
        "loudest_fading": partials.fading[np.argmax(partials.weight)],
    }
    target = Path(args.out)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(numbers(result) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
