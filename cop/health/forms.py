from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cop.health import baseline

#: A line a person; ten times as long as the longest table has any use for.
LARGEST_TABLE = 4 * 1024 * 1024


class BaselineForm(forms.Form):
    name = forms.CharField(
        label=_("Who they were, and at what"),
        max_length=120,
        help_text=_("For example: transcribing alone, before there was a community."),
        error_messages={"required": _("Say who they were.")},
    )
    table = forms.FileField(
        label=_("Table"),
        help_text=_("CSV with the columns start, reached (yes or no) and when."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )

    def clean_table(self) -> list[baseline.Row]:
        file: UploadedFile[Any] = self.cleaned_data["table"]
        if (file.size or 0) > LARGEST_TABLE:
            raise forms.ValidationError(_("The file is larger than 4 MB."))
        try:
            return baseline.read(file.read().decode())
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _("This is no text in UTF-8. Save the table as CSV in UTF-8.")
            ) from None
        except baseline.Unreadable as wrong:
            raise forms.ValidationError(wrong.troubles) from None
