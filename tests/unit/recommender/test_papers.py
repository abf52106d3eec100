"""Every public model says which paper it is from, so that nobody has to guess or look it up."""

import importlib
import inspect
import pkgutil
import re
from types import ModuleType

import pytest

from insights.policies.estimators import ESTIMATORS
from recommender import models
from recommender.artefacts import MODELS, model_class
from recommender.serving import bandit, mixing
from recommender.training import spark_als
from research.recommender import ratings
from research.recommender.ratings.base import RatingModel
from research.recommender.scale.search import CosineIndex, recommended_by_neighbours

YEAR = re.compile(r"\b(19|20)\d\d\b")
# Methods that are no classes with a `paper`, by where they say it.
METHODS = {
    **ESTIMATORS,
    "bandit": bandit,
    "diversity": mixing.diverse,
    "cones": CosineIndex,
    "votes": recommended_by_neighbours,
    "spark": spark_als.factors_on_spark,
}


def modules() -> list[ModuleType]:
    """Every module in which models live."""
    return [
        importlib.import_module(one.name)
        for home in (models, ratings)
        for one in pkgutil.walk_packages(home.__path__, f"{home.__name__}.")
    ]


def with_paper() -> list[type]:
    """Every public class that claims a paper, and every model that is served or evaluated."""
    classes = {model_class(alias) for alias in MODELS}
    for module in modules():
        for name, one in vars(module).items():
            if not inspect.isclass(one) or one.__module__ != module.__name__:
                continue
            is_model = issubclass(one, RatingModel) and not inspect.isabstract(one)
            if not name.startswith("_") and (is_model or "paper" in vars(one)):
                classes.add(one)
    return sorted(classes, key=lambda one: one.__name__)


@pytest.mark.parametrize("model", with_paper(), ids=lambda one: one.__name__)
def test_a_model_cites_its_paper(model: type) -> None:
    paper, told = vars(model)["paper"], inspect.getdoc(model) or ""
    author, year = re.split(r"[ ,]", paper)[0], YEAR.search(paper)
    assert year, paper
    assert author in told, f"{model.__name__} does not name {author}"
    assert year[0] in told, f"{model.__name__} does not say {year[0]}"


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_cites_its_paper(name: str) -> None:
    told = inspect.getdoc(METHODS[name]) or ""
    assert YEAR.search(told), f"{name}: {told}"
