from __future__ import annotations

from lanner_proto.resumption import Resumption


def test_a_stream_that_never_began_is_not_opened_again() -> None:
    assert Resumption(300).delay_after_failure(0) is None


def test_a_stream_that_began_is_opened_again() -> None:
    resumption = Resumption(300)
    resumption.reached()

    delay = resumption.delay_after_failure(5)

    assert delay is not None
    assert 0 <= delay <= 0.2


def test_it_is_given_up_when_the_link_stays_down_too_long() -> None:
    resumption = Resumption(60)
    resumption.reached()
    resumption.delay_after_failure(5)
    resumption.opened_at = 64

    assert resumption.delay_after_failure(66) is None


def test_a_message_makes_the_next_failure_a_first_one() -> None:
    resumption = Resumption(60)
    resumption.reached()
    resumption.delay_after_failure(0)
    resumption.delay_after_failure(1)

    resumption.progressed()
    resumption.delay_after_failure(100)

    assert resumption.failed_tries == 1


def test_a_long_quiet_opening_makes_the_next_failure_a_first_one() -> None:
    resumption = Resumption(60)
    resumption.reached()
    resumption.delay_after_failure(0)
    resumption.opened_at = 1

    resumption.delay_after_failure(3600)

    assert resumption.failed_tries == 1


def test_it_tells_once_more_that_a_lost_coordinator_is_reached() -> None:
    resumption = Resumption(60)

    at_first = resumption.reached()
    resumption.delay_after_failure(0)

    assert (at_first, resumption.reached()) == (False, True)
