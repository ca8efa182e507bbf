"""Errors whose text may be shown and logged: they name files, columns, rules and settings, never a value."""


class JobError(Exception):
    """Something that a person can act on: what is wrong, where, and the fix."""


class UnreadableError(JobError):
    """Files that the contract can't read: they fail again until somebody replaces them."""


class RefusedError(JobError):
    """Data that may not be published: nothing of its set is, and what was published before stays."""
