"""Bytes that are not UTF-8: Windows-1252 is told from the pages it is mistaken for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autocode.transcript.code_pages import probable_page

WESTERN = (
    "I: Wie fing es an?\nB: Meine Tante hatte vier Stöcke hinter der Scheune.",
    "Enquêteur : Comment ça a commencé ?\nMarie : Ma tante avait « quatre » ruches là-bas.",
    "P: ¿Cómo empezó? — Mi tía tenía cuatro colmenas, señor.",
    "R: She said “hold the smoker” – and I didn’t let go… It’s a café.",
    "I: Hvordan begyndte det?\nR: Min tante på Ærø havde fire stader, å ja.",
    "I: É verdade? NÃO.\nR: São Paulo não é assim: coração, ação.",
)


@pytest.mark.parametrize("text", WESTERN)
def test_western_text_is_windows_1252(text: str) -> None:
    assert probable_page(text.encode("cp1252")) is None


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("Интервьюер: Как вы начали?\nРеспондент: У меня было четыре улья.", {"cp1251"}),
        ("Интервьюер: Как вы начали?\nРеспондент: У меня было четыре улья.", {"koi8_r"}),
        ("Интервьюер: Как вы начали?\nРеспондент: У меня было четыре улья.", {"iso8859_5"}),
        ("Интервьюер: Как вы начали?\nРеспондент: У меня было четыре улья.", {"cp866"}),
        ("Ε: Πώς ξεκινήσατε;\nΑ: Η θεία μου είχε τέσσερα μελίσσια.", {"cp1253", "iso8859_7"}),
        ("מראיינת: איך זה התחיל?\nנבדק: לדודה שלי היו ארבע כוורות.", {"cp1255"}),
        ("المحاور: كيف بدأت؟\nالمشارك: كان لعمتي أربع خلايا.", {"cp1256"}),
        ("R: She said “hold the smoker” – and I didn’t let go. It wasn’t the cold.", {"mac_roman"}),
        ("B: Meine Tante hatte vier Stöcke. Später fünf, für übermäßig schöne.", {"mac_roman"}),
        ("聞き手：どう始めましたか？\n田中：叔母が四箱飼っていました。", {"shift_jis"}),
        ("면접자: 어떻게 시작했나요?\n참여자: 이모가 벌통 네 개를 가지고 있었어요.", {"euc_kr"}),
    ],
)
def test_another_page_is_named(text: str, pages: set[str]) -> None:
    for page in pages:
        assert probable_page(text.encode(page)) in pages | {"cp1253"}


@given(st.binary())
def test_any_bytes_have_an_answer(data: bytes) -> None:
    probable_page(data)
