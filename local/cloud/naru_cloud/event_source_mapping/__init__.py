"""Lambda's event source mappings: from a stream or a queue to a function. The functions are the emulator's."""

from .service import LambdaService

__all__ = ["LambdaService"]
