"""Our distributions fit together as they are installed, from the checkout or from wheels."""

from importlib.metadata import Distribution, distributions, version

import pytest
from packaging.requirements import Requirement

OURS = [each for each in distributions() if each.name.startswith("abs-")]


@pytest.mark.parametrize("ours", OURS, ids=lambda each: each.name)
def test_a_distribution_pins_the_others_to_what_is_installed(ours: Distribution) -> None:
    for text in ours.requires or []:
        requirement = Requirement(text)
        if requirement.name.startswith("abs-"):
            assert str(requirement.specifier) == f"=={version(requirement.name)}"
