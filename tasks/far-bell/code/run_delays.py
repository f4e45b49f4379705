"""Delays, drifts and bearing from several microphones; the result is a log."""
import argparse

import numpy as np

from bell.clocks import clock_line
from bell.delays import bearing
from bell.helpers import settings, tell
from bell.pipeline import clean, find_arrivals
from bell.world import make_recording


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    cfg = settings(parser.parse_args().config)
    recording = make_recording(cfg.world)
    heard = find_arrivals(clean(recording, cfg).signal, recording.rate, cfg)
    late = heard.delay / recording.rate
    lines = [clock_line(heard.time, column, heard.clear) for column in late.T]
    start, drift = np.array(lines).T
    rest = late - start - drift * heard.time[:, None]
    trust = 1.0 / (1e-4 + np.mean(np.abs(rest), axis=0))
    angle, speed = bearing(recording.place, start, trust)
    tell(f"{len(heard.time)} strikes")
    for time, news, miss in zip(heard.time, heard.news, heard.miss):
        print(f"strike {time:.3f}: news {float(news)!r} miss {float(miss)!r}")
    print(f"drift: {' '.join(repr(float(1e6 * one)) for one in drift)}")
    print(f"rest: {float(1e6 * np.abs(rest).mean())!r}")
    print(f"bearing: {angle!r} speed {speed!r}")
    print(f"calm: {float(heard.calm)!r} miss {float(heard.miss.mean())!r}")
    print(f"mean: news {float(heard.news.mean())!r} clear {float(heard.clear.mean())!r}")


if __name__ == "__main__":
    main()
