"""The way to a server: loopback without proxies; elsewhere proxy, certificates, https for keys."""

from __future__ import annotations

import ipaddress
import os
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from neovim_ai.errors import AiError, Kind
from neovim_ai.settings import Settings

if TYPE_CHECKING:
    import httpx2


def host_of(base_url: str) -> str:
    """Return host and port of an address, as messages and consent name it.

    Raises:
        AiError: `usage` when it is no http address.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AiError(
            Kind.USAGE,
            f"base_url '{_bare(base_url)}' is no http address.",
            "Set it as https://host/v1.",
        )
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{name}:{parts.port}" if parts.port else name


def is_loopback(base_url: str) -> bool:
    """Tell whether an address stays on this machine."""
    name = (urlsplit(base_url).hostname or "").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def refuse_open_key(base_url: str, key: str) -> None:
    """Keep a key from crossing a network unencrypted.

    Raises:
        AiError: `tls` for plain http with a key to anything but loopback.
    """
    if key and urlsplit(base_url).scheme == "http" and not is_loopback(base_url):
        raise AiError(
            Kind.TLS,
            f"The key would cross the network to {host_of(base_url)} unencrypted.",
            "Use https:// in base_url.",
        )


def proxy_for(base_url: str, settings: Settings) -> str:
    """Return host and port of the proxy on the way to an address, for messages; empty without."""
    host = urlsplit(base_url).hostname or ""
    if is_loopback(base_url) or (not settings.proxy and proxy_bypass(host)):
        return ""
    known = getproxies()
    found = settings.proxy or known.get(urlsplit(base_url).scheme) or known.get("all") or ""
    return found.rsplit("@", 1)[-1].split("://")[-1].rstrip("/")


def http_client(base_url: str, settings: Settings) -> httpx2.AsyncClient:
    """Make the client for one server; reading is watched by `Chat`, not here.

    Raises:
        AiError: `tls` for an unreadable certificate file, `usage` for a proxy that is none.
    """
    import httpx2

    timeout = httpx2.Timeout(settings.timeout.connect, read=None, write=30.0)
    if is_loopback(base_url):
        return httpx2.AsyncClient(timeout=timeout, trust_env=False)
    try:
        return httpx2.AsyncClient(
            timeout=timeout,
            proxy=settings.proxy or None,
            verify=_own_authorities(settings.ca_bundle) or True,
        )
    except (FileNotFoundError, ssl.SSLError) as error:
        raise _bad_bundle(settings.ca_bundle) from error
    except (ValueError, ImportError, httpx2.InvalidURL) as error:
        raise AiError(
            Kind.USAGE, "The proxy's address is not understood.", "Set proxy to http://host:port."
        ) from error


def _own_authorities(bundle: str) -> ssl.SSLContext | None:
    if not bundle:
        return None
    return ssl.create_default_context(cafile=os.path.expanduser(bundle))  # noqa: PTH111 - a string


def _bad_bundle(bundle: str) -> AiError:
    variable = os.environ.get("SSL_CERT_FILE", "")
    name = f"ca_bundle {bundle}" if bundle else f"SSL_CERT_FILE {variable}"
    return AiError(
        Kind.TLS, f"The file of {name} is missing or holds no certificates.", "Correct its path."
    )


def _bare(base_url: str) -> str:
    return base_url.split("@")[-1].split("?")[0][:100]
