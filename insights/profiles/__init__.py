"""Who the customers are: a row for each, made every night, read by desk and chat."""

from insights.profiles.reading import (
    SORTS,
    Sort,
    count_profiles,
    list_profiles,
    mark_counts,
    read_profile,
    read_run,
    segment_sums,
)
from insights.profiles.records import Profile, Proof, Range, Run, SegmentSum
from insights.profiles.segments import MARKS, SEGMENTS

__all__ = [
    "MARKS",
    "SEGMENTS",
    "SORTS",
    "Profile",
    "Proof",
    "Range",
    "Run",
    "SegmentSum",
    "Sort",
    "count_profiles",
    "list_profiles",
    "mark_counts",
    "read_profile",
    "read_run",
    "segment_sums",
]
