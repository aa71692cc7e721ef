"""Logging: one JSON object a line on standard error, with incident and correlation."""

import logging
import sys

import structlog

logger = structlog.get_logger("abs")


def configure(level: int = logging.INFO) -> None:
    """Set up structlog for a process."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
