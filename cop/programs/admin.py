"""Programs' calls, for operators to look things up."""

from django.contrib import admin

from cop.programs.models import Answer, Call, Delivery, Hook
from domain.admin import ReadOnlyAdmin


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin[Call]):
    list_display = ("at", "member", "by", "method", "path", "status", "code", "ms")
    list_filter = ("status",)
    list_select_related = ("member",)
    search_fields = ("path", "code", "member__handle")
    ordering = ("-at", "-pk")


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin[Answer]):
    list_display = ("at", "member", "asked", "status")
    list_select_related = ("member",)
    ordering = ("-at", "-pk")


@admin.register(Hook)
class HookAdmin(ReadOnlyAdmin[Hook]):
    list_display = ("made_at", "member", "url", "failing_since", "switched_off_at")
    exclude = ("secret",)
    list_select_related = ("member",)
    search_fields = ("url", "member__handle")
    ordering = ("-made_at", "-pk")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    list_display = ("at", "hook", "notification", "tries", "status", "trouble")
    list_filter = ("trouble",)
    list_select_related = ("hook", "notification")
    ordering = ("-at", "-pk")
