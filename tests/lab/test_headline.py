"""The answer of a study: one sentence, and the pairs of arms it rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simnet.lab.compare import compare, format_comparison
from simnet.lab.headline import format_headline

YIELD = "opportunity_yield"


def study(measures, *, n=20, point=0):
    """Exactly these means by measure and arm, with noise, most of it common to the arms."""
    rng = np.random.default_rng(5)
    rows = []
    for measure, means in measures.items():
        common = rng.normal(0, 0.3, n)
        for arm, mean in means.items():
            noise = common + rng.normal(0, 0.05, n)
            values = (np.nan if mean is None else mean) + noise - noise.mean()
            rows += [(arm, point, i, measure, value) for i, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["arm", "point", "replicate", "measure", "value"])


def headline(measures, asked=(), n=20):
    return format_headline(compare(study(measures, n=n)), asked)


def answer(text):
    """The sentence on top."""
    return " ".join(text.partition("\n\n")[0].split())


def test_the_winner_is_named_with_its_lead_over_the_next_and_the_last():
    text = headline({YIELD: {"wait": 0.3, "give": 2.5, "sell": 0.8}})
    said = answer(text)
    assert said.startswith("give wins most: 2.5")
    assert " opportunities per person-year, 1.7" in said
    assert "] more than sell, the next, and 2.2" in said
    assert said.endswith("] more than wait, the last.")
    rows = [line.split() for line in text.splitlines() if " above" in line]
    assert [(row[0], row[2]) for row in rows[:3]] == [
        ("give", "sell"),
        ("give", "wait"),
        ("sell", "wait"),
    ]
    assert all(row[4].startswith("+") and row[-2] == row[0] for row in rows[:3])


def test_of_two_arms_one_is_more_than_the_other():
    said = answer(headline({YIELD: {"a": 0.3, "b": 2.5}}))
    assert said.startswith("b wins most: 2.5")
    assert said.endswith("] more than a.")


def test_what_was_not_shown_is_not_said():
    said = answer(headline({YIELD: {"a": 1.0, "b": 0.999}}))
    assert said == "no difference shown between a and b in opportunity_yield."
    said = answer(headline({YIELD: {"a": 2.0, "b": 2.0, "c": 0.0}}))
    assert " wins most: 2." in said
    assert "but no difference shown between it and " in said
    assert "c" not in said.rpartition("between it and ")[2]


def test_identical_arms_and_too_few_replicates():
    same = study({YIELD: {"a": 1.0}})
    twins = pd.concat([same, same.assign(arm="b")])
    said = answer(format_headline(compare(twins)))
    assert said.startswith("no difference between a and b: opportunity_yield is ")
    assert said.endswith(" in each, replicate by replicate the same.")
    said = answer(headline({YIELD: {"a": 0.0, "b": 5.0}}, n=4))
    assert said == "too few replicates (4) to show any difference between b and a in " + YIELD + "."


def test_an_undefined_headline_says_so():
    text = headline({YIELD: {"a": None, "b": 1.0}, "trust": {"a": 0.0, "b": 1.0}}, ("trust",))
    assert answer(text) == "opportunity_yield is undefined: no replicate has it in two arms."
    assert "\nopportunity_yield: undefined (no replicate has it in two arms)\n" in text


def test_the_headline_measures_are_yield_and_attrition_or_the_first_ones_asked_for():
    arms = {"a": 0.0, "b": 1.0}
    everything = dict.fromkeys(("ties", "latency", "attrition_referral", YIELD, "trust"), arms)
    assert titles(headline(everything)) == [YIELD, "attrition_referral"]
    others = dict.fromkeys(("ties", "latency", "trust"), arms)
    assert titles(headline(others, ("trust", "latency", "ties"))) == ["trust", "latency"]
    assert titles(headline({"own": arms}, ())) == ["own"]
    assert answer(headline(others, ("trust",))).startswith("b has the highest trust: 1.0")


def titles(text):
    return [line.split()[0] for line in text.splitlines() if line and line[0] != " "][1:-1]


def test_many_arms_are_held_against_the_highest_alone():
    text = headline({YIELD: {f"arm-{i}": float(i) for i in range(7)}})
    assert sum(" above" in line for line in text.splitlines()[2:-1]) == 6
    assert all(line.startswith("  arm-6") for line in text.splitlines() if " above" in line[:-40])


def test_a_sweep_has_a_sentence_a_point():
    points = [{"network.degree": degree} for degree in range(25)]
    tables = [study({YIELD: {"a": 0.0, "b": 5.0}}, point=p) for p in range(25)]
    text = format_headline(compare(pd.concat(tables)), (), points)
    lines = [line for line in text.splitlines() if line[0] != " "]
    assert lines[0].startswith("network.degree = 0: b wins most: ")
    assert lines[19].startswith("network.degree = 19: b wins most: ")
    assert lines[20:] == ["and 5 more points"]
    text = format_headline(compare(pd.concat(tables[1:2])), (), points[:2])
    assert text.startswith("network.degree = 0: no trial is done.\nnetwork.degree = 1: b wins")


def test_lines_fit_a_terminal_and_names_stay_whole():
    arms = {f"a-strategy-of-a-long-name-{i}": float(i) for i in range(3)}
    sentence = headline({YIELD: arms}).partition("\n\n")[0]
    assert max(map(len, sentence.splitlines())) <= 96
    assert all(name in sentence for name in list(arms)[:1] + list(arms)[-1:])


def test_the_whole_comparison_has_a_blank_line_between_measures_and_none_of_nothing():
    text = format_comparison(
        compare(
            study(
                {
                    YIELD: {"a": 0.0, "b": 1.0},
                    "latency": {"a": None, "b": None},
                    "trust": {"a": 0.0, "b": 1.0},
                }
            )
        )
    )
    body = text.splitlines()[1:8]
    assert body[0] == "opportunity_yield (wins per person-year)"
    assert body[2:6] == [
        "",
        "latency: undefined (no replicate has it in two arms)",
        "",
        "trust (0 to 1)",
    ]
    assert "over n = 20 replicates" in text


def test_a_measure_that_some_pairs_lack_keeps_all_its_rows():
    text = format_comparison(compare(study({YIELD: {"a": 0.0, "b": 1.0, "c": None}})))
    assert sum(line.endswith("  0  undefined") for line in text.splitlines()) == 2


def test_nothing_defined_anywhere():
    text = format_comparison(compare(study({YIELD: {"a": None, "b": None}})))
    assert text.startswith("opportunity_yield: undefined")
