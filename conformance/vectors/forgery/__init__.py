"""Signed documents that must be refused, made live with the judge's own registered identity, and their accepted twins.

The classes are those of the published vectors in `fixtures/signatures`; here each is made anew for one run, because a
partner trusts the judge's anchor and not the published keys.
"""
