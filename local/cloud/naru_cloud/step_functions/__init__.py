"""AWS Step Functions: state machines in Amazon States Language (JSONPath), run under their own roles."""

from .service import StepFunctionsService

__all__ = ["StepFunctionsService"]
