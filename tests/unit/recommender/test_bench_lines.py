"""The tables that a benchmark leaves: no figure of one task in the row of another."""

from research.benchmarks.recommending.lines import Line, flat_lines, markdown


def test_each_task_has_a_table_of_its_own() -> None:
    lines = [
        Line("new", "ours", "ndcg@10", 0.156, 0.145, 0.166),
        Line("old", "ours", "ndcg@10", 0.001),
        Line("old", "ours", "ms_p99", 20.0, target=-15.0),
        Line("old", "peer", "share", 1.0, target=1.0),
    ]
    first, second = markdown(lines).split("\n\n")
    assert first.splitlines() == [
        "| new | ndcg@10 |",
        "|---|---|",
        "| ours | .1560 (.1450 – .1660) |",
    ]
    assert second.splitlines() == [
        "| old | ndcg@10 | ms p99 | share |",
        "|---|---|---|---|",
        "| ours | .0010 | 20.00, target ≤ 15: missed |  |",
        "| peer |  |  | **1.0000, target ≥ 1** |",
    ]
    assert flat_lines(lines)["new.ours.ndcg@10"] == 0.156
