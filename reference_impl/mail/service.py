"""The intake as a service of the node: who may send, and who handles what came."""

from reference_impl.config import ConfigError
from reference_impl.mail.dispatch import Dispatch
from reference_impl.mail.doorkeeper import Doorkeeper
from reference_impl.mail.intake import Account, Delivery, Intake
from reference_impl.mail.message import Kind, Refused
from reference_impl.mail.smime import MailTrust, Unsafe
from reference_impl.node import Node


class MailService:
    """Runs the intake and hands each message to the importing or the exporting side."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.intake = Intake(
            recipient=node.config.mail.recipient,
            accounts=[
                Account(p.country, p.mail_address, p.mail_username, p.mail_password)
                for p in node.config.partners
                if p.mail_username
            ],
            max_bytes=node.config.mail.max_message_bytes,
            tls=node.tls.mail(),
            receive=lambda delivery: self.receive(delivery),  # noqa: PLW0108 - a defect may replace it later
            doorkeeper=Doorkeeper(node.config.mail.max_connections, node.config.mail.max_connections_from_address),
        )

        smime = node.config.smime
        if smime is not None:
            self.intake.sealed_recipient = smime.recipient
            self.intake.unseal = lambda message, account: self.unseal(message, account)  # noqa: PLW0108 - as above

    def unseal(self, message: bytes, account: Account) -> bytes:
        """What an account's signed mail holds. Raises `Unsafe`."""
        partner, smime = self.node.partners[account.country], getattr(self.node.outbox, "smime", None)
        if smime is None or partner.smime_anchor is None:
            raise Unsafe("not-agreed", "S/MIME is not agreed with this account")
        opened: bytes = smime.open(message, MailTrust(partner.smime_anchor, account.address))
        return opened

    async def start(self) -> None:
        """Listen, and write the address into `node.addresses["mail"]`. Raises `ConfigError`."""
        listen = self.node.config.listen
        # A defect may have changed the context's making since this object was made.
        self.intake.options["tls_context"] = self.node.tls.mail()
        try:
            await self.intake.start(listen.host, listen.mail_port)
        except OSError as error:
            raise ConfigError(
                f"listen.mail_port: cannot listen on {listen.host}:{listen.mail_port} ({error.strerror}). "
                "Choose another port, or 0 for any free one"
            ) from error
        self.node.addresses["mail"] = (listen.host, self.intake.port)

    async def stop(self) -> None:
        """Stop listening."""
        await self.intake.stop()

    def receive(self, delivery: Delivery) -> None:
        """Keep a message, or raise what `Intake` turns into a refusal."""
        dispatch = self.node.outbox
        kind = delivery.incoming.subject.kind
        if kind is Kind.ACKNOWLEDGEMENT and isinstance(dispatch, Dispatch):
            dispatch.acknowledged(delivery)
        elif kind is Kind.INQUIRY:
            self.node.inquiry_post.receive(delivery)
        elif kind is Kind.ANSWER:
            raise Refused("this node asks no questions by mail, so there is nothing to answer")
        else:
            self.node.importer.receive(delivery)  # type: ignore[attr-defined]
