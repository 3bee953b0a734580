"""How cost grows: measured at sizes that take a moment, drawn, and fitted."""

from __future__ import annotations

import pytest

from benchmarks import scaling
from benchmarks.scaling import WORK, Measured


def run(people: int, power: float) -> Measured:
    return Measured(people, dict.fromkeys(WORK, 1e-6 * people**power), 10**8, 10**8 + 48 * people)


@pytest.mark.parametrize("power", [1.0, 1.25])
def test_the_exponent_is_the_power_with_which_cost_grows(power):
    sizes = [[run(people, power)] for people in (10_000, 30_000, 1_000_000)]
    assert scaling.growth(sizes, scaling.seconds_of("make")) == pytest.approx(power)
    assert f"make the network {power:.2f}" in list(scaling.report(sizes))[-1]


def test_the_memory_of_a_network_is_that_of_its_arrays():
    from simnet.network import watts_strogatz

    network = watts_strogatz(1_000, scaling.DEGREE, 0.1, seed=1)
    arrays = network.indptr.nbytes + network.neighbours.nbytes
    assert run(1_000, 1.0).network_bytes == arrays


def test_a_size_is_measured_in_a_process_of_its_own():
    measured = scaling.measure(2_000)
    assert measured.people == 2_000
    assert measured.seconds.keys() == WORK.keys()
    assert all(seconds > 0 for seconds in measured.seconds.values())
    assert measured.peak_bytes >= measured.before_bytes > 0


def test_the_figure_names_every_line_with_its_exponent():
    sizes = [[run(people, 1.0)] for people in (10_000, 100_000, 1_000_000)]
    figure = scaling.draw(sizes)
    texts = {" ".join(text.get_text().split()) for ax in figure.axes for text in ax.texts}
    assert {f"{text} (1.00)" for text in WORK.values()} < texts
