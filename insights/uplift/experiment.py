"""What an experiment is: who was treated, what came of it, what was known of each before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from insights.features import Features, features, gives_away
from insights.tables import BadData, Floats, column, columns, numbers

FEWEST_AN_ARM: Final = 40
FEWEST_EVENTS: Final = 10  # of either outcome in an arm, where the outcome is yes or no
_OTHER_OUTCOME: Final = 0.5  # share of variance that the unseen outcome's truth explains


@dataclass(frozen=True, eq=False)
class Experiment:
    """(rows,) treatment 0 or 1 and outcome, (rows, features) inputs.

    `truth` are the true effects, where simulated data know them; `notes` say what was left out.
    """

    treated: Floats
    outcome: Floats
    inputs: Features
    truth: Floats | None
    notes: tuple[str, ...]


def experiment(
    frame: Any,
    *,
    treatment: str,
    outcome: str,
    arm: str | None = None,
    control: str | None = None,
    chosen: Sequence[str] = (),
    mu0: str | None = None,
    mu1: str | None = None,
) -> Experiment:
    """Read an experiment; raises BadData for what no effect can be told from.

    Without `chosen` all columns are inputs that do not give the outcome away.
    """
    frame, treated, notes = _arms(frame, treatment, arm, control)
    result = numbers(frame, outcome, "--outcome")
    _refuse_what_says_nothing(treated, result, treatment, outcome)
    if (mu0 is None) != (mu1 is None):
        raise BadData("--mu0 and --mu1 go together: give both or neither")
    truth, unseen = None, None
    if mu0 is not None and mu1 is not None:
        off, on = numbers(frame, mu0, "--mu0"), numbers(frame, mu1, "--mu1")
        truth, unseen = on - off, np.where(treated == 1, off, on)
    used = {treatment, outcome, mu0, mu1}
    names = columns(frame, list(chosen), "--features") or [
        name for name in frame.columns if name not in used
    ]
    if wrong := sorted(set(names) & {name for name in used if name}):
        raise BadData(f"--features {wrong[0]!r} is the treatment or outcome itself; leave it out")
    leaks = [name for name in names if _leaks(frame, name, result, unseen)]
    if leaks and chosen:
        raise BadData(
            f"--features {', '.join(leaks)}: known only after the outcome {outcome!r}; leave out"
        )
    if leaks:
        notes.append(f"left out as known only after the outcome: {', '.join(leaks)}")
    inputs = features(frame, [name for name in names if name not in leaks])
    if not inputs.names:
        raise BadData("--features: no column says anything of a customer; name some that vary")
    if inputs.left_out:
        notes.append(f"left out as always alike or never: {', '.join(inputs.left_out)}")
    return Experiment(treated, result, inputs, truth, tuple(notes))


def _arms(
    frame: Any, treatment: str, arm: str | None, control: str | None
) -> tuple[Any, Floats, list[str]]:
    """(rows of the two arms, 1 where treated, notes)."""
    words = column(frame, treatment, "--treatment").map(_word)
    kinds = sorted(words.dropna().unique())
    if arm is None and control is None and kinds in (["0", "1"], ["false", "true"]):
        arm, control = kinds[1], kinds[0]
    shown = ", ".join(map(repr, kinds[:8]))
    if arm is None or control is None:
        raise BadData(
            f"--treatment {treatment!r} holds {shown}; say by --arm and --control which to compare"
        )
    arm, control = _word(arm), _word(control)
    if arm == control:
        raise BadData(f"--arm and --control are both {arm!r}; name two of {shown}")
    for option, kind in (("--arm", arm), ("--control", control)):
        if kind not in kinds:
            raise BadData(f"{option} {kind!r}: {treatment!r} has no such value; it holds {shown}")
    kept = words.isin([arm, control])
    notes = [f"{int((~kept).sum())} rows of other arms were left out"] if not kept.all() else []
    return frame[kept], np.asarray(words[kept] == arm, dtype=np.float64), notes


def _word(value: Any) -> Any:
    """One spelling for 1, 1.0, "1" and True, "true"; None for what is missing."""
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return text.lower() if text.lower() in {"true", "false"} else text


def _refuse_what_says_nothing(
    treated: Floats, result: Floats, treatment: str, outcome: str
) -> None:
    for value, said in ((1, "treated"), (0, "untreated")):
        group = result[treated == value]
        if len(group) < FEWEST_AN_ARM:
            raise BadData(
                f"--treatment {treatment!r}: {len(group)} rows are {said}, {FEWEST_AN_ARM} are "
                "needed; give more data"
            )
        events = min(int((group == one).sum()) for one in (0, 1))
        if set(np.unique(result)) <= {0, 1} and events < FEWEST_EVENTS:
            raise BadData(
                f"--outcome {outcome!r}: {events} of the {said} have the rarer outcome, "
                f"{FEWEST_EVENTS} are needed; give more data"
            )
    if len(np.unique(result)) == 1:
        raise BadData(f"--outcome {outcome!r}: every row has the same value")


def _leaks(frame: Any, name: str, result: Floats, unseen: Floats | None) -> bool:
    """Whether a column is the outcome under a name of its own, or in another light."""
    known = features(frame, [name]).values
    for values in known.T:
        if gives_away(values, result):
            return True
        sound = np.isfinite(values)
        if sound.sum() < 3 or np.ptp(values[sound]) == 0:
            continue
        # The outcome that was not seen: simulated data hold it beside the one that was.
        if unseen is not None and _explained(values, unseen) > _OTHER_OUTCOME:
            return True
        if abs(np.corrcoef(values[sound], result[sound])[0, 1]) > 0.999:
            return True
    return "cfactual" in name.lower() or "counterfactual" in name.lower()


def _explained(values: Floats, unseen: Floats) -> float:
    """How much of a column is the unseen outcome in its own units, as a share of its variance."""
    if np.ptp(unseen) == 0 or not np.isfinite(values).all():
        return 0.0
    slope = float(np.polyfit(unseen, values, 1)[0])
    return float(np.corrcoef(values, unseen)[0, 1]) ** 2 if 0.8 < slope < 1.25 else 0.0
