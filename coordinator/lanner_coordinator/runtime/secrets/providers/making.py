"""Makes providers, each from the library of its extra."""

from __future__ import annotations

from lanner_coordinator.errors import StartError
from lanner_coordinator.runtime.secrets.providers.contract import ProviderRules, SecretProvider
from lanner_coordinator.runtime.secrets.providers.places import Place, VaultPlace


def make_provider(place: Place, rules: ProviderRules) -> SecretProvider:
    """The provider of a place; nothing is asked yet.

    Raises:
        StartError: Its library is not installed.
    """
    try:
        if isinstance(place, VaultPlace):
            from lanner_coordinator.runtime.secrets.providers.vault import VaultSecrets

            return VaultSecrets(place, rules)
        from lanner_coordinator.runtime.secrets.providers.aws import AwsSecrets

        return AwsSecrets(place, rules)
    except ModuleNotFoundError as error:
        extra = "vault" if isinstance(place, VaultPlace) else "aws"
        raise StartError(
            f'the secret provider "{rules.name}" needs the library {error.name}: install '
            f"`lanner[{extra}]` beside the coordinator"
        ) from error
