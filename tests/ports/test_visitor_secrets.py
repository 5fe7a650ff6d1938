"""What lets the judge's visitors in is used and not recorded."""

from conformance.model.exchange import Answer, Message
from conformance.ports.cookies import CookieVault

KEY = "JBSWY3DPEHPK3PXPJBSWY3DP"
PAGE = (
    f'<img src="data:image/png;base64,{"Ab" * 40}"><code data-ecert-field="second-factor-key">{KEY}</code>'
    f'<a href="otpauth://totp/a?secret={KEY}&amp;issuer=b">x</a> in groups JBSW Y3DP EHPK 3PXP'
    '<a href="/invitation/aB3-token_x?lang=en">go</a> ABCDEFGH1JKLMNOPQ'
).encode()


def hidden(vault: CookieVault) -> bytes:
    answer = vault.without_keys(vault.without_links(Answer(Message("text/html", PAGE)), "/invitation/"))
    assert answer.response is not None
    return answer.response.body


def test_keys_pictures_and_invitations_are_replaced_by_labels() -> None:
    shown = hidden(CookieVault())
    for secret in (KEY.encode(), b"JBSW Y3DP", b"aB3-token_x", b"base64"):
        assert secret not in shown
    assert b"ABCDEFGH1JKLMNOPQ" in shown
    assert b"/invitation/hidden-" in shown


def test_behind_a_label_is_the_value_for_the_judge_alone() -> None:
    vault = CookieVault()
    label = hidden(vault).partition(b'second-factor-key">')[2].partition(b"<")[0].decode()
    assert vault.is_label(label)
    assert vault.value(label) == KEY
    assert vault.revealed(f"code={label}&next") == f"code={KEY}&next"
    assert CookieVault().revealed(label) == label


def test_the_same_value_has_the_same_label_and_is_not_hidden_twice() -> None:
    vault = CookieVault()
    assert vault.conceal("one") == vault.conceal("one") != vault.conceal("two")
    once = Answer(Message("text/html", hidden(vault)))
    twice = vault.without_links(vault.without_keys(once), "/invitation/")
    assert twice.response is not None
    assert twice.response.body == hidden(vault)
