"""What goes into each model: sources, their licences, sizes. Everything that may be tuned stands here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A text that a model is trained on, as its card will name it."""

    name: str
    licence: str
    origin: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one language's model is made."""

    language: str
    components: dict[str, tuple[Source, ...]]
    """Groups of sources: each group becomes one n-gram model of the mixture."""
    dev: tuple[str, ...]
    """Dev domains that weights and sizes are tuned on, each of equal weight."""
    test: tuple[str, ...]
    """Test domains that the card reports."""
    vocabulary: int
    """Words that the n-grams know."""
    lexicon: int
    """Words in all: beyond the vocabulary they share the probability of ``<unk>``."""
    alphabet: str
    """Regular expression for one letter of the language."""
    shown: dict[str, float]
    """How often each source is shown to the neural network an epoch: long ones of one register less."""
    pieces: int = 8_000
    """Subword pieces of the neural model."""
    smoothing: float = 0.02
    """Of the history-dependent weights (``mixture.py``): 0 is Bayesian, large is linear."""
    budget: float = 20.5
    """Megabytes (10^6 bytes) for the n-grams above order 1, in trie and index."""


_IT = (
    Source("it_gnome_help", "CC-BY-SA 3.0", "GNOME user documentation and application help (Debian)"),
    Source("it_libreoffice_help", "MPL-2.0", "LibreOffice help (Debian)"),
)
_COMMONVOICE = (Source("commonvoice", "CC0 1.0", "mozilla/common-voice, server/data"),)
WORDFREQ = Source("wordfreq", "CC-BY-SA 4.0", "Robyn Speer, wordfreq 3: word frequencies (unigrams, lexicon)")

ENGLISH = Recipe(
    language="en",
    components={
        "classics": (
            Source("classics", "public domain", "mlschmitt/classic-books-markdown; authors dead by 1955"),
        ),
        "commonvoice": _COMMONVOICE,
        "ubuntu_irc": (Source("ubuntu_irc", "CC-BY 4.0", "jkkummerfeld/irc-disentanglement"),),
        "sgd": (
            Source("sgd_dialogues", "CC-BY-SA 4.0", "google-research-datasets/dstc8-schema-guided-dialogue"),
        ),
        "topical_chat": (Source("topical_chat", "CDLA-Sharing-1.0", "alexa/Topical-Chat"),),
        "assistant": (
            Source("assistant_queries", "CC-BY 3.0 and 4.0", "clinc/oos-eval; xliuhw/NLU-Evaluation-Data"),
        ),
        "it": _IT,
        "masc": (
            Source("masc", "open, no restriction", "MASC, the Open American National Corpus, in nltk_data"),
        ),
        "medical": (Source("medical", "CC-BY 4.0", "abachaa/MTS-Dialog; wyim/aci-bench"),),
        "speeches": (
            Source("nltk_inaugural", "public domain", "US inaugural addresses, in nltk_data"),
            Source("nltk_state_union", "public domain", "US State of the Union addresses, in nltk_data"),
        ),
        "taskmaster": (Source("taskmaster", "CC-BY 4.0", "google-research-datasets/Taskmaster"),),
        "ewt": (Source("ud_ewt", "CC-BY-SA 4.0", "UniversalDependencies/UD_English-EWT"),),
    },
    dev=("general", "chat", "chat_task", "email", "news", "literary", "sms", "medical", "it"),
    test=("general", "chat", "chat_task", "email", "news", "literary", "sms", "mackenzie", "medical", "it"),
    vocabulary=60_000,
    lexicon=150_000,
    alphabet="[a-zà-öø-ÿ]",
    shown={
        "classics": 0.4,
        "sgd_dialogues": 0.6,
        "ubuntu_irc": 1.2,
        "topical_chat": 2.5,
        "assistant_queries": 3,
        "commonvoice": 3,
        "it_gnome_help": 3,
        "it_libreoffice_help": 3,
        "masc": 3,
        "medical": 3,
        "nltk_inaugural": 2,
        "nltk_state_union": 2,
        "taskmaster": 3,
        "ud_ewt": 4,
    },
)

RUSSIAN = Recipe(
    language="ru",
    components={
        "classics": (
            Source("classics", "public domain", "JoannaBy/RussianNovels; nevmenandr; authors dead by 1955"),
        ),
        "novels_20c": (
            Source(
                "novels_20c",
                "public domain in Russia (life + 70 years); status in the United States not checked",
                "kagort/tolstoy-words-local; authors dead by 1955",
            ),
        ),
        "drama": (Source("rusdracor", "CC0 1.0", "dracor-org/rusdracor"),),
        "dialogues": (Source("koziev_anekdot_dialogues", "CC0 1.0", "Koziev/NLP_Datasets, Conversations"),),
        "samples": (Source("koziev_samples", "CC0 1.0", "Koziev/NLP_Datasets, Samples"),),
        "commonvoice": _COMMONVOICE,
        "modern": (
            Source("factrueval_news", "MIT", "dialogue-evaluation/factRuEval-2016"),
            Source("ud_gsd", "CC-BY-SA 4.0", "UniversalDependencies/UD_Russian-GSD"),
            Source("ud_taiga", "CC-BY-SA 4.0", "UniversalDependencies/UD_Russian-Taiga"),
        ),
        "it": _IT,
        "legal": (Source("legal_taxcode", "CC0 1.0", "bronxtc52/nalogovyy-kodeks-2025"),),
    },
    dev=("general", "chat", "news", "literary", "social", "legal", "it", "dialogue_movies"),
    test=("general", "chat", "news", "literary", "social", "legal", "it", "dialogue_movies"),
    budget=18.0,
    vocabulary=120_000,
    lexicon=350_000,
    alphabet="[а-я]",
    shown={
        "classics": 1,
        "novels_20c": 1,
        "rusdracor": 1,
        "koziev_anekdot_dialogues": 1.3,
        "koziev_samples": 0.6,
        "commonvoice": 3,
        "factrueval_news": 4,
        "ud_gsd": 4,
        "ud_taiga": 4,
        "it_gnome_help": 4,
        "it_libreoffice_help": 4,
        "legal_taxcode": 3,
    },
)

RECIPES = {"en": ENGLISH, "ru": RUSSIAN}
