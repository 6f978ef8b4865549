"""What a page is made of, for tests that compare structures."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """Tags with the names of their attributes, texts, and where pictures and links point."""

    def __init__(self, html: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.structure: list[tuple[str, ...]] = []
        self.texts: list[str] = []
        self.references: list[str] = []
        self.alternatives: list[str] = []
        self.feed(html.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.structure.append((tag, *(name for name, _ in attrs)))
        self.references += [
            value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")
        ]
        self.alternatives += [value or "" for name, value in attrs if name == "alt"]

    def handle_endtag(self, tag: str) -> None:
        self.structure.append((f"/{tag}",))

    def handle_data(self, data: str) -> None:
        if self.structure and self.structure[-1][0] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All that is to be read, with single spaces."""
        return " ".join(" ".join(self.texts).split())
