"""OpenDKIM as a stranger who verifies our signatures, with the key as our name server says it.

It runs in its test mode, which reads messages from files. Its resolver (Debian builds it on libunbound) is told to ask
nobody else, so this needs neither root nor port 53.
"""

import os
import pwd
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.lab.programs import require_program

_VERDICT = re.compile(r"opendkim: (\S+): verification \((.*?)\) (succeeded|failed: .*)")


def verify(folder: Path, mails: Mapping[str, bytes], *, dns_port: int) -> dict[str, str]:
    """What it says of each mail: `succeeded`, or why not; nothing of one it found no signature in. `folder` is made."""
    _require_unbound()
    folder.mkdir()
    (folder / "unbound.conf").write_text(
        "server:\n  do-not-query-localhost: no\n  module-config: iterator\n"
        f'forward-zone:\n  name: "."\n  forward-addr: 127.0.0.1@{dns_port}\n'
    )
    (folder / "opendkim.conf").write_text(
        f"ResolverConfiguration {folder}/unbound.conf\nMode v\nSyslog no\n"
        f"UserID {pwd.getpwuid(os.getuid()).pw_name}\n"
    )
    paths = {str(folder / f"{name}.eml"): name for name in mails}
    for path, name in paths.items():
        Path(path).write_bytes(mails[name])
    done = subprocess.run(
        [require_program("opendkim"), "-x", str(folder / "opendkim.conf"), "-vt", ",".join(paths)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    found = {paths[match[1]]: match[3] for match in _VERDICT.finditer(done.stdout + done.stderr)}
    if not found:
        raise RuntimeError(f"opendkim judged nothing: {done.stdout}{done.stderr}")
    return found


def _require_unbound() -> None:
    """Raises RuntimeError where it would ask the machine's resolver instead of ours."""
    said = subprocess.run([require_program("opendkim"), "-V"], capture_output=True, text=True, check=False)
    if "USE_UNBOUND" not in said.stdout + said.stderr:
        raise RuntimeError("this opendkim is not built on libunbound, as Debian's is")
