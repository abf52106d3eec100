"""Which weights of an encoder learn: all of them, or small additions made by peft."""

import warnings
from typing import Any

from understanding.tuning.plan import Gear

_LINEAR = ["query", "key", "value", "dense"]


def with_gear(model: Any, gear: Gear, steps: int) -> Any:
    """`model`, a BERT of transformers, made ready to learn in a gear for `steps` updates.

    LoRA (Hu et al. 2021), AdaLoRA (Zhang et al. 2023), prefix tuning (Li and Liang 2021), and as
    adapter the learned rescaling of (IA)³ (Liu et al. 2022).
    """
    if gear == "full":
        return model
    import peft

    kind = peft.TaskType.FEATURE_EXTRACTION
    if gear == "lora":
        config: Any = peft.LoraConfig(
            r=16, lora_alpha=32, lora_dropout=0.05, target_modules=_LINEAR, task_type=kind
        )
    elif gear == "adalora":
        config = peft.AdaLoraConfig(
            init_r=16,
            target_r=8,
            lora_alpha=32,
            target_modules=_LINEAR,
            task_type=kind,
            total_step=steps,
            tinit=max(1, steps // 5),
            tfinal=max(1, steps // 5),
            deltaT=5,
        )
    elif gear == "prefix":
        config = peft.PrefixTuningConfig(num_virtual_tokens=16, task_type=kind)
    elif gear == "adapter":
        config = peft.IA3Config(
            target_modules=["key", "value", "output.dense"],
            feedforward_modules=["output.dense"],
            task_type=kind,
        )
    else:
        raise ValueError(f"{gear} leaves nothing to learn")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # peft's notes on what it leaves out
        return peft.get_peft_model(model, config)


def merged(model: Any) -> Any | None:
    """A plain encoder with the additions worked in; None where that cannot be (prefix)."""
    merge = getattr(model, "merge_and_unload", None)
    if merge is None:
        return model
    try:
        return merge()
    except AttributeError:
        return None


def after_step(model: Any, step: int) -> None:
    """What AdaLoRA does after each update: move its budget of ranks."""
    base = getattr(model, "base_model", None)
    if base is not None and hasattr(base, "update_and_allocate"):
        base.update_and_allocate(step)
