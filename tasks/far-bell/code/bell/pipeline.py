"""From a recording to partials and delays."""
from dataclasses import dataclass
from itertools import combinations
from types import SimpleNamespace

import numpy as np

from .clicks import mend, wrong_samples
from .delays import lag_of_peak, muted_cross, reconcile
from .frames import lopsided_taper, noise_floor, short_spectra
from .hum import strip_hum
from .onsets import novelty, strike_frames
from .partials import Partials, fit_fading, gather_partials
from .peaks import link_peaks, pick_peaks
from .world import Recording


@dataclass(frozen=True)
class Clean:
    """Signals (M, N) without wrong samples and hum; what was wrong and the hum, each (M, N)."""

    signal: np.ndarray
    wrong: np.ndarray
    hum: np.ndarray


@dataclass(frozen=True)
class Arrivals:
    """Strikes: time (S,) in seconds, delay (S, M) in samples, news, clear and miss (S,).

    calm is the mean news of all frames.
    """

    time: np.ndarray
    delay: np.ndarray
    news: np.ndarray
    clear: np.ndarray
    miss: np.ndarray
    calm: float


def clean(recording: Recording, cfg: SimpleNamespace) -> Clean:
    """The recording without clicks, losses and hum."""
    rows = []
    for signal in recording.signal:
        wrong = wrong_samples(signal, cfg.clicks.block, cfg.clicks.bar)
        whole = mend(signal, wrong)
        rest = strip_hum(whole, recording.rate, cfg.hum.mains, cfg.hum.harmonics)
        rows.append([rest, wrong, whole - rest])
    signal, wrong, hum = np.array(rows).transpose(1, 0, 2)
    return Clean(signal, wrong > 0.0, hum)


def spectra(signal: np.ndarray, cfg: SimpleNamespace) -> np.ndarray:
    """Short spectra (F, K) of a signal."""
    taper = lopsided_taper(cfg.frames.length, cfg.frames.attack, cfg.frames.power)
    return short_spectra(signal, taper, cfg.frames.hop)


def find_tracks(signal: np.ndarray, cfg: SimpleNamespace) -> tuple[list[np.ndarray], np.ndarray]:
    """Tracks that are long enough, each (n, 3): frame, place in bins and power; floor (K,)."""
    power = np.abs(spectra(signal, cfg)) ** 2
    floor = noise_floor(power, cfg.frames.reach)
    peaks = [pick_peaks(row, floor, cfg.peaks.bar) for row in power]
    tracks = link_peaks(peaks, cfg.peaks.width, cfg.peaks.patience)
    return [track for track in tracks if len(track) >= cfg.peaks.least], floor


def find_partials(
    tracks: list[np.ndarray], floor: np.ndarray, rate: float, cfg: SimpleNamespace
) -> Partials:
    """The partials that tracks belong to."""
    hertz = rate / (2.0 * cfg.frames.length)
    rows = []
    for track in tracks:
        tone = np.exp(np.average(np.log(track[:, 1]), weights=track[:, 2])) * hertz
        under = floor[int(np.rint(tone / hertz))]
        time = track[:, 0] * cfg.frames.hop / rate
        rows.append([tone, fit_fading(time, track[:, 2], under), track[:, 2].sum()])
    return gather_partials(*np.array(rows).T, cfg.peaks.merge)


def find_arrivals(signals: np.ndarray, rate: float, cfg: SimpleNamespace) -> Arrivals:
    """The strikes in signals (M, N), and how late each microphone hears them."""
    power = np.mean([np.abs(spectra(one, cfg)) ** 2 for one in signals], axis=0)
    news = novelty(power, noise_floor(power, cfg.frames.reach))
    frames = strike_frames(news, cfg.onsets.bar, cfg.onsets.apart)
    length = cfg.delays.length
    starts = frames * cfg.frames.hop
    frames = frames[starts + length <= signals.shape[1]]
    starts = frames * cfg.frames.hop
    pairs = np.array(list(combinations(range(len(signals)), 2)))
    delay, clear, miss = [], [], []
    for start in starts:
        parts = np.fft.rfft(signals[:, start : start + length], axis=1)
        found = []
        for first, second in pairs:
            cross = muted_cross(parts[first], parts[second], cfg.delays.reach, cfg.delays.mute)
            found.append(lag_of_peak(cross, length, cfg.delays.most))
        lag, sure = np.array(found).T
        own, off = reconcile(pairs, lag, sure, len(signals))
        delay.append(own)
        clear.append(sure.mean())
        miss.append(off)
    delay, clear, miss = np.array(delay), np.array(clear), np.array(miss)
    return Arrivals(starts / rate, delay, news[frames], clear, miss, news.mean())
