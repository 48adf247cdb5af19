"""The newest versions of all namespace files in memory, where rendering finds them at once.

Older versions are asked of the store. Of a deleted file only the number of its last version is
known here, so that a new file of its name goes on counting.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lanner_coordinator.runtime.artifacts import ArtifactMissing, ArtifactUri
from lanner_coordinator.runtime.namespaces.files.paths import Address
from lanner_coordinator.runtime.namespaces.files.patterns import Test
from lanner_coordinator.store.namespace_records import NamespaceFileRecord


class FileBook:
    """Files by namespace and path. Methods belong to the event loop's thread."""

    def __init__(self) -> None:
        self._files: dict[str, dict[str, NamespaceFileRecord]] = {}
        self._paths: dict[str, list[str]] = {}
        self._gone: dict[tuple[str, str], int] = {}

    def load(self, records: Iterable[NamespaceFileRecord]) -> None:
        """Take what the store holds; before anything else."""
        for record in records:
            if record.deleted_at is not None:
                self._gone[record.namespace, record.path] = record.version
                continue
            self._files.setdefault(record.namespace, {})[record.path] = record
        self._paths = {name: sorted(files) for name, files in self._files.items()}

    def counts(self) -> Mapping[str, int]:
        """How many files each namespace has."""
        return {namespace: len(files) for namespace, files in self._files.items() if files}

    def namespaces(self) -> frozenset[str]:
        """Namespaces that have files or had some."""
        return frozenset(self._files) | {namespace for namespace, _ in self._gone}

    def get(self, namespace: str, path: str) -> NamespaceFileRecord | None:
        """The newest version of a file."""
        return self._files.get(namespace, {}).get(path)

    def last_version(self, namespace: str, path: str) -> int:
        """The newest version that a file has, or had before it was deleted; 0: none."""
        current = self.get(namespace, path)
        return current.version if current else self._gone.get((namespace, path), 0)

    def below(self, namespace: str, folder: str) -> Iterator[NamespaceFileRecord]:
        """Files in a folder and its folders, in order of path; an empty folder is the root."""
        paths, files = self._paths.get(namespace, []), self._files.get(namespace, {})
        prefix = f"{folder}/" if folder else ""
        for index in range(bisect_left(paths, prefix), len(paths)):
            if not paths[index].startswith(prefix):
                return
            yield files[paths[index]]

    def is_folder(self, namespace: str, path: str) -> bool:
        """Whether there are files below a path."""
        return next(self.below(namespace, path), None) is not None

    def matching(self, namespace: str, test: Test) -> Sequence[NamespaceFileRecord]:
        """Files whose paths pass a test, in order of path."""
        return [record for record in self.below(namespace, "") if test(record.path)]

    def uri(self, address: Address) -> ArtifactUri:
        """Where the bytes of a file are, of its newest version or of the one that is named.

        Raises:
            ArtifactMissing: There is no such file or version.
        """
        record = self.get(address.namespace, address.path)
        if record is None:
            raise no_such_file(address)
        if address.version is not None and address.version > record.version:
            raise no_such_file(address)
        version = address.version or record.version
        return ArtifactUri.of_namespace_file(record.namespace, record.path, version)

    def uris(self) -> Sequence[ArtifactUri]:
        """Where the bytes of all files are, of their newest versions."""
        return [uri_of(one) for files in self._files.values() for one in files.values()]

    def put(self, record: NamespaceFileRecord) -> None:
        """It is durable that this is the newest version of a file, unless there is a newer one."""
        if self.last_version(record.namespace, record.path) > record.version:
            return
        files = self._files.setdefault(record.namespace, {})
        if record.path not in files:
            insort(self._paths.setdefault(record.namespace, []), record.path)
        files[record.path] = record

    def remove(self, namespace: str, path: str) -> None:
        """It is durable that a file is deleted."""
        record = self._files.get(namespace, {}).pop(path, None)
        if record is not None:
            self._gone[namespace, path] = record.version
            paths = self._paths[namespace]
            del paths[bisect_left(paths, path)]


def uri_of(record: NamespaceFileRecord) -> ArtifactUri:
    """Where the bytes of a version are."""
    return ArtifactUri.of_namespace_file(record.namespace, record.path, record.version)


def no_such_file(address: Address) -> ArtifactMissing:
    """The error that there is no such file or version."""
    which = f"version {address.version} of the file" if address.version else "file"
    return ArtifactMissing(
        f"There is no {which} '{address.path}' in the namespace '{address.namespace}'."
    )
