"""The tables of docs/speed.md are those of the committed results."""

import json

import keras
import pytest

if keras.backend.backend() != "tensorflow":
    pytest.skip("the benchmarks' own backend", allow_module_level=True)

from benchmarks import page


def test_the_pages_tables_are_made_from_the_committed_results():
    text = page.PAGE.read_text(encoding="utf-8")
    assert {name for _, name, _ in page.BLOCK.findall(text)} == set(page.TABLES)
    assert page.filled(text) == text


def test_a_table_is_put_between_its_comments(tmp_path):
    rows = [
        {
            "model": "dcgan",
            "ours_ms": 10.04,
            "plain_tf_ms": 20.0,
            "tuned_torch_ms": None,
            "quartiles_ms": {"ours": [9.0, 11.25], "plain_tf": [19.0, 21.0]},
            "floor_ms": 5.0,
            "ours_over_floor": 2.008,
        }
    ]
    (tmp_path / "step_time.json").write_text(json.dumps(rows))
    text = "before\n<!-- table step_time -->\nold\n<!-- end -->\nafter"
    assert page.filled(text, tmp_path).splitlines() == [
        "before",
        "<!-- table step_time -->",
        "|  | ours | plain TensorFlow | float32 floor | ours / floor |",
        "| --- | --- | --- | --- | --- |",
        "| DCGAN | 10.0 (9.0 to 11.2) | 20.0 (19.0 to 21.0) | 5.0 | 2.0 |",
        "<!-- end -->",
        "after",
    ]


def test_runs_are_told_by_median_and_range():
    runs = [
        {"game": "cgan", "loop": loop, "seconds": s, "epochs": e, "reached": s < 5}
        for loop in page.time_to_quality.LOOPS
        for s, e in ((1.0, 5), (2.0, 10), (6.0, 40))
    ]
    lines = page.quality({"runs": runs}).splitlines()
    assert lines[2] == "| CGAN | ours | 2.0 (1.0 to 6.0) | 10 (5 to 40) | 2 of 3 |"
    assert len(lines) == 2 + len(page.time_to_quality.LOOPS)
