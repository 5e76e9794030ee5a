"""What goes into each domain model that ships."""

from __future__ import annotations

from dataclasses import dataclass

from .recipe import ENGLISH, RUSSIAN, Source


@dataclass(frozen=True, slots=True)
class DomainRecipe:
    """How one domain's model is made, over the general model of its language."""

    language: str
    domain: str
    description: str
    sources: tuple[Source, ...]
    held_out: tuple[str, ...]
    """Files of ``dev`` and ``test``; the weights are tuned on the first, figures come from both."""
    budget: float = 3.0
    """Megabytes of the domain's own n-grams."""

    @property
    def id(self) -> str:
        """Id of the model."""
        return f"{self.language}-{self.domain}"

    @property
    def base(self) -> str:
        """Id of the general model."""
        return f"{self.language}-general"


def _sources(recipe_components: dict[str, tuple[Source, ...]], *names: str) -> tuple[Source, ...]:
    return tuple(source for name in names for source in recipe_components[name])


DOMAINS = {
    recipe.id: recipe
    for recipe in (
        DomainRecipe(
            "en",
            "medical",
            "English medicine: what doctors and patients say, and the notes that are taken of it",
            _sources(ENGLISH.components, "medical"),
            ("medical",),
        ),
        DomainRecipe(
            "en",
            "it",
            "English computing: help pages and talk among users and programmers of free software",
            _sources(ENGLISH.components, "ubuntu_irc", "it"),
            ("irc", "it"),
        ),
        DomainRecipe(
            "ru",
            "legal",
            "Russian law: the language of a tax code",
            _sources(RUSSIAN.components, "legal"),
            ("legal",),
        ),
    )
}
