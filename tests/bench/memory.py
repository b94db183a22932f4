"""How much memory an import takes, and whether that depends on the size of the file."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import connection
from measuring import Row, at_most
from samples import MAPPING, ROOT, courses_business, write_file

FEW, MANY = 9_240, 92_400
# The peak since the program began; what getrusage says includes the process that started it.
COMMAND = """
import sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
for line in open("/proc/self/status"):
    if line.startswith("VmHWM"):
        print("peak", line.split()[1])
"""


def measure(urls: Sequence[str]) -> Iterator[Row]:
    if not Path("/proc/self/status").exists():
        yield Row("memory", "skipped: this system has no /proc/self/status")
        return
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "mapping.toml").write_text(MAPPING)
        peaks = {rows: peak(rows, directory) for rows in (FEW, MANY)}
    yield at_most(
        f"memory of the import command on {connection.display_name}, {MANY:,} against {FEW:,} rows",
        peaks[MANY] / peaks[FEW],
        1.2,
        f"{peaks[MANY]:.0f} against {peaks[FEW]:.0f} MB",
    )


def peak(rows: int, directory: Path) -> float:
    """Return the most memory, in MB, that importing so many rows took."""
    business = courses_business(f"courses-{rows}").business
    connection.close()
    path = directory / "leads.csv"
    write_file(path, rows)
    command = ["import_leads", str(path), "--business", business.slug, "--mapping", str(directory / "mapping.toml")]
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *command],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    if f"created {rows}," not in done.stdout:
        raise RuntimeError(f"The import said: {done.stdout}")
    return int(done.stdout.split()[-1]) / 1024
