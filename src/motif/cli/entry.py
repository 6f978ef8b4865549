"""Run the command line in a process: prepare the streams, run, flush, exit."""

from __future__ import annotations

import io
import os
import sys
import warnings

import click

from motif.cli import codes
from motif.cli.errors import report_error
from motif.cli.group import cli
from motif.cli.language import set_language
from motif.cli.output import (
    abandon_stdout,
    finish_streams,
    ignore_interrupts,
    prepare_streams,
    tell,
)


def run() -> None:
    """Run ``motif`` and exit; the user never sees a traceback, except with ``--debug``."""
    prepare_streams()
    set_language(sys.argv[1:])
    _hush_libraries()
    code = _exit_code()
    try:
        finish_streams()
    except OSError as error:
        code = code if code == codes.ERROR else report_error(error)
        abandon_stdout()
    ignore_interrupts()
    if code == codes.INTERRUPTED:
        os._exit(code)  # after Ctrl-C inside exec(), Python would end itself by a signal instead
    sys.exit(code)


def _exit_code() -> int:
    try:
        return int(cli.main(prog_name="motif", standalone_mode=False))
    except click.Abort:
        return report_error(KeyboardInterrupt())
    except click.ClickException as error:
        usage = io.StringIO()
        error.show(usage)
        tell(usage.getvalue().rstrip())
        return error.exit_code
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else codes.ERROR
    except (Exception, KeyboardInterrupt) as error:
        return report_error(error, debug=bool(os.environ.get("MOTIF_DEBUG")))


def _hush_libraries() -> None:
    """Keep decoders from writing to stderr; the program itself reports a damaged picture."""
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
