from django.apps import AppConfig


class BridgesConfig(AppConfig):
    name = "cop.bridges"
    label = "bridges"
