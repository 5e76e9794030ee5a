"""Nothing that would shame anybody is offered, and no honest word is taken for it.

The words that are caught stand here with their letters turned by half the alphabet.
"""

from __future__ import annotations

import time

import pytest

from skoropis.host.discovery import Found
from skoropis.host.host import PluginHost
from skoropis.host.manifest import Manifest, Provided
from skoropis.types import Context
from skoropis.typing import decency
from skoropis.typing.assistant import TypingAssistant
from skoropis.typing.decency import decent
from skoropis.typing.policy import CORRECT

_HONEST = """
Scunthorpe assess assesses class passage Essex Sussex cockpit cocktail peacock Dick Dickens title titmouse
shiitake niggardly snigger therapist analysis document cucumber Hitchcock button grass embarrass assassin
harass arsenal parse Penistone spice spicy retardant flag flagging Japan Japanese cocoon raccoon tycoon
Montenegro accumulate circumstance hello don't co-operate 3rd 4th R2D2 C3PO страхую застрахуй подстрахуйте
психую хлеб хлебать оскорблять употреблять рубля корабля сабля бляха барсука сук суккулент мудрый мудрец
команда мандат мандарин команду себе себя ребёнок небо учебник учёба колебать требовать гребля жеребец
лебедь дебаты подебатировать веб вебинар сухую плохую глухую тихую лихую доху уху снаху хурма худой художник
хуже хулиган хутор Херсон херес херувим шухер трахея трахеи трахею жидкий жидкость хачапури чурбан сравнение
срам страна устранить ссылка рассада массаж ссуда пассат педагог педаль педиатр чмокать Нигер Нигерия сучок
перец мушкет посылка письмо титул дрожь говядина разговор говор командир саманда ель скипидар Олеговна
Людвиговна Себастьян
"""
_TURNED = """
shpx Shpxvat ohyyfuvg fuvggl nffubyr pbpxfhpxre avttre snttbgf fuvg-urnq
егщ эрегщ яшчфхж уютэю фхамьютлщ бгър ьгфръ сыпвм чрхсры
"""
HONEST, TURNED = _HONEST.split(), _TURNED.split()


def turned(word: str) -> str:
    return decency._turned(word.lower())


@pytest.mark.parametrize("word", HONEST)
def test_honest_words_pass(word: str) -> None:
    assert decent(word)
    assert decent(f"well, {word.upper()} it is") or word in ("Dick", "Нигер")


@pytest.mark.parametrize("word", TURNED)
def test_obscene_words_are_caught_however_they_are_written(word: str) -> None:
    plain = turned(word)
    drawn_out = plain[0] * 3 + plain[1:]
    for text in (plain, plain.upper(), plain.title(), f"so {plain}, yes", f"«{plain}»", drawn_out):
        assert not decent(text), word


def test_digits_and_letters_of_the_other_alphabet_hide_nothing() -> None:
    assert not decent(turned("fuvg").replace("i", "1"))
    assert not decent(turned("nff").replace("a", "@"))
    assert not decent(turned("егщ").replace("х", "x").replace("у", "y"))
    assert decent("x2y 1st b4 5s")


def test_a_capital_makes_some_words_names() -> None:
    assert decent("Dick")
    assert not decent("dick")


def test_an_answer_costs_less_than_20_microseconds() -> None:
    words = [*HONEST, "an ordinary sentence of several words", "обычное предложение из нескольких слов"]
    decent("first")  # reads the lists
    begun = time.process_time()
    for _ in range(5):
        for word in words:
            decency._decent.__wrapped__(word)
    assert (time.process_time() - begun) / (5 * len(words)) < 20e-6


def test_the_folder_can_be_read_in_company() -> None:
    words = decency._words()
    for language in ("en", "ru"):
        raw = decency.files("skoropis.typing").joinpath(f"data/{language}.rot").read_text(encoding="utf-8")
        assert len(raw.splitlines()) > 50
        assert not [core for core in words._rules if len(core) > 3 and f"\n{core}\t" in raw]


PLUGIN = """
from skoropis.api import Edit, Suggestion

def offer(before, word, kind):
    return Suggestion(Edit(0, len(before), word), word, kind, -0.1)

class Predictor:
    def predict(self, context, limit):
        return [offer(context.before, w, k) for w, k in WORDS][:limit]

class Corrector:
    def correct(self, context):
        return [offer(context.before, WORDS[0][0], "correction")]
"""


@pytest.fixture
def host(tmp_path, monkeypatch: pytest.MonkeyPatch) -> PluginHost:  # type: ignore[no-untyped-def]
    bad = turned("fuvg")
    words = [
        (bad, "completion"),
        ("ship", "completion"),
        ("shift", "completion"),
        ("shin", "next_word"),
        (bad, "snippet"),
    ]
    (tmp_path / "rude_plugin.py").write_text(PLUGIN.replace("WORDS", repr(words)))
    monkeypatch.syspath_prepend(tmp_path)
    provides = tuple(Provided(k, f"rude_plugin:{k.capitalize()}") for k in ("predictor", "corrector"))  # type: ignore[arg-type]
    manifest = Manifest("test.rude", "Rude", "0.1", provides)
    return PluginHost({}, trust=["test.rude"], found=[Found("test.rude", "skoropis", "1", manifest)])


def test_suggestions_are_decent_unless_it_is_switched_off(host: PluginHost) -> None:
    bad = turned("fuvg")
    shown = [s.text for s in TypingAssistant(host, 2.0).suggest(Context("shi"), 3)]
    assert shown == ["ship", "shift", "shin"]
    free = TypingAssistant(host, 2.0, allowed=lambda text: True)
    assert bad in [s.text for s in free.suggest(Context("shi"), 3)]
    assert bad in [s.text for s in TypingAssistant(host, 2.0).suggest(Context("shi"), 4)], (
        "the user's own snippet"
    )


def test_a_harmless_word_is_not_corrected_into_an_obscene_one(host: PluginHost) -> None:
    typing = TypingAssistant(host, 2.0)
    assert typing.corrections(Context("shjt"), CORRECT) == ()
    assert len(typing.corrections(Context(turned("fuvggl")), CORRECT)) == 1, "it was not harmless before"
