"""The exceptions Nashra raises on purpose.

Expected outcomes are values, not exceptions: a relay's answer, an article held back, a slot skipped. An exception
means that what was asked for cannot be done, and that a person can mend it:

    NashraError              str() is one sentence; `next_step` says what to do; `exit_code` is the command's
    ├── UsageError           the command line asks for something that does not exist (exit 2)
    ├── DiskError            a full disk, one that may not be written, missing rights (model.disk_trouble)
    ├── SettingsError        the settings cannot be used; it names every fault (publisher.settings; exit 2)
    ├── ReasonedError        carries a Reason; the edge looks the sentence up in the reader's language
    │   └── ScheduleError    a schedule that cannot be read
    └── …                    a room may add a leaf; drivers' and SMTP exceptions never leave their room

Everything else that is raised is a defect and keeps its traceback.
"""

from publisher.model.reason import Reason


class NashraError(Exception):
    """What was asked for cannot be done. `sentence` says why, `next_step` what the operator can do about it."""

    exit_code = 1

    def __init__(self, sentence: str, *, next_step: str = "") -> None:
        super().__init__(sentence)
        self.next_step = next_step


class UsageError(NashraError):
    """The command line names something that does not exist or cannot be combined."""

    exit_code = 2


class ReasonedError(NashraError):
    """A fault in what a person wrote, as data: `reason` is said by the edge, in the language of who reads it."""

    def __init__(self, reason: Reason) -> None:
        arguments = ", ".join(f"{name}={value!r}" for name, value in reason.arguments.items())
        super().__init__(f"{reason.key}({arguments})")
        self.reason = reason


class ScheduleError(ReasonedError):
    """A schedule that cannot be read."""
