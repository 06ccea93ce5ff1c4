"""Who stands in for whom: chains of deputies, and the named functions that open and end them."""

from collections.abc import Iterable, Mapping
from datetime import date

from parties.models import Deputy

LONGEST_CHAIN = 3  # A → B → C → D; further nobody can say who is responsible


def deputy_chains(membership_ids: Iterable[int], user_id: int, day: date) -> dict[int, tuple[int, ...]]:
    """For each of these posts that reaches this person on `day`: the users it came through, the holder first.

    One statement. A chain is whole or it is none: when B no longer stands in for A, C does not either.
    """
    rows = (
        Deputy.objects.in_force(day)
        .filter(membership_id__in=list(membership_ids))
        .order_by("valid_from", "pk")
        .values_list("membership_id", "membership__user_id", "principal_id", "deputy_id")
    )
    holders: dict[int, int] = {}
    steps: dict[int, dict[int, int]] = {}
    for membership_id, holder_id, principal_id, deputy_id in rows:
        holders[membership_id] = holder_id
        steps.setdefault(membership_id, {})[principal_id] = deputy_id  # of two rows the later one holds
    found = {m: chain_to(user_id, holder, steps[m]) for m, holder in holders.items()}
    return {m: chain for m, chain in found.items() if chain}


def chain_to(user_id: int, holder_id: int, steps: Mapping[int, int]) -> tuple[int, ...]:
    """The users from the holder up to whom `user_id` stands in for; empty when the chain does not reach them.

    `steps` says for each who hands over to whom. A ring of deputies reaches nobody twice.
    """
    chain: list[int] = []
    here = holder_id
    while here in steps and here not in chain and len(chain) < LONGEST_CHAIN:
        chain.append(here)
        here = steps[here]
        if here == user_id:
            return tuple(chain)
    return ()
