"""Users of the mail access: certificates of the judge's, each a message of its own, over sessions that are kept."""

import smtplib
import socket
import ssl
import time
from itertools import count
from random import Random

from gevent.queue import Empty, LifoQueue
from load_letters import Letters, Posted
from load_plan import partner, plan
from load_user import SAMPLES, Action, Lost, Wrong, keep_to_plan
from locust import User, task
from locust.env import Environment
from locust.exception import StopTest

from conformance.partner import IxitPush

USERS = count()
COME_AGAIN = (421, 450, 451, 452)
MOST_MESSAGES = 50  # of one session; then a new one is opened, as mail servers do


class Session(smtplib.SMTP):
    """An SMTP session without Nagle's delay: with it, every command waits for the other side's acknowledgement."""

    sent = 0

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made = socket.create_connection((host, port), timeout, self.source_address)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


class PushUser(User):
    """Sends certificates to the partner's intake; a session that was not ended is used again."""

    abstract = True

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        given = partner().push
        if given is None:
            raise StopTest("the partner file has no [ixit.push]")
        self._push: IxitPush = given
        self._letters = Letters(partner(), plan())
        self._tls = ssl.create_default_context(cafile=given.ca)
        self._idle: LifoQueue[Session] = LifoQueue()

    @task
    def keep_to_plan(self) -> None:
        """Send what the plan says, then end."""
        keep_to_plan(plan(), plan().access("push"), next(USERS), self._choose)

    def _choose(self, random: Random) -> Action:
        posted = self._letters.next(random)
        name = "push large certificate" if posted.large else "push twice" if posted.twice else "push certificate"
        return name, lambda: self._send_first(name, posted)

    def _send_first(self, name: str, posted: Posted) -> None:
        self._send(name, posted.message)
        if posted.twice:
            self._send_again(posted)
        else:
            SAMPLES.taken(posted.number, posted.sha256, 1)

    def _send_again(self, posted: Posted) -> None:
        """Send the same message once more, as a sender does whose connection was lost before the answer."""
        times = 1
        try:
            self._send("push twice", posted.message)
            times = 2
        finally:
            SAMPLES.taken(posted.number, posted.sha256, times)

    def _send(self, name: str, message: bytes) -> None:
        started, reason = time.perf_counter(), None
        try:
            self._deliver(message)
        except (Lost, Wrong) as error:
            reason = error
            raise
        finally:
            self.environment.events.request.fire(
                request_type="SMTP",
                name=name,
                response_time=(time.perf_counter() - started) * 1000,
                response_length=0,
                exception=reason,
                context={},
            )

    def _deliver(self, message: bytes) -> None:
        session: Session | None = None
        try:
            session = self._session()
            session.sent += 1
            session.sendmail(self._push.sender, [self._push.recipient], message)
        except smtplib.SMTPResponseException as error:
            _end(session)
            _refused("the mail", error.smtp_code)
        except smtplib.SMTPRecipientsRefused as error:
            _end(session)
            _refused("the recipient", next(iter(error.recipients.values()))[0])
        except smtplib.SMTPServerDisconnected:
            _end(session)
            raise Lost("the session was closed without a word") from None
        except TimeoutError:
            _end(session)
            raise Lost("no answer in time") from None
        except (smtplib.SMTPException, OSError) as error:
            _end(session)
            raise Lost(f"the session failed ({type(error).__name__})") from None
        else:
            if session.sent < MOST_MESSAGES:
                self._idle.put(session)
            else:
                _end(session)

    def _session(self) -> Session:
        try:
            kept: Session = self._idle.get_nowait()
        except Empty:
            pass
        else:
            return kept
        session = Session(self._push.host, self._push.port, "judge.invalid", timeout=self._push.timeout)
        try:
            session.starttls(context=self._tls)
            session.login(self._push.username, self._push.password.reveal())
        except (smtplib.SMTPException, OSError):
            session.close()
            raise
        return session


def _refused(what: str, code: int) -> None:
    if code in COME_AGAIN:
        raise Lost(f"told to come again ({code})")
    raise Wrong(f"{what} was refused with {code}")


def _end(session: Session | None) -> None:
    if session is not None:
        session.close()
