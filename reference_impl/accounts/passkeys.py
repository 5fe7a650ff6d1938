"""Passkeys as a second factor (W3C Web Authentication, Level 2), beside the codes by time.

The challenges lie with the session that was shown them, hold for five minutes and are used up by the first answer.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType
from urllib.parse import urlsplit

from sqlalchemy import delete, insert, select, update

from reference_impl.accounts.sessions import digest
from reference_impl.accounts.values import Account, Session
from reference_impl.clock import Clock, instant
from reference_impl.store.account_tables import challenges, passkeys
from reference_impl.store.database import Database

HOLDS = timedelta(minutes=5)
MOST = 10  # passkeys of one account
ADD, USE = "add", "use"


@dataclass(frozen=True)
class Passkey:
    """A passkey as its owner sees it; moments as `clock.instant` writes them, `used` empty when it never was."""

    id: str
    name: str
    added: str
    used: str


@dataclass(frozen=True)
class Relying:
    """The site as browsers know it: the host passkeys belong to, the whole origin, and a name for people."""

    host: str
    origin: str
    name: str

    @property
    def offers(self) -> bool:
        """Can there be passkeys: browsers make them for host names, not for bare addresses."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return bool(self.host)
        return False


def relying(address: str, name: str) -> Relying:
    """The site at an address such as `https://ecert.example:8443`."""
    return Relying(urlsplit(address).hostname or "", address, name)


@dataclass(frozen=True)
class Key:
    """What answers are judged by: the credential's id, its public key (COSE_Key), how often it says it was used."""

    id: str
    public_key: bytes
    uses: int


class Passkeys:
    """Makes, checks and keeps passkeys. Methods may be replaced."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    def of(self, account: Account) -> list[Passkey]:
        """The passkeys of an account, oldest first."""
        columns = (passkeys.c.id, passkeys.c.name, passkeys.c.added, passkeys.c.used)
        statement = select(*columns).where(passkeys.c.account == account.id).order_by(passkeys.c.added)
        with self.database.read() as connection:
            return [Passkey(*row) for row in connection.execute(statement)]

    def to_add(self, site: Relying, session: Session, account: Account) -> str:
        """What a browser is asked in order to make a passkey, as JSON."""
        asked, challenge = ceremony().to_make(site, account, self._ids(account))
        self._put(session, ADD, challenge)
        return str(asked)

    def add(self, site: Relying, session: Session, account: Account, name: str, answer: str) -> bool:
        """Keep the passkey a browser has made; False when the answer does not stand."""
        challenge = self._take(session, ADD)
        if challenge is None or len(self.of(account)) >= MOST:
            return False
        made = ceremony().made(site, challenge, answer)
        if made is None:
            return False
        with self.database.write() as connection:
            if connection.execute(select(passkeys.c.id).where(passkeys.c.id == made.id)).first() is not None:
                return False
            now = instant(self.clock.reading())
            connection.execute(insert(passkeys).values(**vars(made), account=account.id, name=name, added=now))
        return True

    def to_use(self, site: Relying, session: Session, account: Account) -> str:
        """What a browser is asked in order to use a passkey, as JSON; empty when the account has none."""
        known = self._ids(account)
        if not known:
            return ""
        asked, challenge = ceremony().to_use(site, known)
        self._put(session, USE, challenge)
        return str(asked)

    def use(self, site: Relying, session: Session, account: Account, answer: str) -> bool:
        """Is the answer one of a passkey of the account, to the challenge this session was shown."""
        challenge = self._take(session, USE)
        kept = self._kept(account, ceremony().claimed(answer))
        if challenge is None or kept is None:
            return False
        uses = ceremony().used(site, challenge, answer, kept)
        if uses is None:
            return False
        with self.database.write() as connection:
            now = instant(self.clock.now())
            connection.execute(update(passkeys).where(passkeys.c.id == kept.id).values(uses=uses, used=now))
        return True

    def remove(self, account: Account, number: str) -> bool:
        """Forget a passkey of the account; False when it has none such."""
        with self.database.write() as connection:
            done = connection.execute(delete(passkeys).where(passkeys.c.account == account.id, passkeys.c.id == number))
            return done.rowcount == 1

    def _kept(self, account: Account, number: str) -> Key | None:
        columns = (passkeys.c.id, passkeys.c.public_key, passkeys.c.uses)
        statement = select(*columns).where(passkeys.c.account == account.id, passkeys.c.id == number)
        with self.database.read() as connection:
            row = connection.execute(statement).first()
        return None if row is None else Key(row[0], bytes(row[1]), int(row[2]))

    def _ids(self, account: Account) -> list[str]:
        return [one.id for one in self.of(account)]

    def _put(self, session: Session, purpose: str, challenge: bytes) -> None:
        mine = (challenges.c.session == digest(session.token)) & (challenges.c.purpose == purpose)
        now = self.clock.now()
        with self.database.write() as connection:
            connection.execute(delete(challenges).where(mine | (challenges.c.ends < instant(now))))
            connection.execute(
                insert(challenges).values(
                    session=digest(session.token), purpose=purpose, challenge=challenge, ends=instant(now + HOLDS)
                )
            )

    def _take(self, session: Session, purpose: str) -> bytes | None:
        mine = (challenges.c.session == digest(session.token)) & (challenges.c.purpose == purpose)
        with self.database.write() as connection:
            row = connection.execute(select(challenges.c.challenge, challenges.c.ends).where(mine)).first()
            connection.execute(delete(challenges).where(mine))
        return bytes(row[0]) if row is not None and row[1] >= instant(self.clock.now()) else None


def ceremony() -> ModuleType:
    """How browsers are asked and their answers judged; loaded with the first passkey, for it takes a while."""
    from reference_impl.accounts import ceremony as loaded  # noqa: PLC0415

    return loaded
