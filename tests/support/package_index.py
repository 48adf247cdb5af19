"""A package index on loopback with packages that tests make up."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping

from tests.support.web_server import Answer, WebServer


def serve_package(server: WebServer, name: str, version: str, modules: Mapping[str, str]) -> None:
    """Add a pure Python package to the index at `/simple` (PEP 503)."""
    wheel = _wheel(name, version, modules)
    file_name = f"{name}-{version}-py3-none-any.whl"
    digest = hashlib.sha256(wheel).hexdigest()
    page = f'<a href="/files/{file_name}#sha256={digest}">{file_name}</a>'
    html = {"Content-Type": "text/html"}
    server.answers[f"/simple/{name}/"] = Answer(headers=html, body=page.encode())
    server.answers[f"/files/{file_name}"] = Answer(body=wheel)


def _wheel(name: str, version: str, modules: Mapping[str, str]) -> bytes:
    folder = f"{name}-{version}.dist-info"
    files = {
        **{f"{module}.py": text for module, text in modules.items()},
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{folder}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{path},{_digest(text)},{len(text)}" for path, text in files.items()]
    files[f"{folder}/RECORD"] = "\n".join([*lines, f"{folder}/RECORD,,", ""])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return content.getvalue()


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
