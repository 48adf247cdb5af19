from __future__ import annotations

from lanner_proto.backoff import full_jitter


def test_the_delay_grows_to_its_cap_and_no_further() -> None:
    ceilings = [max(full_jitter(tries) for _ in range(500)) for tries in (1, 2, 3, 30)]

    assert ceilings[0] <= 0.2
    assert 0.2 < ceilings[1] <= 0.4
    assert 0.4 < ceilings[2] <= 0.8
    assert 8 < ceilings[3] <= 10


def test_delays_are_spread_from_zero_on() -> None:
    delays = [full_jitter(30) for _ in range(500)]

    assert min(delays) < 1
    assert max(delays) > 9
