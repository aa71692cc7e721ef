"""Logging: one JSON object a line on standard error, with incident and correlation."""

import logging
import re
import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

TOKEN = re.compile(r"\b((?:cmd|query|hello|beat)\.[a-z0-9-]+\.[a-z0-9-]+)\.[A-Za-z0-9_-]+")
"""A subject whose last part is the token of a desk or of a block."""

logger = structlog.get_logger("abs")


def configure(level: int = logging.INFO, **about: str) -> None:
    """Set up logging for a process, other libraries' included; `about` stands in every line."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # Without the frames' locals: they hold tokens, and what citizens said.
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
    ]
    rendered: list[Processor] = [structlog.processors.JSONRenderer(), _without_tokens]
    structlog.configure(
        processors=[*shared, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),  # a line is one write
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(**about)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *rendered,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def _without_tokens(_logger: WrappedLogger, _method: str, line: EventDict) -> str:
    """The rendered line, the tokens in its subjects left out."""
    return TOKEN.sub(r"\1.***", str(line))
