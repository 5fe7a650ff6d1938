"""What the engine raises to the command line."""


class UsageFault(Exception):
    """The user asked for something that cannot be done as asked: exit code 2. The text is one clear message."""


class NothingSelected(Exception):
    """The selection matches no case: exit code 5. The text says what was looked for."""
