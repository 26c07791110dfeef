"""Fields of forms that take in files."""

from typing import Any

from django import forms

from domain.filing import Upload
from tasks import attaching


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, none of which may be too large or empty."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if refusal := attaching.refusal_to_attach(given):
            raise forms.ValidationError(f"{refusal.sentence} {refusal.opens}".strip())
        return list(given)
