"""A bucket on a local S3 server, asked over HTTP: listed, fingerprinted, and gone on with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.slow  # starts an S3 server

s3fs = pytest.importorskip("s3fs")
server = pytest.importorskip("moto.server")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    started = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    started.start()
    host, port = started.get_host_and_port()
    yield f"http://{host}:{port}"
    started.stop()


@pytest.fixture
def environment(endpoint: str, tmp_path: Path) -> dict[str, str]:
    """What an office sets for its own store: address and keys, nothing in the command."""
    return os.environ | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "office",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "HOME": str(tmp_path),
    }


@pytest.fixture
def bucket(endpoint: str, tmp_path: Path) -> str:
    store = s3fs.S3FileSystem(key="office", secret="secret", endpoint_url=endpoint)
    store.mkdir("batik")
    for number in range(3):
        noise = np.random.default_rng(number).integers(0, 256, (9, 9, 3), np.uint8)
        Image.fromarray(noise).resize((128, 128), Image.Resampling.BICUBIC).save(tmp_path / "cloth.png")
        store.put(str(tmp_path / "cloth.png"), f"batik/2026/{number}.png")
    store.pipe("batik/2026/broken.jpg", b"no picture")
    return "s3://batik/2026/"


def fingerprinted(
    bucket: str, out: Path, environment: dict[str, str]
) -> tuple[subprocess.CompletedProcess[str], list[dict[str, object]]]:
    command = [sys.executable, "-m", "motif", "fingerprint", bucket, "-o", str(out), "--jobs", "1"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return done, [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []


def test_a_bucket_is_fingerprinted_and_the_next_run_has_nothing_to_do(
    bucket: str, environment: dict[str, str], tmp_path: Path
) -> None:
    done, rows = fingerprinted(bucket, tmp_path / "out.jsonl", environment)
    assert "Traceback" not in done.stderr, done.stderr
    text = (tmp_path / "out.jsonl").read_text()
    assert text.count("s3://batik/2026/") >= 4 and "not-an-image" in text
    again, same = fingerprinted(bucket, tmp_path / "out.jsonl", environment)
    assert same == rows and len(rows) >= 4
    assert again.returncode == done.returncode


def test_a_bucket_that_is_not_there_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    done, _rows = fingerprinted("s3://nobody/has/this/", tmp_path / "out.jsonl", environment)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "s3://nobody/has/this" in (tmp_path / "out.jsonl").read_text()
