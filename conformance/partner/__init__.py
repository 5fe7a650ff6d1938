"""The partner file: what a partner declares (ICS) and what is needed to test it (IXIT)."""

from conformance.partner.accesses import (
    Identities,
    Identity,
    IxitInquiry,
    IxitPull,
    IxitPush,
    IxitSmime,
    IxitVerification,
    MailAccount,
)
from conformance.partner.errors import PartnerFileError
from conformance.partner.judge_side import IxitJudge, JudgeRevocation, JudgeSigning, Listen
from conformance.partner.loader import load_partner
from conformance.partner.model import Hook, HookCommand, HookUrl, IxitLimits, IxitTrust, Partner, TestData
from conformance.partner.secret import Secret

__all__ = [
    "Hook",
    "HookCommand",
    "HookUrl",
    "Identities",
    "Identity",
    "IxitInquiry",
    "IxitJudge",
    "IxitLimits",
    "IxitPull",
    "IxitPush",
    "IxitSmime",
    "IxitTrust",
    "IxitVerification",
    "JudgeRevocation",
    "JudgeSigning",
    "Listen",
    "MailAccount",
    "Partner",
    "PartnerFileError",
    "Secret",
    "TestData",
    "load_partner",
]
