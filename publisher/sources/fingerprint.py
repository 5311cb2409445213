"""Whether a folder may have changed: a cheap look before an expensive read."""

import hashlib
from pathlib import Path


def fingerprint(folder: Path) -> str:
    """A digest of every file's path, size and times of modification and change (nanoseconds) below `folder`.

    Equal digests mean that nothing was written, renamed, removed or given other rights in between, as far as a file
    system tells. The time of change (`ctime`) finds what the other hides: a copy that kept its date. A folder that
    is not there has the digest of an empty one.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        try:
            status = path.lstat()
        except OSError as error:
            digest.update(f"{path}\0{type(error).__name__}\0".encode(errors="surrogateescape"))
            continue
        times = f"{status.st_mtime_ns}\0{status.st_ctime_ns}"
        digest.update(f"{path}\0{status.st_size}\0{times}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()
