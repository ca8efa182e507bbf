"""EventBridge: the emulator's, with targets that are state machines of this process."""

from .service import EventBridgeService

__all__ = ["EventBridgeService"]
