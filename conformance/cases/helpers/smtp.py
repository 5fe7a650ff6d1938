"""Reading SMTP dialogues in cases."""

from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.ports.dialogue import Dialogue
from conformance.ports.smtp_wire import Reply


def extensions(reply: Reply | None) -> dict[str, str]:
    """The extensions of an EHLO reply, by name; the first line is the greeting."""
    lines = reply.lines[1:] if reply else ()
    return {name.upper(): rest for name, _, rest in (line.partition(" ") for line in lines if line)}


def why_silent(dialogue: Dialogue) -> str:
    """Why there is no reply, as far as the dialogue tells."""
    return dialogue.failure.text if dialogue.failure else "no reply"


def expect_code(judge: Judge, dialogue: Dialogue, step: str, codes: tuple[int, ...], message: str) -> bool:
    """Collect a finding unless the last reply to that step has one of the codes; tells whether it has."""
    reply = dialogue.reply(step)
    return judge.expect(
        reply is not None and reply.code in codes,
        expected=" or ".join(map(str, codes)),
        actual=reply.text if reply else why_silent(dialogue),
        message=message,
        where=Where("SMTP dialogue", None, step),
    )
