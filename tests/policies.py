"""The shop's rules with one of them changed."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from shop.policy import Act, Policy
from shop.policy_file import read_policy

ROOT: Final = Path(__file__).resolve().parents[1]
STRICT: Final = ROOT / "research/benchmarks/service/policy.yml"


def demo_policy() -> Policy:
    """The rules that the demo shop is shipped with."""
    return read_policy(ROOT / "policy.yml")


def demo_with(act: Act, **changes: Any) -> Policy:
    """The demo shop's rules with one act's changed."""
    policy = demo_policy()
    return replace(policy, rules={**policy.rules, act: replace(policy.rule(act), **changes)})
