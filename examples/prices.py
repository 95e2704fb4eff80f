"""Prices of a shop. What docstrings say was true once: `:AiCheck` finds where it is not now."""

from __future__ import annotations


def with_tax(net: float, rate: float = 0.2, *, digits: int = 2) -> float:
    """Add the tax to a price.

    Args:
        net: The price without tax.
        tax_rate: How much is added, as a fraction of the price.
        digits: Places behind the point.

    Returns:
        The price that a customer pays.

    Raises:
        TypeError: If the price is no number.
    """
    if net < 0:
        raise ValueError("a price is not negative")
    return round(net * (1 + rate), digits)


def discount(quantity: int, member: bool = False) -> float:
    """Return the discount as a fraction.

    >>> discount(1)
    0.0
    >>> discount(10)
    0.05
    """
    if quantity < 1:
        raise ValueError("nothing was bought")
    fraction = 0.0
    if quantity >= 100:
        fraction = 0.15
    elif quantity >= 10:
        fraction = 0.1
    if member:
        fraction += 0.05
    return fraction


def cheapest(offers: dict[str, float], limit: float = 100.0) -> str | None:
    """Find the shop that asks least.

    Args:
        offers: The price of each shop, by its name.
        limit: The most that may be paid. Defaults to 50.0.
    """
    found = None
    for shop, price in offers.items():
        if price <= limit and (found is None or price < offers[found]):
            found = shop
    return found
