"""The push access: the intake that receives, the outbox that sends, and the messages between them."""

from reference_impl.inquiries.post import InquiryPost
from reference_impl.mail.dispatch import Dispatch
from reference_impl.mail.service import MailService
from reference_impl.node import Node

__all__ = ["Dispatch", "MailService", "install"]


def install(node: Node) -> None:
    """Give a node its `outbox` and its mail intake. Nothing listens or sends before the services start."""
    dispatch = Dispatch(node)
    node.outbox = dispatch
    node.inquiry_post = InquiryPost(node, dispatch)
    node.lifecycle.listeners.append(lambda change: dispatch.state_changed(change))  # noqa: PLW0108 - a defect may replace it later
    node.services.append(MailService(node))
    node.services.append(dispatch)
