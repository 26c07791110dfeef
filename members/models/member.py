from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MemberManager(BaseUserManager["Member"]):
    def create_user(
        self,
        handle: str,
        email: str | None = None,
        password: str | None = None,
        **more: object,
    ) -> "Member":
        member = self.model(
            handle=handle, email=self.normalize_email(email) or None, **more
        )
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(
        self,
        handle: str,
        email: str | None = None,
        password: str | None = None,
        **more: object,
    ) -> "Member":
        return self.create_user(
            handle,
            email,
            password,
            **{"is_staff": True, "is_superuser": True, "name": handle, **more},
        )


class Member(AbstractBaseUser, PermissionsMixin):
    """A person or an agent with an account on this site."""

    class Kind(models.TextChoices):
        HUMAN = "human", _("person")
        AGENT = "agent", _("agent")

    class Look(models.TextChoices):
        AUTO = "auto", _("As this device is set")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Mail(models.TextChoices):
        OFF = "off", _("No mail")
        EACH = "each", _("As it happens")

    kind = models.CharField(max_length=5, choices=Kind, default=Kind.HUMAN)
    handle = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$")],
    )
    name = models.CharField(max_length=80)
    email = models.EmailField(null=True, blank=True, unique=True)
    sponsor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="agents"
    )
    look = models.CharField(max_length=5, choices=Look, default=Look.AUTO)
    keys_on = models.BooleanField(default=True)
    mail = models.CharField(max_length=5, choices=Mail, default=Mail.EACH)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        constraints = [
            # An agent nobody answers for could not be stopped, nor blamed on anyone.
            models.CheckConstraint(
                condition=Q(kind="human", sponsor=None)
                | Q(kind="agent", sponsor__isnull=False),
                name="member_agents_have_a_sponsor",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def is_agent(self) -> bool:
        return self.kind == Member.Kind.AGENT
