"""The stable codes of problems; `docs/problems.md` explains each of them."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """What kind of problem it is.

    001 to 019 are about YAML, 020 to 029 about keys and values, 030 to 039 about names, 040 to 049
    about types, 050 to 059 about texts with a format, 060 to 079 about expressions and what they
    refer to, 080 to 089 about how parts of a flow fit together, 090 to 099 about tests of flows.
    """

    YAML_SYNTAX = "LNR001"
    UNQUOTED_EXPRESSION = "LNR002"
    DUPLICATE_KEY = "LNR003"
    TAB_INDENTATION = "LNR004"
    YAML_TAG = "LNR005"
    YAML_ALIAS = "LNR006"
    SEVERAL_DOCUMENTS = "LNR007"
    TOO_LARGE = "LNR008"
    NOT_A_FLOW = "LNR009"
    UNREADABLE_CHARACTER = "LNR010"
    KEY_NOT_TEXT = "LNR011"
    UNKNOWN_KEY = "LNR020"
    MISSING_KEY = "LNR021"
    WRONG_TYPE = "LNR022"
    EMPTY = "LNR023"
    NOT_A_CHOICE = "LNR024"
    OUT_OF_RANGE = "LNR025"
    BAD_PATTERN = "LNR026"
    CONFLICT = "LNR027"
    NOT_SUPPORTED = "LNR028"
    DEPRECATED = "LNR029"
    NO_EFFECT = "LNR019"
    BAD_ID = "LNR030"
    BAD_NAMESPACE = "LNR031"
    RESERVED_ID = "LNR032"
    DUPLICATE_ID = "LNR033"
    SYSTEM_LABEL = "LNR034"
    FIXED_KEY = "LNR035"
    UNKNOWN_TYPE = "LNR040"
    TYPE_NOT_RUN = "LNR041"
    TYPE_NOT_KNOWN_YET = "LNR042"
    TYPE_ELSEWHERE = "LNR043"
    BAD_DURATION = "LNR050"
    BAD_CRON = "LNR051"
    BAD_TIME_ZONE = "LNR052"
    BAD_REGULAR_EXPRESSION = "LNR053"
    BAD_DATE = "LNR054"
    BAD_EXPRESSION = "LNR060"
    UNKNOWN_INPUT = "LNR070"
    UNKNOWN_OUTPUT = "LNR071"
    UNKNOWN_VARIABLE = "LNR072"
    OUTPUT_TOO_EARLY = "LNR073"
    UNKNOWN_OUTPUT_KEY = "LNR074"
    UNKNOWN_ROOT = "LNR075"
    UNKNOWN_DEPENDENCY = "LNR080"
    DEPENDENCY_CYCLE = "LNR081"
    UNREACHABLE_TASK = "LNR082"
    DUPLICATE_FLOW = "LNR083"
    RECURSIVE_SUBFLOW = "LNR086"
    UNKNOWN_FLOW = "LNR087"
    UNKNOWN_TESTED_FLOW = "LNR090"
    NOT_IN_TESTED_FLOW = "LNR091"
