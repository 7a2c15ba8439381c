"""What is to be read on pages."""

from __future__ import annotations

import io

from pypdf import PdfReader


def texts(data: bytes) -> list[str]:
    """Read every page, with one space for each white stretch."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def text(data: bytes) -> str:
    return " ".join(texts(data))
