"""Payload templates: Parameters, ResultSelector, ItemSelector."""

from __future__ import annotations

from .intrinsics import IntrinsicError, check_intrinsic, evaluate, is_intrinsic
from .paths import Json, PathError, find, parse_path


def render(template: Json, data: Json, context: Json) -> Json:
    """A template with each `"key.$"` replaced by `"key"` and the value that its path or intrinsic gives.

    :raises PathError: when a path finds nothing.
    :raises IntrinsicError: when an intrinsic can't be carried out.
    """
    if isinstance(template, dict):
        rendered: dict[str, Json] = {}
        for key, value in template.items():
            if key.endswith(".$") and isinstance(value, str):
                made = evaluate(value, data, context) if is_intrinsic(value) else find(value, data, context)
                rendered[key[:-2]] = made
            else:
                rendered[key] = render(value, data, context)
        return rendered
    if isinstance(template, list):
        return [render(item, data, context) for item in template]
    return template


def check_template(template: Json, place: str) -> list[str]:
    """What is wrong with a template, with the place of each error."""
    if isinstance(template, list):
        return [
            error for index, item in enumerate(template) for error in check_template(item, f"{place}/{index}")
        ]
    if not isinstance(template, dict):
        return []
    errors: list[str] = []
    for key, value in template.items():
        if not key.endswith(".$"):
            errors += check_template(value, f"{place}/{key}")
        elif not isinstance(value, str):
            errors.append(f"{place}/{key}: the value of a key that ends in .$ must be a path or an intrinsic")
        else:
            try:
                check_intrinsic(value) if is_intrinsic(value) else parse_path(value)
            except (PathError, IntrinsicError) as error:
                errors.append(f"{place}/{key}: {error}")
    return errors
