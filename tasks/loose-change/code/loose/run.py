"""From a packing and a path of strain to a record of what happened."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .contacts import Contacts, carry_stretch, contact_motion, find_contacts, gauge
from .forces import assemble, grip, normal_push
from .motion import State, advance
from .stress import box_stress
from .world import Packing


@dataclass(frozen=True)
class Moment:
    """A box at the start of a step: its state, contacts, and normal forces (C,)."""

    state: State
    contacts: Contacts
    push: np.ndarray


@dataclass(frozen=True)
class Record:
    """Stress (M, 3) at the start of each of M steps, and moments at some of them."""

    stress: np.ndarray
    moments: list[Moment]


def run_box(
    packing: Packing, strain: np.ndarray, law: SimpleNamespace, dt: float, each: int
) -> Record:
    """Strain a packing along strain (M + 1,).

    Moments are the starts of the steps each - 1, 2 * each - 1, ...
    """
    count = len(packing.radius)
    still = np.zeros((count, 2))
    state = State(packing.position, still, np.zeros(count), still)
    pair, stretch = np.zeros((0, 2), dtype=np.int64), np.zeros(0)
    stress, moments = [], []
    for number, rate in enumerate(np.diff(strain) / dt):
        contacts = find_contacts(
            state.position, packing.radius, packing.side, strain[number], law.reach
        )
        size = gauge(contacts.pair, packing.radius)
        stretch = carry_stretch(pair, stretch, contacts.pair, contacts.gap)
        pair = contacts.pair
        closing, slip = contact_motion(
            contacts, packing.radius, state.velocity, state.spin, rate
        )
        push = normal_push(contacts.gap, closing, size, law)
        drag, stretch = grip(stretch, slip, push, size, law, dt)
        stress.append(
            box_stress(contacts, push, drag, packing.radius, state.velocity, packing.side)
        )
        if (number + 1) % each == 0:
            moments.append(Moment(state, contacts, push))
        force, torque = assemble(contacts, push, drag, packing.radius)
        state = advance(state, force, torque, packing.radius, rate, law.film, dt)
    return Record(np.array(stress), moments)
