"""The languages whose word endings PostgreSQL knows, by the names it has for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    ENGLISH = "english", _("English")
    ARABIC = "arabic", _("Arabic")
    ARMENIAN = "armenian", _("Armenian")
    BASQUE = "basque", _("Basque")
    CATALAN = "catalan", _("Catalan")
    DANISH = "danish", _("Danish")
    DUTCH = "dutch", _("Dutch")
    FINNISH = "finnish", _("Finnish")
    FRENCH = "french", _("French")
    GERMAN = "german", _("German")
    GREEK = "greek", _("Greek")
    HINDI = "hindi", _("Hindi")
    HUNGARIAN = "hungarian", _("Hungarian")
    INDONESIAN = "indonesian", _("Indonesian")
    IRISH = "irish", _("Irish")
    ITALIAN = "italian", _("Italian")
    LITHUANIAN = "lithuanian", _("Lithuanian")
    NEPALI = "nepali", _("Nepali")
    NORWEGIAN = "norwegian", _("Norwegian")
    PORTUGUESE = "portuguese", _("Portuguese")
    ROMANIAN = "romanian", _("Romanian")
    RUSSIAN = "russian", _("Russian")
    SERBIAN = "serbian", _("Serbian")
    SPANISH = "spanish", _("Spanish")
    SWEDISH = "swedish", _("Swedish")
    TAMIL = "tamil", _("Tamil")
    TURKISH = "turkish", _("Turkish")
    YIDDISH = "yiddish", _("Yiddish")
    #: Words are found only as they were written, whatever the language.
    ANY = "simple", _("Another, or several")


#: What HTML calls them; of some other language it says that nobody knows.
CODES = {
    Language.ENGLISH: "en",
    Language.ARABIC: "ar",
    Language.ARMENIAN: "hy",
    Language.BASQUE: "eu",
    Language.CATALAN: "ca",
    Language.DANISH: "da",
    Language.DUTCH: "nl",
    Language.FINNISH: "fi",
    Language.FRENCH: "fr",
    Language.GERMAN: "de",
    Language.GREEK: "el",
    Language.HINDI: "hi",
    Language.HUNGARIAN: "hu",
    Language.INDONESIAN: "id",
    Language.IRISH: "ga",
    Language.ITALIAN: "it",
    Language.LITHUANIAN: "lt",
    Language.NEPALI: "ne",
    Language.NORWEGIAN: "no",
    Language.PORTUGUESE: "pt",
    Language.ROMANIAN: "ro",
    Language.RUSSIAN: "ru",
    Language.SERBIAN: "sr",
    Language.SPANISH: "es",
    Language.SWEDISH: "sv",
    Language.TAMIL: "ta",
    Language.TURKISH: "tr",
    Language.YIDDISH: "yi",
    Language.ANY: "",
}
