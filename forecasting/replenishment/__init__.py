"""What to order today and why: a row for every variant, made each night, read by page and chat."""

from forecasting.replenishment.job import make_plan, plan_is_due
from forecasting.replenishment.plan import LEVELS, SERVICE, NightRule, StockPlan
from forecasting.replenishment.reading import (
    SHOWS,
    PlannedVariant,
    Show,
    WeeklyHistory,
    count_plans,
    list_plans,
    night_rule,
    plan_currency,
    plan_made_at,
    read_plan,
    weekly_history,
)
from forecasting.replenishment.what_if import CHOICES, WhatIf, what_if

__all__ = [
    "CHOICES",
    "LEVELS",
    "SERVICE",
    "SHOWS",
    "NightRule",
    "PlannedVariant",
    "Show",
    "StockPlan",
    "WeeklyHistory",
    "WhatIf",
    "count_plans",
    "list_plans",
    "make_plan",
    "night_rule",
    "plan_currency",
    "plan_is_due",
    "plan_made_at",
    "read_plan",
    "weekly_history",
    "what_if",
]
